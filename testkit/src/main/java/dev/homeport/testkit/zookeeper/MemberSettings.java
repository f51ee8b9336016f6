package dev.homeport.testkit.zookeeper;

import dev.homeport.testkit.process.PrivateDirectories;
import dev.homeport.testkit.tls.PemFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * How the members of an ensemble admit clients, and for how long.
 *
 * @param lines more of their configuration
 * @param jvm more options of their JVMs
 * @param isEncrypted whether clients have to speak TLS
 */
public record MemberSettings(List<String> lines, List<String> jvm, boolean isEncrypted) {
    public static final MemberSettings PLAIN = new MemberSettings(List.of(), List.of(), false);

    public MemberSettings {
        lines = List.copyOf(lines);
        jvm = List.copyOf(jvm);
    }

    /**
     * Clients speak TLS and nothing else.
     *
     * @param identity the server's: private key, certificate and those above it in one PEM file
     * @param clients a PEM file: whose clients are let in
     */
    public static MemberSettings encrypted(Path identity, Path clients) {
        return new MemberSettings(
                List.of(
                        "serverCnxnFactory=org.apache.zookeeper.server.NettyServerCnxnFactory",
                        "ssl.keyStore.location=" + identity,
                        "ssl.keyStore.type=PEM",
                        "ssl.trustStore.location=" + clients,
                        "ssl.trustStore.type=PEM",
                        "authProvider.x509="
                                + "org.apache.zookeeper.server.auth.X509AuthenticationProvider"),
                List.of(),
                true);
    }

    /**
     * Clients that are nobody by SASL may do nothing.
     *
     * @param jaas a file with the section {@code Server}
     */
    public static MemberSettings authenticated(Path jaas) {
        return new MemberSettings(
                List.of(
                        "authProvider.sasl="
                                + "org.apache.zookeeper.server.auth.SASLAuthenticationProvider",
                        "sessionRequireClientSASLAuth=true",
                        "fips-mode=false"),
                List.of("-Djava.security.auth.login.config=" + jaas),
                false);
    }

    /**
     * As hostile as servers may be set up to those that are behind one which is cut off: it keeps
     * its clients for {@code syncLimit} ticks, more than a session of 4 s, and those that ask for
     * it may read from it for ever ({@code readonlymode.enabled}).
     */
    public static MemberSettings clinging() {
        return new MemberSettings(
                List.of("syncLimit=12"), List.of("-Dreadonlymode.enabled=true"), false);
    }

    /** Key and certificate in one file, as ZooKeeper wants them. */
    public static Path joined(PemFiles files, Path target) {
        PrivateDirectories.write(target, read(files.key()) + read(files.certificate()));
        return target;
    }

    private static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.US_ASCII);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
