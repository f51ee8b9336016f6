package dev.homeport.testkit.tls;

import dev.homeport.testkit.process.PrivateDirectories;
import dev.homeport.testkit.process.ServerException;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * A certificate authority, another one that nobody trusts, and what they sign: PEM files in one
 * directory, keys with mode 0600. All keys are EC (P-256). Each call makes new files; the same name
 * again replaces them, as somebody does who renews a certificate. Used by one thread.
 */
public final class TestCertificates {
    private static final Duration VALID = Duration.ofDays(30);

    private final Path directory;
    private final X509Bundle authority;
    private final X509Bundle stranger;

    private TestCertificates(Path directory, X509Bundle authority, X509Bundle stranger) {
        this.directory = directory;
        this.authority = authority;
        this.stranger = stranger;
    }

    /** Makes both authorities; the directory is made where it is missing. */
    public static TestCertificates in(Path directory) {
        PrivateDirectories.create(directory);
        X509Bundle authority = newAuthority("Homeport test CA");
        X509Bundle stranger = newAuthority("Another test CA");
        TestCertificates certificates = new TestCertificates(directory, authority, stranger);
        PrivateDirectories.write(certificates.authority(), authority.getRootCertificatePEM());
        PrivateDirectories.write(certificates.otherAuthority(), stranger.getRootCertificatePEM());
        return certificates;
    }

    private static X509Bundle newAuthority(String name) {
        return build(
                valid(new CertificateBuilder())
                        .subject("CN=" + name)
                        .setIsCertificateAuthority(true)
                        .setKeyUsage(
                                true,
                                CertificateBuilder.KeyUsage.keyCertSign,
                                CertificateBuilder.KeyUsage.cRLSign));
    }

    /** The CA to trust. */
    public Path authority() {
        return directory.resolve("ca.pem");
    }

    /** A CA that signed none but {@link #serverOfOtherAuthority}. */
    public Path otherAuthority() {
        return directory.resolve("other-ca.pem");
    }

    /** A server's, for {@code 127.0.0.1} and {@code localhost}. */
    public PemFiles server() {
        return server("server", List.of("localhost"));
    }

    /** A server's, for {@code 127.0.0.1} and these host names, which may begin with {@code *.}. */
    public PemFiles server(String name, List<String> hosts) {
        CertificateBuilder builder = serverNamed(hosts).addSanIpAddress("127.0.0.1");
        return write(name, buildIssuedBy(authority, valid(builder)));
    }

    /** A server's, for {@code elsewhere.example.com} only. */
    public PemFiles serverOfWrongHost() {
        CertificateBuilder builder = serverNamed(List.of("elsewhere.example.com"));
        return write("wrong-host", buildIssuedBy(authority, valid(builder)));
    }

    /** As {@link #server()}, but it ended yesterday. */
    public PemFiles serverExpired() {
        Instant now = Instant.now();
        CertificateBuilder builder =
                serverNamed(List.of("localhost"))
                        .addSanIpAddress("127.0.0.1")
                        .notBefore(now.minus(VALID))
                        .notAfter(now.minus(Duration.ofDays(1)));
        return write("expired", buildIssuedBy(authority, builder));
    }

    /** As {@link #server()}, but signed by {@link #otherAuthority}. */
    public PemFiles serverOfOtherAuthority() {
        CertificateBuilder builder = serverNamed(List.of("localhost")).addSanIpAddress("127.0.0.1");
        return write("other", buildIssuedBy(stranger, valid(builder)));
    }

    /** A client's, with the subject {@code CN=name}. */
    public PemFiles client(String name) {
        return write(name, buildIssuedBy(authority, clientNamed(name)));
    }

    /** A client's, signed by {@link #otherAuthority}. */
    public PemFiles clientOfOtherAuthority(String name) {
        return write(name, buildIssuedBy(stranger, clientNamed(name)));
    }

    private static CertificateBuilder serverNamed(List<String> hosts) {
        CertificateBuilder builder =
                new CertificateBuilder()
                        .subject("CN=" + hosts.getFirst())
                        .addExtendedKeyUsageServerAuth();
        hosts.forEach(builder::addSanDnsName);
        return builder;
    }

    private static CertificateBuilder clientNamed(String name) {
        return valid(new CertificateBuilder())
                .subject("CN=" + name)
                .addExtendedKeyUsageClientAuth();
    }

    private static CertificateBuilder valid(CertificateBuilder builder) {
        Instant now = Instant.now();
        return builder.notBefore(now.minus(Duration.ofDays(1))).notAfter(now.plus(VALID));
    }

    private PemFiles write(String name, X509Bundle bundle) {
        PemFiles files =
                new PemFiles(
                        directory.resolve(name + "-cert.pem"),
                        directory.resolve(name + "-key.pem"));
        PrivateDirectories.write(files.certificate(), bundle.getCertificatePathPEM());
        PrivateDirectories.write(files.key(), bundle.getPrivateKeyPEM());
        return files;
    }

    private static X509Bundle build(CertificateBuilder builder) {
        try {
            return builder.buildSelfSigned();
        } catch (Exception e) {
            throw new ServerException("cannot make a CA", e);
        }
    }

    private static X509Bundle buildIssuedBy(X509Bundle issuer, CertificateBuilder builder) {
        try {
            return builder.ecp256().buildIssuedBy(issuer);
        } catch (Exception e) {
            throw new ServerException("cannot sign a certificate", e);
        }
    }
}
