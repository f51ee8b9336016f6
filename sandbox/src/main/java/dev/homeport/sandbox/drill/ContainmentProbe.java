package dev.homeport.sandbox.drill;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Finds out when a project is refused by every router, and when new projects go to other clusters,
 * by logging in and by placing projects again and again from the moment of the loss on. Takes the
 * projects that it placed away when it is closed.
 */
final class ContainmentProbe implements AutoCloseable {
    private final DrilledFleet fleet;
    private final DrillProjects projects;
    private final String project;
    private final List<String> placed = new ArrayList<>();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<Future<Optional<Instant>>> refused;
    private final Future<Optional<Instant>> elsewhere;

    private ContainmentProbe(
            DrilledFleet fleet,
            DrillProjects projects,
            String project,
            CompletableFuture<Instant> loss) {
        this.fleet = fleet;
        this.projects = projects;
        this.project = project;
        this.refused =
                fleet.routers().stream()
                        .map(router -> after(loss, () -> loginIsRefused(router)))
                        .toList();
        this.elsewhere = after(loss, this::nextGoesElsewhere);
    }

    /**
     * Begins as soon as something is lost.
     *
     * @param loss the moment; if it is cancelled there is nothing to find
     */
    static ContainmentProbe start(
            DrilledFleet fleet,
            DrillProjects projects,
            String project,
            CompletableFuture<Instant> loss) {
        return new ContainmentProbe(fleet, projects, project, loss);
    }

    private Future<Optional<Instant>> after(
            CompletableFuture<Instant> loss, Callable<Optional<Instant>> question) {
        return threads.submit(
                () -> {
                    try {
                        loss.get();
                    } catch (CancellationException e) {
                        return Optional.empty();
                    }
                    return Poll.until(Poll.PATIENCE, question);
                });
    }

    private Optional<Instant> loginIsRefused(String router) throws IOException {
        return Refusal.atLogin(fleet.port(router), fleet.login(project))
                .filter(Refusal::isDataLoss)
                .map(failure -> Instant.now());
    }

    private Optional<Instant> nextGoesElsewhere() {
        String next = project + "_n" + (placed.size() + 1);
        placed.add(next);
        return projects.place(next)
                .filter(cluster -> !cluster.equals(fleet.cluster()))
                .map(cluster -> Instant.now());
    }

    /** Waits until the last router refuses the project; empty if one never does. */
    Optional<Instant> refused() throws InterruptedException {
        Instant last = Instant.MIN;
        for (Future<Optional<Instant>> one : refused) {
            Optional<Instant> when = get(one);
            if (when.isEmpty()) {
                return when;
            }
            last = when.get().isAfter(last) ? when.get() : last;
        }
        return Optional.of(last);
    }

    /** Waits until a new project is placed on another cluster; empty if none ever is. */
    Optional<Instant> elsewhere() throws InterruptedException {
        return get(elsewhere);
    }

    private static Optional<Instant> get(Future<Optional<Instant>> future)
            throws InterruptedException {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw new DrillException(String.valueOf(e.getCause().getMessage()), e.getCause());
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
        threads.close();
        placed.forEach(projects::removeEmpty);
    }
}
