package dev.homeport.topology.zk;

import static dev.homeport.topology.zk.Records.C1;
import static dev.homeport.topology.zk.Records.cluster;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class SubtreeWatcherIT {
    private static final String PATH = ZnodePaths.CLUSTERS + "/" + C1;

    private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor();
    private TestEnsemble ensemble;

    @BeforeEach
    void startZooKeeper() throws Exception {
        ensemble = new TestEnsemble();
    }

    @AfterEach
    void stopZooKeeper() throws Exception {
        executor.shutdownNow();
        ensemble.close();
    }

    @Test
    void whatAConsumerFailsOnIsReadAgainAndMeanwhileNothingIsTheNewest() throws Exception {
        // Given
        ZooKeeperFleet fleet = ensemble.open();
        ensemble.awaitParents();
        var consumer = new Consumer();
        try (var watcher =
                new SubtreeWatcher(
                        fleet.client(),
                        executor,
                        Map.of(ZnodePaths.CLUSTERS, 1),
                        List.of(),
                        consumer)) {
            watcher.start();
            await().until(() -> consumer.isNewest);

            // When
            consumer.isFailing = true;
            fleet.writer().putCluster(cluster(C1), OptionalInt.empty());

            // Then
            await().until(() -> consumer.problem.isPresent());
            assertThat(consumer.isNewest).isFalse();
            assertThat(consumer.problem.get()).contains("bug");

            // When
            consumer.isFailing = false;

            // Then
            await().until(() -> consumer.read.contains(PATH) && consumer.problem.isEmpty());
            assertThat(consumer.isNewest).isTrue();
        }
    }

    /** Fails while it is told to. */
    private static final class Consumer implements SubtreeWatcher.Consumer {
        final Set<String> read = ConcurrentHashMap.newKeySet();
        volatile boolean isFailing;
        volatile boolean isNewest;
        volatile Optional<String> problem = Optional.empty();

        @Override
        public void onRead(Map<String, Znode> changed, long zxid) {
            if (isFailing) {
                throw new IllegalStateException("a test");
            }
            read.addAll(changed.keySet());
            isNewest = true;
        }

        @Override
        public void onDoubt() {
            isNewest = false;
        }

        @Override
        public void onProblem(Optional<String> text) {
            problem = text;
        }
    }
}
