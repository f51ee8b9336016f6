package dev.homeport.sandbox.fleet;

import dev.homeport.sandbox.plan.SandboxException;
import dev.homeport.testkit.process.ChildProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Every child of a sandbox. None is launched any more once stopping has begun. Safe for use by
 * several threads.
 */
final class Parts {
    private final Progress progress;
    private final List<Part> launched = new ArrayList<>();
    private volatile boolean isUp;
    private volatile boolean isStopping;

    /** Kinds of parts, in the order in which they are stopped. */
    enum Kind {
        ROUTER(Duration.ofSeconds(15)),
        AGENT(Duration.ofSeconds(10)),
        DATABASE(Duration.ofSeconds(60)),
        ZOOKEEPER(Duration.ofSeconds(10));

        private final Duration patience;

        Kind(Duration patience) {
            this.patience = patience;
        }
    }

    /** A restart gives a part another process. */
    private record Part(Kind kind, Supplier<ChildProcess> process) {}

    Parts(Progress progress) {
        this.progress = progress;
    }

    /** Launches a part, unless the sandbox is being stopped. */
    synchronized <T> T launch(Kind kind, Supplier<T> launcher, Function<T, ChildProcess> process) {
        if (isStopping) {
            throw new SandboxException("the sandbox is being stopped");
        }
        T part = launcher.get();
        launched.add(new Part(kind, () -> process.apply(part)));
        ChildProcess child = process.apply(part);
        child.onExit(status -> onEnd(child, status));
        return part;
    }

    private void onEnd(ChildProcess child, int status) {
        // What ends before all is up is told by whoever waits for it.
        if (isUp && !isStopping) {
            progress.tell(
                    "%s (pid %d) has ended with status %d; the rest goes on. Its log: %s"
                            .formatted(child.name(), child.pid(), status, child.log()));
        }
    }

    /**
     * All of them are there.
     *
     * @throws SandboxException if they are being stopped again
     */
    void up() {
        if (isStopping) {
            throw new SandboxException("the sandbox is being stopped");
        }
        isUp = true;
    }

    /** Launches nothing from now on; returns at once. */
    void refuseMore() {
        isStopping = true;
    }

    /** Stops all of them, kind by kind. Idempotent. */
    synchronized void stop() {
        refuseMore();
        for (Kind kind : Kind.values()) {
            stop(kind);
        }
        launched.clear();
    }

    private void stop(Kind kind) {
        List<ChildProcess> alive =
                launched.stream()
                        .filter(part -> part.kind() == kind)
                        .map(part -> part.process().get())
                        .filter(ChildProcess::isAlive)
                        .toList();
        List<Thread> stoppers =
                alive.stream()
                        .map(child -> Thread.ofVirtual().start(() -> stop(child, kind.patience)))
                        .toList();
        for (Thread stopper : stoppers) {
            try {
                stopper.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt(); // the kernel ends them with this JVM
            }
        }
    }

    private void stop(ChildProcess child, Duration patience) {
        if (!child.stop(patience)) {
            progress.tell(
                    "%s did not stop within %d s and was killed"
                            .formatted(child.name(), patience.toSeconds()));
        }
    }
}
