package dev.homeport.router;

import dev.homeport.router.config.RouterConfig;
import dev.homeport.topology.fields.ConfigException;
import dev.homeport.topology.zk.AclConfig;
import dev.homeport.topology.zk.FleetTree;
import dev.homeport.topology.zk.ZooKeeperConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What people do to the ensemble as a whole, by the configuration of a router: {@code homeport
 * ensemble identity|acl|restore}. Exit code 2 is a wrong call, 6 that something stands in ZooKeeper
 * otherwise than in the snapshot file, 1 anything else.
 */
public final class EnsembleMain {
    /** As of the other commands: somebody else has changed a record, and it was left alone. */
    private static final int CONFLICT = 6;

    /** Znodes that are named; a large fleet has thousands. */
    private static final int MOST_NAMED = 20;

    private static final String USAGE =
            """
            usage: homeport ensemble COMMAND

              identity DIGESTFILE    what zookeeper.acl has to say of that user:password
              acl --config FILE [--as DIGESTFILE]
                                     gives every znode the ACL that zookeeper.acl says
              restore --config FILE [--as DIGESTFILE] [--snapshot FILE]
                                     puts back what a router's snapshot file has and ZooKeeper has not;
                                     exit code 6 if ZooKeeper has something else there, which stays

            FILE is a router.yaml. --as: be this identity, that of the operators, and not the router's.
            """;

    private EnsembleMain() {}

    /** A call that cannot be understood. */
    static final class WrongCall extends Exception {
        private static final long serialVersionUID = 1;

        WrongCall(String message) {
            super(message);
        }
    }

    /** What a command says at its end. */
    record Outcome(String text, int exitCode) {
        Outcome(String text) {
            this(text, 0);
        }
    }

    /** Runs one command. */
    public static void main(String[] args) {
        TrafficLogs.silence();
        int exitCode = 0;
        try {
            Outcome outcome = run(List.of(args));
            System.out.println(outcome.text);
            exitCode = outcome.exitCode;
        } catch (WrongCall e) {
            System.err.println("homeport: " + e.getMessage() + "\n\n" + USAGE);
            System.exit(2);
        } catch (ConfigException | IOException e) {
            System.err.println("homeport: " + e.getMessage());
            System.exit(1);
        }
        // ZooKeeper's client leaves threads behind that are no daemons.
        System.exit(exitCode);
    }

    static Outcome run(List<String> args) throws WrongCall, ConfigException, IOException {
        Deque<String> words = new ArrayDeque<>(args);
        String command = words.isEmpty() ? "" : words.removeFirst();
        return switch (command) {
            case "identity" -> {
                if (words.size() != 1) {
                    throw new WrongCall("identity takes one file");
                }
                yield new Outcome(AclConfig.identityOf(Path.of(words.getFirst())).toString());
            }
            case "acl" -> applyAcls(options(words, Set.of("--config", "--as")));
            case "restore" -> restore(options(words, Set.of("--config", "--as", "--snapshot")));
            case "-h", "--help" -> new Outcome(USAGE);
            case "" -> throw new WrongCall("a command is missing: identity, acl or restore");
            default ->
                    throw new WrongCall(
                            "there is no command %s, but identity, acl and restore"
                                    .formatted(command));
        };
    }

    private static Outcome applyAcls(Map<String, String> options)
            throws WrongCall, ConfigException, IOException {
        ZooKeeperConfig config = connection(config(options), options);
        if (config.security().acl().isEmpty()) {
            throw new IOException(options.get("--config") + " has no zookeeper.acl");
        }
        try (FleetTree tree = FleetTree.open(config)) {
            return new Outcome(
                    "%d znodes have the ACLs of %s"
                            .formatted(tree.applyAcls(), options.get("--config")));
        }
    }

    private static Outcome restore(Map<String, String> options)
            throws WrongCall, ConfigException, IOException {
        RouterConfig router = config(options);
        Path snapshot =
                options.containsKey("--snapshot")
                        ? Path.of(options.get("--snapshot"))
                        : router.snapshotFile();
        try (FleetTree tree = FleetTree.open(connection(router, options))) {
            return outcome(tree.restore(snapshot));
        }
    }

    static Outcome outcome(FleetTree.Restored restored) {
        String counts =
                "%d records put back, %d stood there already as they are in the file"
                        .formatted(restored.created(), restored.kept());
        List<String> different = restored.different();
        if (different.isEmpty()) {
            return new Outcome(counts);
        }
        String names =
                different.stream()
                        .limit(MOST_NAMED)
                        .collect(Collectors.joining("\n  ", "\n  ", ""));
        String more =
                different.size() > MOST_NAMED
                        ? "\n  and %d more".formatted(different.size() - MOST_NAMED)
                        : "";
        return new Outcome(
                "%s; %d stood there with other content, or one that may not be read, and were left as they are:%s%s"
                        .formatted(counts, different.size(), names, more),
                CONFLICT);
    }

    private static RouterConfig config(Map<String, String> options)
            throws WrongCall, ConfigException {
        if (!options.containsKey("--config")) {
            throw new WrongCall("--config FILE is missing");
        }
        return RouterConfig.load(Path.of(options.get("--config")));
    }

    private static ZooKeeperConfig connection(RouterConfig router, Map<String, String> options) {
        return options.containsKey("--as")
                ? router.zookeeper().as(Path.of(options.get("--as")))
                : router.zookeeper();
    }

    private static Map<String, String> options(Deque<String> words, Set<String> known)
            throws WrongCall {
        Map<String, String> options = new HashMap<>();
        while (!words.isEmpty()) {
            String name = words.removeFirst();
            if (!known.contains(name) || words.isEmpty()) {
                throw new WrongCall(known.contains(name) ? name + " what?" : "no option " + name);
            }
            options.put(name, words.removeFirst());
        }
        return options;
    }
}
