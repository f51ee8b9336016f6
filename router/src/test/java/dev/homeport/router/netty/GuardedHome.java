package dev.homeport.router.netty;

import static dev.homeport.testkit.fleet.Clusters.aCluster;
import static dev.homeport.testkit.fleet.Fleets.aFleet;

import dev.homeport.quarantine.JdbcQuarantine;
import dev.homeport.quarantine.ServiceAccount;
import dev.homeport.router.guard.DestructiveAct;
import dev.homeport.router.guard.FleetGuard;
import dev.homeport.router.guard.GuardMeters;
import dev.homeport.router.guard.GuardRecords;
import dev.homeport.router.guard.RecentStatements;
import dev.homeport.testkit.fleet.FakeFleetSource;
import dev.homeport.testkit.mariadb.Account;
import dev.homeport.testkit.mysql.MySqlTestClient;
import dev.homeport.topology.ApprovalId;
import dev.homeport.topology.Family;
import dev.homeport.topology.GuardPolicy;
import dev.homeport.topology.GuardState;
import dev.homeport.topology.ProjectId;
import dev.homeport.topology.TableName;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A {@link Home} behind a router whose guard is on, with a real quarantine. */
final class GuardedHome implements AutoCloseable {
    private static final Account KEEPER = Account.withRandomPassword("homeport_guard");

    final Home home;
    final RouterFixture router;
    final JdbcQuarantine quarantine;
    final RecentStatements recent = new RecentStatements();

    /** Why statements looked like a mistake. */
    final List<String> suspicions = new CopyOnWriteArrayList<>();

    private final FakeFleetSource rules =
            FakeFleetSource.of(
                    aFleet().with(aCluster("c1").withPrimary("c1-1"))
                            .withProject("p1", "c1")
                            .build());
    private final ExecutorService blocking = Executors.newCachedThreadPool();

    private GuardedHome(Home home) {
        this.home = home;
        home.server.execute(
                "CREATE USER homeport_guard@'%' IDENTIFIED BY '" + KEEPER.password() + "'");
        home.server.execute(
                ServiceAccount.grants(home.family, "homeport_guard@'%'").toArray(String[]::new));
        quarantine =
                new JdbcQuarantine(
                        () -> home.endpoint().connect(KEEPER.user(), KEEPER.password(), ""));
        var guard =
                new FleetGuard(
                        rules,
                        new Records(),
                        instance -> quarantine,
                        blocking,
                        recent,
                        new GuardMeters(new SimpleMeterRegistry()),
                        Clock.systemUTC());
        router = home.router().with(RouterFixture.Serving.DEFAULT.with(guard)).start();
    }

    static GuardedHome start(Family family, Path directory) {
        return new GuardedHome(Home.start(family, directory));
    }

    MySqlTestClient connect() throws IOException {
        return Home.connect(router);
    }

    void obey(GuardPolicy policy) {
        obey(new GuardState(policy, List.of(), List.of()));
    }

    void obey(GuardState state) {
        rules.set(
                aFleet().with(aCluster("c1").withPrimary("c1-1"))
                        .withProject("p1", "c1")
                        .with(state)
                        .build());
    }

    /** Tables of the schema as they stand now. */
    List<String> tables() {
        return home
                .server
                .query(
                        "SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = 'p1'"
                                + " ORDER BY 1")
                .stream()
                .map(List::getFirst)
                .toList();
    }

    @Override
    public void close() {
        router.close();
        quarantine.close();
        blocking.shutdownNow();
        home.close();
    }

    /** What the guard would share with other routers. */
    private final class Records implements GuardRecords {
        @Override
        public CompletableFuture<Boolean> use(ApprovalId approval) {
            return CompletableFuture.completedFuture(true);
        }

        @Override
        public void suspicious(DestructiveAct act, String why, Optional<String> tenant) {
            suspicions.add(why);
        }

        @Override
        public CompletableFuture<Void> tellOthers(ProjectId project, TableName table) {
            return CompletableFuture.completedFuture(null);
        }
    }
}
