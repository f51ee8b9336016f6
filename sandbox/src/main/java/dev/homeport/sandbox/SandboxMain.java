package dev.homeport.sandbox;

import dev.homeport.sandbox.description.SandboxDescription;
import dev.homeport.sandbox.fleet.Sandbox;
import dev.homeport.sandbox.fleet.Screen;
import dev.homeport.sandbox.plan.SandboxException;
import dev.homeport.sandbox.plan.SandboxOptions;
import dev.homeport.testkit.process.ServerException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * {@code homeport up}: starts a sandbox and keeps it until it is told to end. Exit status 1 if it
 * cannot be started, 2 if the options are wrong.
 */
@Command(
        name = "homeport up",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Starts a whole fleet on this machine and keeps it until Ctrl-C.",
        footer = {
            "",
            "What no option names is as it was the last time in the same directory;",
            "the first time it is the default, and ports are chosen free."
        })
public final class SandboxMain implements Callable<Integer> {
    private final Instant started = Instant.now();
    private volatile boolean isSignalled;
    private volatile boolean hasFailed;

    @Spec private CommandSpec spec;

    @Option(names = "--clusters", paramLabel = "N", description = "Clusters, 1 to 20 (default 2)")
    private Integer clusters;

    @Option(
            names = "--replicas",
            paramLabel = "N",
            description = "Replicas of each primary, 0 to 5 (default 1)")
    private Integer replicas;

    @Option(names = "--routers", paramLabel = "N", description = "Routers, 1 to 10 (default 1)")
    private Integer routers;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            defaultValue = "./sandbox-data",
            description = "Where everything lives (default ${DEFAULT-VALUE})")
    private Path data;

    @Option(
            names = "--mysql-port",
            paramLabel = "PORT",
            description = "Where applications connect to the first router (default 7306, if free)")
    private Integer mysqlPort;

    @Option(
            names = "--admin-port",
            paramLabel = "PORT",
            description = "REST interface of the first router (default 7380, if free)")
    private Integer adminPort;

    @Option(
            names = "--zk-port",
            paramLabel = "PORT",
            description = "ZooKeeper (default 2181, if free)")
    private Integer zkPort;

    @Option(
            names = "--zookeeper",
            paramLabel = "HOST:PORT,...",
            description = "A ZooKeeper that runs already, instead of one of its own")
    private String zooKeeper;

    private SandboxMain() {}

    /** Runs until the process is ended. */
    public static void main(String[] args) {
        // Before the first logger: what the libraries say here belongs on nobody's screen.
        System.setProperty("logback.configurationFile", "dev/homeport/sandbox/up-logback.xml");
        System.exit(new CommandLine(new SandboxMain()).execute(args));
    }

    @Override
    public Integer call() throws InterruptedException {
        Sandbox sandbox = new Sandbox(options(), this::tell);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(sandbox), "stop"));
        try {
            SandboxDescription description = sandbox.start();
            tell("ready");
            System.out.print(Screen.of(description, Path.of("").toAbsolutePath()));
        } catch (SandboxException | ServerException e) {
            if (!isSignalled) {
                hasFailed = true;
                System.err.println("homeport up: " + e.getMessage());
                return 1;
            }
        }
        new CountDownLatch(1).await(); // a signal ends it
        return 0;
    }

    private SandboxOptions options() {
        try {
            return new SandboxOptions(
                    data,
                    optional(clusters),
                    optional(replicas),
                    optional(routers),
                    optional(mysqlPort),
                    optional(adminPort),
                    optional(zkPort),
                    Optional.ofNullable(zooKeeper),
                    false);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private static OptionalInt optional(Integer value) {
        return value == null ? OptionalInt.empty() : OptionalInt.of(value);
    }

    private void stop(Sandbox sandbox) {
        if (!hasFailed) {
            isSignalled = true;
            tell("stopping");
            sandbox.close();
            tell("stopped");
        }
    }

    private void tell(String line) {
        double seconds = Duration.between(started, Instant.now()).toMillis() / 1000.0;
        System.out.printf(Locale.ROOT, "%5.1f s  %s%n", seconds, line);
    }
}
