package dev.homeport.sandbox.fleet;

import dev.homeport.sandbox.description.SandboxDescription;
import dev.homeport.sandbox.plan.SandboxDirectory;
import dev.homeport.sandbox.plan.SandboxException;
import dev.homeport.sandbox.plan.SandboxOptions;
import dev.homeport.sandbox.plan.SandboxPlan;
import dev.homeport.testkit.mariadb.MariaDbServer;
import dev.homeport.testkit.zookeeper.ZooKeeperServer;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Optional;

/**
 * A whole fleet on this machine: ZooKeeper, clusters of MariaDB, an agent per cluster, routers and
 * demo projects. All of it runs as children of this JVM and ends with it. One thread starts it, any
 * thread may close it, also while it starts.
 */
public final class Sandbox implements AutoCloseable {
    private final SandboxOptions options;
    private final Progress progress;
    private final Parts parts;
    private volatile SandboxDirectory directory;
    private volatile SandboxPlan plan;
    private volatile Fleet fleet;
    private volatile SandboxDescription description;

    /** Starts nothing yet. */
    public Sandbox(SandboxOptions options, Progress progress) {
        this.options = options;
        this.progress = progress;
        this.parts = new Parts(progress);
    }

    /** Starts a sandbox and waits until all of it is ready. */
    public static Sandbox start(SandboxOptions options) {
        Sandbox sandbox = new Sandbox(options, Progress.SILENT);
        sandbox.start();
        return sandbox;
    }

    /**
     * Starts everything, waits until all of it is ready, and writes {@code sandbox.json}. Once
     * only.
     *
     * @throws SandboxException if anything stands in the way; nothing is left running then
     */
    public SandboxDescription start() {
        try {
            Preflight.requirePrograms();
            directory = SandboxDirectory.open(options.data());
            deleteDescription(); // of a run that was killed
            plan = SandboxPlan.of(options, directory.readPlan());
            Preflight.requireSpace(directory.path(), plan);
            fleet = new StartUp(plan, directory, parts, progress).run();
            description = new Describer(fleet, directory).describe();
            publish();
            return description;
        } catch (RuntimeException e) {
            close();
            throw DiskFull.isCauseOf(e)
                    ? new SandboxException("the disk of " + options.data() + " is full", e)
                    : e;
        }
    }

    /** Stops everything in order: routers, agents, databases, ZooKeeper. Idempotent. */
    @Override
    public void close() {
        parts.refuseMore();
        SandboxDirectory opened = directory;
        if (opened != null) {
            deleteDescription();
            parts.stop();
            Optional.ofNullable(plan).ifPresent(SandboxPlan::releasePorts);
            opened.close();
        }
    }

    /** Nobody finds a description of what is being stopped. */
    private synchronized void publish() {
        parts.up();
        description.write(directory.description());
    }

    private synchronized void deleteDescription() {
        try {
            Files.deleteIfExists(directory.description());
        } catch (IOException e) {
            throw new SandboxException("cannot delete " + directory.description(), e);
        }
    }

    /** What {@code sandbox.json} says; pids are those of the start. */
    public SandboxDescription description() {
        return description;
    }

    /** The REST interface of the first router. */
    public AdminClient admin() {
        return fleet.admin();
    }

    public Daemon router(String id) {
        return fleet.router(id);
    }

    /** The agent of a cluster. */
    public Daemon agentOf(String cluster) {
        return fleet.agentOf(cluster);
    }

    public MariaDbServer instance(String id) {
        return fleet.databases().instance(id);
    }

    /** The instance that was opened as the primary at the start. */
    public MariaDbServer primaryOf(String cluster) {
        return fleet.primaryOf(cluster);
    }

    /**
     * Its own ZooKeeper.
     *
     * @throws java.util.NoSuchElementException if it uses one that ran already
     */
    public ZooKeeperServer zooKeeper() {
        return fleet.zooKeeper().orElseThrow();
    }
}
