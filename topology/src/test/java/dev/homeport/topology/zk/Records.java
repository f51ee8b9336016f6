package dev.homeport.topology.zk;

import dev.homeport.topology.BackendLink;
import dev.homeport.topology.ClusterDefinition;
import dev.homeport.topology.ClusterId;
import dev.homeport.topology.ClusterIntent;
import dev.homeport.topology.Family;
import dev.homeport.topology.Health;
import dev.homeport.topology.Instance;
import dev.homeport.topology.InstanceId;
import dev.homeport.topology.Intent;
import dev.homeport.topology.Placement;
import dev.homeport.topology.ProjectId;
import dev.homeport.topology.ProjectState;
import dev.homeport.topology.Verdict;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Records as tests need them. */
final class Records {
    static final Instant NOON = Instant.parse("2026-01-31T12:00:00Z");
    static final ClusterId C1 = new ClusterId("c1");
    static final ClusterId C2 = new ClusterId("c2");
    static final ClusterId C3 = new ClusterId("c3");
    static final ClusterId C9 = new ClusterId("c9");

    private Records() {}

    /** With the instances {@code <id>-1} and {@code <id>-2}. */
    static ClusterDefinition cluster(ClusterId id) {
        return new ClusterDefinition(
                id,
                Family.MARIADB,
                List.of(
                        new Instance(new InstanceId(id + "-1"), "db-" + id, 3306),
                        new Instance(new InstanceId(id + "-2"), "db-" + id, 3307)),
                100,
                OptionalLong.empty(),
                Map.of(),
                BackendLink.DEFAULT);
    }

    static ClusterIntent intent(Intent intent) {
        return new ClusterIntent(
                intent,
                "because",
                "mia",
                Optional.of(NOON),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    static Verdict healthy(ClusterId id, long epoch) {
        return verdict(Health.HEALTHY, Optional.of(id + "-1"), epoch);
    }

    static Verdict verdict(Health health, Optional<String> primary, long epoch) {
        return new Verdict(
                health,
                primary.map(InstanceId::new),
                List.of(),
                epoch,
                "",
                List.of(),
                Optional.empty(),
                Optional.empty());
    }

    static Placement on(ClusterId home) {
        return in(ProjectState.SERVING, home);
    }

    static Placement in(ProjectState state, ClusterId home) {
        return new Placement(home, state, NOON, "", Optional.empty());
    }

    static ProjectId project(String id) {
        return new ProjectId(id);
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
