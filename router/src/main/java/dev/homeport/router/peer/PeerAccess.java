package dev.homeport.router.peer;

import static java.util.Objects.requireNonNull;

import dev.homeport.quarantine.account.KeyPairFiles;
import dev.homeport.topology.fields.ConfigException;
import dev.homeport.topology.fields.Problems;
import dev.homeport.topology.fields.Secret;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * How a router gets at the others.
 *
 * @param secret what it shows, asked anew for each question; empty asks nobody
 * @param authorities whom certificates of others must come from; empty takes those that this
 *     machine's Java believes
 */
public record PeerAccess(Supplier<Optional<Secret>> secret, List<X509Certificate> authorities) {
    public PeerAccess {
        requireNonNull(secret, "secret");
        authorities = List.copyOf(authorities);
    }

    /** With one secret for ever, and the authorities of this machine's Java. */
    public static PeerAccess with(Optional<Secret> secret) {
        return new PeerAccess(() -> secret, List.of());
    }

    /**
     * With the authorities of a PEM file, if there is one.
     *
     * @throws ConfigException if the file cannot be used
     */
    public static PeerAccess load(Supplier<Optional<Secret>> secret, Optional<Path> authorities)
            throws ConfigException {
        if (authorities.isEmpty()) {
            return new PeerAccess(secret, List.of());
        }
        Path file = authorities.get();
        try {
            return new PeerAccess(secret, KeyPairFiles.chain(file));
        } catch (IOException | GeneralSecurityException e) {
            var problems = new Problems();
            problems.add(
                    "admin.peerCa",
                    "must be certificates in PEM that can be read: " + e.getMessage());
            throw new ConfigException(file, problems);
        }
    }
}
