package dev.homeport.sandbox.description;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.homeport.testkit.process.PrivateDirectories;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.NoSuchElementException;

/**
 * Everything that somebody needs to use, watch and hurt a running sandbox.
 *
 * @param data absolute path of its directory
 * @param pid of the sandbox itself; the others are its children
 */
public record SandboxDescription(
        String data,
        long pid,
        List<Router> routers,
        List<Agent> agents,
        ZooKeeper zookeeper,
        Login app,
        List<Cluster> clusters,
        List<Project> projects) {
    private static final ObjectMapper JSON =
            new ObjectMapper()
                    .enable(SerializationFeature.INDENT_OUTPUT)
                    // A reader of today reads the file of tomorrow.
                    .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

    public SandboxDescription {
        routers = List.copyOf(routers);
        agents = List.copyOf(agents);
        clusters = List.copyOf(clusters);
        projects = List.copyOf(projects);
    }

    /** How a part is started again by hand after it ended. No secrets. */
    public record Command(List<String> argv) {
        public Command {
            argv = List.copyOf(argv);
        }
    }

    public record Address(String host, int port) {}

    /** An HTTP interface that asks for no token. */
    public record Url(String url) {}

    /**
     * The HTTP interface of a router.
     *
     * @param token with the role admin
     */
    public record Admin(String url, String token) {
        @Override
        public String toString() {
            return url;
        }
    }

    public record Login(String user, String password) {
        @Override
        public String toString() {
            return user + ":***";
        }
    }

    /**
     * A router.
     *
     * @param mysql where applications connect
     */
    public record Router(
            String id, Address mysql, Admin admin, long pid, String log, Command command) {}

    public record Agent(
            String cluster, String id, Url admin, long pid, String log, Command command) {}

    /**
     * Where the fleet's records are.
     *
     * @param connect with the chroot
     * @param digest {@code user:password}; where ACLs go by role that of the operators
     * @param pid 0, with an empty log and command, where it is not one of the sandbox's parts
     */
    public record ZooKeeper(String connect, String digest, long pid, String log, Command command) {
        @Override
        public String toString() {
            return connect;
        }
    }

    public record Cluster(String id, Login root, List<Instance> instances) {
        public Cluster {
            instances = List.copyOf(instances);
        }
    }

    /**
     * One database server.
     *
     * @param role {@code primary} or {@code replica}, when this was written
     * @param generalLog where every statement goes after {@code SET GLOBAL general_log = ON}
     */
    public record Instance(
            String id,
            String host,
            int port,
            long pid,
            String role,
            String log,
            String generalLog,
            Command command) {}

    /** A project, where it lived when this was written. */
    public record Project(String id, String cluster, String schema) {}

    /** The router of that name. */
    public Router router(String id) {
        return routers.stream()
                .filter(router -> router.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new NoSuchElementException("no router " + id));
    }

    /** The cluster of that name. */
    public Cluster cluster(String id) {
        return clusters.stream()
                .filter(cluster -> cluster.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new NoSuchElementException("no cluster " + id));
    }

    /** Reads {@code sandbox.json}. */
    public static SandboxDescription read(Path file) throws IOException {
        return JSON.readValue(Files.readString(file), SandboxDescription.class);
    }

    /** Writes {@code sandbox.json} in one step, mode 0600. */
    public void write(Path file) {
        try {
            PrivateDirectories.write(file, JSON.writeValueAsString(this) + "\n");
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
