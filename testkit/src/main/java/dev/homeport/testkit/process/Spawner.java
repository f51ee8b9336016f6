package dev.homeport.testkit.process;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Starts all children from one thread that never ends: the kernel takes the end of the thread that
 * forked for the death of the parent.
 */
final class Spawner {
    private static final ExecutorService THREAD =
            Executors.newSingleThreadExecutor(
                    task -> Thread.ofPlatform().daemon().name("child-spawner").unstarted(task));

    private Spawner() {}

    static Process start(List<String> command, Path log) throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        // A child takes its options from its command line and its files alone.
        builder.environment().keySet().removeIf(Spawner::changesBehaviour);
        try {
            return THREAD.submit(builder::start).get();
        } catch (ExecutionException e) {
            throw new IOException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ServerException("interrupted", e);
        }
    }

    private static boolean changesBehaviour(String variable) {
        return variable.startsWith("MYSQL")
                || variable.startsWith("MARIADB")
                || variable.equals("NOTIFY_SOCKET");
    }
}
