package dev.homeport.topology.zk;

import dev.homeport.topology.Announcement;
import dev.homeport.topology.AnnouncementId;
import dev.homeport.topology.Approval;
import dev.homeport.topology.ApprovalId;
import dev.homeport.topology.AuditEntry;
import dev.homeport.topology.BackendLink;
import dev.homeport.topology.Capacity;
import dev.homeport.topology.ClusterDefinition;
import dev.homeport.topology.ClusterId;
import dev.homeport.topology.ClusterIntent;
import dev.homeport.topology.Family;
import dev.homeport.topology.Glob;
import dev.homeport.topology.GuardAction;
import dev.homeport.topology.GuardBudgets;
import dev.homeport.topology.GuardPolicy;
import dev.homeport.topology.GuardRule;
import dev.homeport.topology.Health;
import dev.homeport.topology.Incident;
import dev.homeport.topology.IncidentId;
import dev.homeport.topology.IncidentKind;
import dev.homeport.topology.IncidentLimit;
import dev.homeport.topology.IncidentScope;
import dev.homeport.topology.Instance;
import dev.homeport.topology.InstanceId;
import dev.homeport.topology.Intent;
import dev.homeport.topology.Placement;
import dev.homeport.topology.ProjectId;
import dev.homeport.topology.ProjectState;
import dev.homeport.topology.RouterId;
import dev.homeport.topology.StatementClass;
import dev.homeport.topology.TableGlob;
import dev.homeport.topology.TableName;
import dev.homeport.topology.TenantPattern;
import dev.homeport.topology.Verdict;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

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
                Capacity.UNLIMITED,
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

    static GuardPolicy guard() {
        return new GuardPolicy(
                true,
                List.of(
                        new GuardRule(
                                List.of(new Glob("p4*")),
                                List.of(new Glob("c?")),
                                List.of(new Glob("app")),
                                List.of(new Glob("app")),
                                List.of(TableGlob.parse("tmp_*"), TableGlob.parse("app.x")),
                                Map.of(
                                        StatementClass.DROP_TABLE, GuardAction.ALLOW,
                                        StatementClass.TRUNCATE, GuardAction.QUARANTINE),
                                Optional.of(GuardAction.APPROVE))),
                Duration.ofDays(7),
                1 << 20,
                3,
                Duration.ofSeconds(90),
                new GuardBudgets(5, 2, Duration.ofSeconds(30)),
                List.of(TableGlob.parse("ns_users"), TableGlob.parse("app.ns_*")),
                Optional.of(new TenantPattern("_(?<tenant>\\d+)_")));
    }

    static Approval approval(String id) {
        return new Approval(
                new ApprovalId(id),
                project("p42"),
                Set.of(StatementClass.DROP_TABLE, StatementClass.TRUNCATE),
                List.of(TableGlob.parse("tmp_*")),
                5,
                NOON.plusSeconds(600),
                "mia",
                "clean-up");
    }

    static Announcement announcement(String id) {
        return new Announcement(
                new AnnouncementId(id),
                project("p42"),
                Optional.of("12"),
                NOON.plusSeconds(3600),
                "mia",
                "tenant leaves");
    }

    static Incident incident(String id, ClusterId cluster, IncidentLimit limit, ProjectId project) {
        return new Incident(
                new IncidentId(id),
                IncidentKind.DATA_LOSS,
                cluster,
                new IncidentScope(
                        Set.of(project), List.of("12"), List.of(new TableName("app", "x")), false),
                limit,
                NOON,
                NOON.minusSeconds(1),
                Optional.of("0-1-41"),
                "app of " + project + " at 10.0.0.1",
                2,
                70,
                List.of("DROP TABLE of 2 tables within 1 s"),
                Optional.empty());
    }

    static AuditEntry auditEntry(String router, int number) {
        return new AuditEntry(
                NOON.plusSeconds(number),
                new AuditEntry.Actor("mia", "operator", "10.0.0.9"),
                new RouterId(router),
                new AuditEntry.Act("id-" + number, "POST", "/v1/clusters/{id}/cordon", "c1"),
                "reason " + number,
                200,
                Map.of("intent", "active -> cordoned"));
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
