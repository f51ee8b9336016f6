package dev.homeport.agent.watch;

import dev.homeport.agent.watch.inventory.Inventory;
import dev.homeport.agent.watch.inventory.InventoryFile;
import dev.homeport.agent.watch.inventory.InventoryReader;
import dev.homeport.quarantine.account.AccountFailures;
import dev.homeport.topology.ClusterId;
import dev.homeport.topology.Instance;
import dev.homeport.topology.TableName;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes inventories when it is told to, in a thread of its own, and keeps them in a file. */
final class InventoryLoop implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(InventoryLoop.class);

    /** While a table is rebuilt it is missing for a moment. */
    private static final Duration SECOND_LOOK = Duration.ofSeconds(2);

    /** More are believed at once. */
    private static final int MOST_LOOKED_AT_AGAIN = 2_000;

    /** What came of taking one. */
    interface Listener {
        void onInventory(Inventory inventory, Duration took);

        /** It could not be taken; the words stay the same while the cause does. */
        void onFailure(String cause);
    }

    private final Function<Instance, DataSource> connections;
    private final Listener listener;
    private final ScheduledExecutorService thread;

    InventoryLoop(
            ClusterId cluster, Function<Instance, DataSource> connections, Listener listener) {
        this.connections = connections;
        this.listener = listener;
        this.thread =
                Executors.newSingleThreadScheduledExecutor(
                        Thread.ofPlatform().daemon().name("inventory-" + cluster).factory());
    }

    /** Takes one. */
    void take(Instance instance, InventoryReader reader, Optional<Inventory> previous) {
        run(
                Duration.ZERO,
                () -> {
                    long started = System.nanoTime();
                    try (Connection connection = connections.apply(instance).getConnection()) {
                        Inventory inventory = reader.read(connection, previous);
                        listener.onInventory(
                                inventory, Duration.ofNanos(System.nanoTime() - started));
                    } catch (SQLException e) {
                        listener.onFailure(AccountFailures.words(e));
                    }
                });
    }

    /**
     * Looks a moment later whether tables are still missing.
     *
     * @param confirmed is told those that are, on this loop's thread
     */
    void lookAgain(
            Instance instance,
            InventoryReader reader,
            List<TableName> tables,
            Consumer<List<TableName>> confirmed) {
        List<TableName> some = tables.subList(0, Math.min(tables.size(), MOST_LOOKED_AT_AGAIN));
        List<TableName> others = tables.subList(some.size(), tables.size());
        run(
                SECOND_LOOK,
                () -> {
                    try (Connection connection = connections.apply(instance).getConnection()) {
                        List<TableName> missing =
                                new java.util.ArrayList<>(reader.missing(connection, some));
                        missing.addAll(others);
                        confirmed.accept(missing);
                    } catch (SQLException e) {
                        // Rather too many than none: they were missing in a whole inventory.
                        confirmed.accept(tables);
                    }
                });
    }

    void keep(InventoryFile file, Inventory inventory) {
        run(Duration.ZERO, () -> file.write(inventory));
    }

    private void run(Duration delay, Runnable task) {
        try {
            thread.schedule(() -> guarded(task), delay.toNanos(), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            log.trace("closed");
        }
    }

    private void guarded(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException e) {
            log.atError().setCause(e).log("inventory failed");
            listener.onFailure(e.getClass().getSimpleName());
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
