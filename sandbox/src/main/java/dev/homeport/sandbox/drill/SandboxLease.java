package dev.homeport.sandbox.drill;

import dev.homeport.sandbox.description.SandboxDescription;
import dev.homeport.sandbox.fleet.Progress;
import dev.homeport.sandbox.fleet.Sandbox;
import dev.homeport.sandbox.plan.SandboxOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A sandbox for a while: one that runs and goes on to, or one that is started and stopped again.
 */
final class SandboxLease implements AutoCloseable {
    private static final int CLUSTERS = 2;
    private static final int REPLICAS = 0;
    private static final int ROUTERS = 2;

    private final SandboxDescription description;
    private final Optional<Sandbox> own;
    private final Progress progress;

    private SandboxLease(SandboxDescription description, Optional<Sandbox> own, Progress progress) {
        this.description = description;
        this.own = own;
        this.progress = progress;
    }

    /**
     * The one that runs in the directory, else a new one there: of the size it had, or as small as
     * a drill can do with.
     */
    static SandboxLease of(Path data, Progress progress) throws IOException {
        Path file = data.resolve("sandbox.json");
        if (Files.exists(file)) {
            SandboxDescription running = SandboxDescription.read(file);
            if (ProcessHandle.of(running.pid()).isPresent()) {
                progress.tell("the sandbox in %s runs".formatted(data));
                return new SandboxLease(running, Optional.empty(), progress);
            }
        }
        boolean isNew = !Files.exists(data.resolve("state.json"));
        SandboxOptions options = SandboxOptions.in(data);
        Sandbox sandbox =
                new Sandbox(isNew ? options.sized(CLUSTERS, REPLICAS, ROUTERS) : options, progress);
        return new SandboxLease(sandbox.start(), Optional.of(sandbox), progress);
    }

    SandboxDescription description() {
        return description;
    }

    @Override
    public void close() {
        own.ifPresent(
                sandbox -> {
                    progress.tell("stopping the sandbox");
                    sandbox.close();
                });
    }
}
