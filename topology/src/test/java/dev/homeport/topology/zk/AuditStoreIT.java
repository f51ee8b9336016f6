package dev.homeport.topology.zk;

import static dev.homeport.topology.zk.Records.NOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.homeport.topology.AuditEntry;
import dev.homeport.topology.AuditLog;
import dev.homeport.topology.AuditLog.Numbered;
import dev.homeport.topology.TopologyException.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.ZooDefs;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AuditStoreIT {
    private static final OptionalLong ALL = OptionalLong.empty();

    private TestEnsemble ensemble;

    @BeforeEach
    void startZooKeeper() throws Exception {
        ensemble = new TestEnsemble();
    }

    @AfterEach
    void stopZooKeeper() throws Exception {
        ensemble.close();
    }

    @Test
    void anEntryOfOneRouterIsReadByAnother() throws Exception {
        // Given
        AuditLog writer = ensemble.open().audit();
        AuditLog reader = ensemble.open().audit();

        // When
        long first = writer.append(Records.auditEntry("r1", 1));
        long second = reader.append(Records.auditEntry("r2", 2));

        // Then
        assertThat(second).isGreaterThan(first);
        assertThat(reader.page(any -> true, ALL, 10).entries())
                .containsExactly(
                        new Numbered(second, Records.auditEntry("r2", 2)),
                        new Numbered(first, Records.auditEntry("r1", 1)));
    }

    @Test
    void pagesGoOnWhereTheLastOneEnded() throws Exception {
        // Given
        AuditLog audit = ensemble.open().audit();
        for (int i = 0; i < 25; i++) {
            audit.append(Records.auditEntry(i % 2 == 0 ? "r1" : "r2", i));
        }

        // When
        List<Numbered> read = new ArrayList<>();
        AuditLog.Page page = audit.page(one -> one.router().value().equals("r2"), ALL, 5);
        read.addAll(page.entries());
        while (page.next().isPresent()) {
            page = audit.page(one -> one.router().value().equals("r2"), page.next(), 5);
            read.addAll(page.entries());
        }

        // Then
        assertThat(read)
                .extracting(one -> one.entry().reason())
                .containsExactly(
                        IntStream.rangeClosed(0, 11)
                                .mapToObj(i -> "reason " + (23 - 2 * i))
                                .toArray(String[]::new));
    }

    @Test
    void theOldestMakeRoom() throws Exception {
        // Given
        AuditStore audit = store(ensemble.open(), 70);

        // When: the last number that trims is 200
        for (int i = 0; i <= 205; i++) {
            audit.append(Records.auditEntry("r1", i));
        }

        // Then
        List<Numbered> kept = audit.page(any -> true, ALL, 1000).entries();
        assertThat(kept).hasSize(75);
        assertThat(kept.getFirst().entry().reason()).isEqualTo("reason 205");
        assertThat(kept.getLast().entry().reason()).isEqualTo("reason 131");
    }

    @Test
    void manyWritersOfTwoRoutersLoseNothingAndTrimTogether() throws Exception {
        // Given
        List<AuditStore> routers =
                List.of(store(ensemble.open(), 300), store(ensemble.open(), 300));
        List<Future<Long>> numbers = new ArrayList<>();

        // When
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            for (int i = 0; i < 400; i++) {
                int number = i;
                numbers.add(
                        threads.submit(
                                () ->
                                        routers.get(number % 2)
                                                .append(Records.auditEntry("r1", number))));
            }
        }

        // Then
        List<Long> all = new ArrayList<>();
        for (Future<Long> number : numbers) {
            all.add(number.get());
        }
        assertThat(all).doesNotHaveDuplicates();
        List<Numbered> kept = routers.getFirst().page(any -> true, ALL, 1000).entries();
        assertThat(kept).hasSizeBetween(300, 350);
        assertThat(kept)
                .extracting(Numbered::number)
                .isSortedAccordingTo((a, b) -> Long.compare(b, a));
        assertThat(kept).extracting(one -> one.entry().reason()).doesNotHaveDuplicates();
    }

    @Test
    void whatMayStandAlreadyIsLookedForAmongAllThatAreKept() throws Exception {
        // Given
        AuditLog audit = ensemble.open().audit();
        long first = audit.append(Records.auditEntry("r1", 1));
        for (int i = 2; i <= 300; i++) {
            audit.append(Records.auditEntry("r2", i));
        }

        // When
        long again = audit.appendAgain(Records.auditEntry("r1", 1));
        long other = audit.appendAgain(Records.auditEntry("r1", 2));

        // Then
        assertThat(again).isEqualTo(first);
        assertThat(other).isGreaterThan(299);
        assertThat(audit.page(any -> true, ALL, 1000).entries()).hasSize(301);
    }

    @Test
    void whatSomebodyElsePutThereIsPassedOver() throws Exception {
        // Given
        AuditLog audit = ensemble.open().audit();
        audit.append(Records.auditEntry("r1", 1));
        for (String name : List.of("notes", "0000000500")) {
            ensemble.operator()
                    .create(
                            "/audit/" + name,
                            Records.utf8("{nonsense"),
                            ZooDefs.Ids.OPEN_ACL_UNSAFE,
                            CreateMode.PERSISTENT);
        }

        // Then
        assertThat(audit.page(any -> true, ALL, 10).entries()).hasSize(1);
    }

    @Test
    void theParentComesBackWhenSomebodyRemovesIt() throws Exception {
        // Given
        AuditLog audit = ensemble.open().audit();
        audit.append(Records.auditEntry("r1", 1));
        ensemble.deleteAll("/audit");

        // When
        audit.append(Records.auditEntry("r1", 2));

        // Then
        assertThat(audit.page(any -> true, ALL, 10).entries()).hasSize(1);
    }

    @Test
    void withoutZooKeeperItSaysSoAndWorksAgainAfterwards() throws Exception {
        // Given
        AuditLog audit = ensemble.open().audit();
        audit.append(Records.auditEntry("r1", 1));
        ensemble.stop();

        // When
        var away = assertThatThrownBy(() -> audit.append(Records.auditEntry("r1", 2)));
        ensemble.restart();
        await().ignoreExceptions().until(() -> audit.append(Records.auditEntry("r1", 3)) > 0);

        // Then
        away.hasFieldOrPropertyWithValue("reason", Reason.UNAVAILABLE);
        assertThat(audit.page(any -> true, ALL, 10).entries())
                .extracting(one -> one.entry().reason())
                .contains("reason 3", "reason 1");
    }

    @Test
    void anEntryIsBoundedWhateverIsInIt() {
        // Given
        AuditEntry good = Records.auditEntry("r1", 1);
        Map<String, String> changes = new TreeMap<>();
        for (int i = 0; i < 1000; i++) {
            changes.put("field " + i + "\n" + "x".repeat(1000), "\u0001" + "y".repeat(100_000));
        }

        // When
        AuditEntry entry =
                new AuditEntry(
                        NOON,
                        new AuditEntry.Actor("a".repeat(5000), "admin", "10.0.0.1"),
                        good.router(),
                        new AuditEntry.Act("1", "PUT", "/v1/guard", "t".repeat(5000)),
                        "r\n".repeat(5000),
                        200,
                        changes);

        // Then
        assertThat(AuditEntryCodec.ZNODE.write(entry)).hasSizeLessThan(12_000);
        assertThat(entry.reason()).doesNotContain("\n");
        assertThat(entry.changes()).hasSize(20);
    }

    private static AuditStore store(ZooKeeperFleet fleet, int most) {
        return new AuditStore(new BlockingCalls(fleet.client(), FleetAcl.open()), most);
    }
}
