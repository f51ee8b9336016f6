package dev.homeport.agent.watch.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.homeport.agent.watch.binlog.Gtid;
import dev.homeport.agent.watch.binlog.GtidPosition;
import dev.homeport.agent.watch.inventory.KnownTables.Presence;
import dev.homeport.agent.watch.judge.Totals;
import dev.homeport.topology.ClusterId;
import dev.homeport.topology.Family;
import dev.homeport.topology.ProjectId;
import dev.homeport.topology.TableName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class InventoryTest {
    private static final Instant T0 = Instant.parse("2026-11-14T12:00:00Z");
    private static final ClusterId C1 = new ClusterId("c1");

    @TempDir Path directory;

    private static GtidPosition at(int sequence) {
        return GtidPosition.parse(Family.MARIADB, "0-1-" + sequence).orElseThrow();
    }

    private static Inventory inventory(Optional<Inventory> before, Instant began, Object... rows) {
        var builder = new Inventory.Builder(before);
        for (int i = 0; i < rows.length; i += 2) {
            String[] name = ((String) rows[i]).split("\\.", 2);
            builder.add(name[0], name[1], (Integer) rows[i + 1]);
        }
        return builder.build(new Inventory.Taken(began, Optional.of(at(10)), Optional.of(at(20))));
    }

    private static TableName t(String name) {
        return new TableName(name.split("\\.", 2)[0], name.split("\\.", 2)[1]);
    }

    @Test
    void sumsUpPartitionsAndLeavesOutWhatIsNoApplications() {
        // When
        Inventory one =
                inventory(
                        Optional.empty(),
                        T0,
                        "a.t#P#p0",
                        1,
                        "a.t#P#p1#SP#s0",
                        2,
                        "a.b",
                        3,
                        "a.#sql-1",
                        4,
                        "mysql.x",
                        5,
                        "homeport.x",
                        6,
                        "homeport_quarantine_2.q1",
                        7);

        // Then
        assertThat(one.tables()).isEqualTo(2);
        assertThat(one.rows(t("a.t"))).hasValue(3);
        assertThat(one.rows(t("a.b"))).hasValue(3);
    }

    @Test
    void knowsTheRowsOfEachPartition() {
        // When
        Inventory one =
                inventory(
                        Optional.empty(),
                        T0,
                        "a.t#P#Z",
                        9,
                        "a.t#P#Old",
                        1,
                        "a.t#p#new#sp#s0",
                        2,
                        "a.t#p#new#sp#s1",
                        3,
                        "a.b",
                        4,
                        "b.t#P#old",
                        5);

        // Then
        assertThat(one.rows(t("a.t"))).hasValue(15);
        assertThat(one.rows(t("a.t"), "old")).hasValue(1);
        assertThat(one.rows(t("a.t"), "new")).hasValue(5);
        assertThat(one.rows(t("a.t"), "none")).isEmpty();
        assertThat(one.rows(t("a.b"), "old")).isEmpty();
        assertThat(one.rows(t("b.t"), "old")).hasValue(5);
        assertThat(one.rows(t("c.t"), "old")).isEmpty();
    }

    @Test
    void partitionsThatGoTakeTheirRowsFromTheirTableOnce() {
        // Given
        var known = new KnownTables(table -> ProjectId.parse(table.schema()));
        Object[] listed = {"a.t#P#p0", 100, "a.t#P#p1", 10, "a.t#P#p2", 1};
        assertThat(known.emptied(t("a.t"), List.of("p0"), T0)).isEqualTo(-1);
        known.adopt(inventory(Optional.empty(), T0, listed));

        // Then
        assertThat(known.emptied(t("a.t"), List.of("p0", "p2", "nope"), T0)).isEqualTo(101);
        assertThat(known.rows(t("a.t"))).isEqualTo(10);
        assertThat(known.totals(ProjectId.parse("a"))).isEqualTo(new Totals(1, 10));
        assertThat(known.emptied(t("a.t"), List.of("p0"), T0)).isZero();
        assertThat(known.emptied(t("a.t"), List.of("p1"), T0)).isEqualTo(10);
        assertThat(known.emptied(t("a.t"), List.of("nope"), T0)).isEqualTo(-1);
        assertThat(known.isChanged(t("a.t"))).isTrue();

        // And what was made anew has none of them
        known.created(t("a.t"), 0, T0);
        assertThat(known.emptied(t("a.t"), List.of("p0"), T0)).isEqualTo(-1);
        known.adopt(inventory(known.base(), T0.plusSeconds(60), listed));
        assertThat(known.emptied(t("a.t"), List.of("p0"), T0)).isEqualTo(100);
    }

    @Test
    void aCollapseIsMeasuredAgainstTheAverageOfBefore() {
        // Given
        Inventory first = inventory(Optional.empty(), T0, "a.t", 5000, "a.small", 500);
        Inventory second = inventory(Optional.of(first), T0, "a.t", 6000, "a.small", 500);

        // When
        Inventory third = inventory(Optional.of(second), T0, "a.t", 400, "a.small", 0);

        // Then
        assertThat(third.collapses(0.1, 1000))
                .extracting(Inventory.Collapse::table)
                .containsExactly(t("a.t"));
        assertThat(second.collapses(0.1, 1000)).isEmpty();
    }

    @Test
    void theLogTellsWhatTheInventoryDoesNotKnowYet() {
        // Given
        var known = new KnownTables(table -> ProjectId.parse(table.schema()));
        known.adopt(inventory(Optional.empty(), T0, "a.t", 100, "a.u", 50));

        // When
        known.dropped(t("a.t"), T0.plusSeconds(1));
        known.created(t("a.v"), 0, T0.plusSeconds(2));

        // Then
        assertThat(known.presence(t("a.t"), Optional.empty())).isEqualTo(Presence.NOT_THERE);
        assertThat(known.presence(t("a.v"), Optional.empty())).isEqualTo(Presence.THERE);
        assertThat(known.presence(t("a.w"), Optional.empty())).isEqualTo(Presence.NOT_KNOWN);
        assertThat(known.tablesOf("a")).containsExactlyInAnyOrder(t("a.u"), t("a.v"));
        assertThat(known.totals(ProjectId.parse("a"))).isEqualTo(new Totals(2, 50));
        assertThat(known.totals(ProjectId.parse("b"))).isEqualTo(new Totals(0, 0));
    }

    @Test
    void whatHappenedWhileItWasTakenMayHaveBeenThere() {
        // Given
        var known = new KnownTables(table -> ProjectId.parse(table.schema()));
        known.adopt(inventory(Optional.empty(), T0, "a.t", 100));

        // Then
        assertThat(known.presence(t("a.x"), Optional.of(new Gtid.MariaDb(0, 1, 10))))
                .isEqualTo(Presence.NOT_KNOWN);
        assertThat(known.presence(t("a.x"), Optional.of(new Gtid.MariaDb(0, 1, 15))))
                .isEqualTo(Presence.THERE);
        assertThat(known.presence(t("a.x"), Optional.of(new Gtid.MariaDb(0, 1, 21))))
                .isEqualTo(Presence.NOT_KNOWN);
    }

    @Test
    void whatTheLogToldIsNotMissing() {
        // Given
        var known = new KnownTables(table -> ProjectId.parse(table.schema()));
        Inventory before = inventory(Optional.empty(), T0, "a.t", 1, "a.u", 2, "a.v", 3);
        known.adopt(before);
        known.dropped(t("a.t"), T0.plusSeconds(30));

        // When
        var missing = known.adopt(inventory(Optional.of(before), T0.plusSeconds(60), "a.v", 3));

        // Then
        assertThat(missing).containsExactly(t("a.u"));
        assertThat(known.totals(ProjectId.parse("a"))).isEqualTo(new Totals(1, 3));
    }

    @Test
    void aDropThatTheInventoryCameTooEarlyForStays() {
        // Given
        var known = new KnownTables(table -> ProjectId.parse(table.schema()));
        Inventory before = inventory(Optional.empty(), T0, "a.t", 1, "a.u", 2);
        known.adopt(before);
        known.dropped(t("a.t"), T0.plusSeconds(61));

        // When
        known.adopt(inventory(Optional.of(before), T0.plusSeconds(60), "a.t", 1, "a.u", 2));

        // Then
        assertThat(known.presence(t("a.t"), Optional.empty())).isEqualTo(Presence.NOT_THERE);
        assertThat(known.totals(ProjectId.parse("a"))).isEqualTo(new Totals(1, 2));
    }

    @Test
    void aFileComesBackAsItWas() {
        // Given
        var file = new InventoryFile(directory.resolve("i"), C1, Family.MARIADB);
        Inventory one =
                inventory(
                        Optional.empty(),
                        T0,
                        "a.tab\there",
                        1,
                        "a.line\nbreak\\n",
                        2,
                        "a.parts#P#p0",
                        4,
                        "a.parts#P#p1",
                        5,
                        "ü.t",
                        3);

        // When
        file.write(one);
        Inventory again = file.read().orElseThrow();

        // Then
        assertThat(again.taken()).isEqualTo(one.taken());
        assertThat(again.missingIn(one)).isEmpty();
        assertThat(one.missingIn(again)).isEmpty();
        assertThat(again.rows(t("a.line\nbreak\\n"))).hasValue(2);
        assertThat(again.rows(t("a.parts"))).hasValue(9);
        assertThat(again.rows(t("a.parts"), "p1")).hasValue(5);
        assertThat(
                        new InventoryFile(
                                        directory.resolve("i"), new ClusterId("c2"), Family.MARIADB)
                                .read())
                .isEmpty();
    }

    @Test
    void aBrokenFileIsNoFile() throws IOException {
        // Given
        Path path = directory.resolve("i");
        var file = new InventoryFile(path, C1, Family.MARIADB);
        file.write(inventory(Optional.empty(), T0, "a.t", 1, "a.u", 2));
        byte[] whole = Files.readAllBytes(path);
        Random random = new Random(3);

        for (int i = 0; i < 300; i++) {
            byte[] broken = whole.clone();
            if (i % 2 == 0) {
                broken[random.nextInt(broken.length - 10) + 10] ^= (byte) (1 + random.nextInt(255));
            } else {
                broken = java.util.Arrays.copyOf(whole, random.nextInt(whole.length));
            }
            Files.write(path, broken);
            // Then
            assertThat(file.read()).isEmpty();
        }
        assertThat(new InventoryFile(directory.resolve("none"), C1, Family.MARIADB).read())
                .isEmpty();
    }

    @Test
    void aFolderThatIsNotThereIsNoFailure() {
        new InventoryFile(directory.resolve("no/such/folder"), C1, Family.MARIADB)
                .write(inventory(Optional.empty(), T0, "a.t", 1));
    }
}
