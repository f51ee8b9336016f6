package dev.homeport.router.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.homeport.topology.ClusterId;
import dev.homeport.topology.Instance;
import dev.homeport.topology.InstanceId;
import dev.homeport.topology.ProjectId;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Whose connections of an instance are. */
class SessionRegistryTest {
    private static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");
    private static final ClusterId C1 = new ClusterId("c1");
    private static final InstanceId DB1 = new InstanceId("db-1");

    private final SessionRegistry registry = new SessionRegistry(() -> 1);

    private static ServedSession session(
            String cluster, String instance, String project, int threadId) {
        return new ServedSession(
                new ClusterId(cluster),
                new SessionRegistry.Target(
                        new ProjectId(project),
                        "app",
                        new Instance(new InstanceId(instance), "127.0.0.1", 3306),
                        threadId),
                Optional.of(InetSocketAddress.createUnresolved("10.0.0.7", 51234)),
                NOW,
                Optional.empty());
    }

    private Map<Long, ServedSession> find(Instant at, Long... threadIds) {
        return registry.onInstance(C1, DB1, Set.of(threadIds), at);
    }

    @Test
    void knowsTheOpenOnesOfAnInstance() {
        // Given
        registry.serving(1, session("c1", "db-1", "p1", 57));
        registry.serving(2, session("c1", "db-2", "p2", 57));
        registry.serving(3, session("c2", "db-1", "p3", 57));
        registry.serving(4, session("c1", "db-1", "p4", -1));

        // When
        Map<Long, ServedSession> found = find(NOW, 57L, 58L, 0xffff_ffffL);

        // Then
        assertThat(found).containsOnlyKeys(57L, 0xffff_ffffL);
        assertThat(found.get(57L).target().project()).isEqualTo(new ProjectId("p1"));
        assertThat(found.get(57L).clientText()).isEqualTo("10.0.0.7:51234");
        assertThat(found.get(57L).closed()).isEmpty();
        assertThat(registry.target(1)).isPresent();
    }

    @Test
    void rememberAClosedOneForAWhile() {
        // Given
        registry.serving(1, session("c1", "db-1", "p1", 57));

        // When
        registry.notServing(1, NOW);

        // Then
        assertThat(registry.target(1)).isEmpty();
        assertThat(registry.counts().get(C1).open()).isZero();
        Instant almost = NOW.plus(ClosedSessions.MEMORY).minusMillis(1);
        assertThat(find(almost, 57L).get(57L).closed()).contains(NOW);
        assertThat(find(almost.plusMillis(1), 57L)).isEmpty();
    }

    @Test
    void whoEndsTwiceIsCountedOnce() {
        // Given
        registry.serving(1, session("c1", "db-1", "p1", 57));

        // When
        registry.notServing(1, NOW);
        registry.notServing(1, NOW);

        // Then
        assertThat(registry.counts().get(C1).open()).isZero();
    }

    @Test
    void theLastOneCountsWhereAThreadHasHadSeveral() {
        // Given: COM_CHANGE_USER, twice
        registry.serving(1, session("c1", "db-1", "p1", 57));
        registry.notServing(1, NOW);
        registry.serving(1, session("c1", "db-1", "p2", 57));
        registry.notServing(1, NOW);

        // Then
        assertThat(find(NOW, 57L).get(57L).target().project()).isEqualTo(new ProjectId("p2"));

        // When
        registry.serving(1, session("c1", "db-1", "p3", 57));

        // Then
        assertThat(find(NOW, 57L).get(57L).target().project()).isEqualTo(new ProjectId("p3"));
        assertThat(find(NOW, 57L).get(57L).closed()).isEmpty();
    }

    @Test
    void forgetsTheOldestOfTooManyClosedOnes() {
        // When
        for (int thread = 1; thread <= ClosedSessions.MOST + 1; thread++) {
            registry.serving(1, session("c1", "db-1", "p1", thread));
            registry.notServing(1, NOW);
        }

        // Then
        assertThat(find(NOW, 1L, 2L, 3L)).containsOnlyKeys(2L, 3L);
        assertThat(find(NOW, (long) ClosedSessions.MOST + 1)).hasSize(1);
    }
}
