package dev.homeport.topology.zk;

import dev.homeport.topology.fields.Fields;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Section {@code zookeeper.acl}: who is what to ZooKeeper. Each role has one identity or more; more
 * than one while a password is being changed.
 *
 * @param routers all routers of the fleet
 * @param agents all agents
 * @param operators people with zkCli, and whoever mends the tree; may do everything
 */
public record AclConfig(List<Identity> routers, List<Identity> agents, List<Identity> operators) {
    private static final Set<String> SCHEMES = Set.of("digest", "sasl", "x509");

    public AclConfig {
        routers = List.copyOf(routers);
        agents = List.copyOf(agents);
        operators = List.copyOf(operators);
    }

    /**
     * An identity as ACLs have it: {@code digest:user:HASH}, {@code sasl:user} or {@code
     * x509:CN=subject}. No secret: a digest has the hash of the password.
     */
    public record Identity(String scheme, String id) {
        /**
         * Reads {@code scheme:id}.
         *
         * @throws IllegalArgumentException if it is none
         */
        public static Identity parse(String text) {
            int colon = text.indexOf(':');
            String scheme = colon < 0 ? "" : text.substring(0, colon);
            String id = text.substring(colon + 1);
            boolean isWhole =
                    scheme.equals("digest")
                            ? id.matches("[^:]+:[A-Za-z0-9+/]{27}=")
                            : !id.isBlank();
            if (!SCHEMES.contains(scheme) || !isWhole) {
                // Not the text itself: somebody may have written the password in place of the hash.
                throw new IllegalArgumentException(
                        "must be digest:user:HASH (homeport ensemble identity FILE tells it),"
                                + " sasl:user or x509:SUBJECT");
            }
            return new Identity(scheme, id);
        }

        /**
         * That of a digest file's content.
         *
         * @param userAndPassword {@code user:password}
         */
        static Identity ofDigest(byte[] userAndPassword) {
            try {
                // As ZooKeeper's DigestAuthenticationProvider makes it.
                byte[] hash = MessageDigest.getInstance("SHA1").digest(userAndPassword);
                String text = new String(userAndPassword, StandardCharsets.UTF_8);
                return new Identity(
                        "digest",
                        text.substring(0, text.indexOf(':'))
                                + ":"
                                + Base64.getEncoder().encodeToString(hash));
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public String toString() {
            return scheme + ":" + id;
        }
    }

    /**
     * The identity of whoever has this digest file.
     *
     * @throws IOException if it cannot be read or is no {@code user:password}
     */
    public static Identity identityOf(Path digestFile) throws IOException {
        return Identity.ofDigest(DigestFile.read(digestFile));
    }

    static Optional<AclConfig> read(Fields fields) {
        List<Identity> routers = identities(fields, "routers");
        List<Identity> agents = identities(fields, "agents");
        List<Identity> operators = identities(fields, "operators");
        return fields.build(() -> new AclConfig(routers, agents, operators));
    }

    private static List<Identity> identities(Fields fields, String role) {
        int before = fields.problems().all().size();
        List<Identity> found = fields.list(role, Identity::parse);
        boolean isWrong = fields.problems().all().size() > before;
        fields.problems()
                .require(
                        isWrong || !found.isEmpty(),
                        fields.pathOf(role),
                        "must name one identity or more, such as [sasl:" + role + "]");
        return found;
    }
}
