package dev.homeport.agent.watch.binlog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.homeport.topology.Family;
import java.util.List;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class GtidPositionTest {
    private static final String U1 = "3e11fa47-71ca-11e1-9e33-c80aa9429562";
    private static final String U2 = "4e11fa47-71ca-11e1-9e33-c80aa9429562";

    private static GtidPosition mariaDb(String text) {
        return GtidPosition.parse(Family.MARIADB, text).orElseThrow();
    }

    private static GtidPosition mySql(String text) {
        return GtidPosition.parse(Family.MYSQL, text).orElseThrow();
    }

    @Test
    void mariaDbKeepsTheLastOfEachDomain() {
        // Given
        GtidPosition position = mariaDb("0-1-5,7-2-9");

        // When
        GtidPosition later = position.with(new Gtid.MariaDb(0, 3, 6));

        // Then
        assertThat(later).hasToString("0-3-6,7-2-9");
        assertThat(later.contains(new Gtid.MariaDb(0, 1, 6))).isTrue();
        assertThat(later.contains(new Gtid.MariaDb(0, 1, 7))).isFalse();
        assertThat(later.contains(new Gtid.MariaDb(1, 1, 1))).isFalse();
        assertThat(later.with(new Gtid.MariaDb(0, 1, 4))).isEqualTo(later);
        assertThat(later.covers(position)).isTrue();
        assertThat(position.covers(later)).isFalse();
        assertThat(mariaDb("0-1-9,1-1-3").common(mariaDb("0-1-7,2-1-1"))).hasToString("0-1-7");
    }

    @Test
    void mySqlReadsWhatServersWrite() {
        // When
        GtidPosition position =
                mySql(U1.toUpperCase(java.util.Locale.ROOT) + ":1-5:7:9-12,\n" + U2 + ":1");

        // Then
        assertThat(position).hasToString(U1 + ":1-5:7:9-12," + U2 + ":1");
        assertThat(position.with(new Gtid.MySql(U1, 6))).hasToString(U1 + ":1-7:9-12," + U2 + ":1");
        assertThat(position.contains(new Gtid.MySql(U1, 8))).isFalse();
        assertThat(position.common(mySql(U1 + ":4-10"))).hasToString(U1 + ":4-5:7:9-10");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0-1",
                "a-1-2",
                "0-1-2-3",
                "0-1-99999999999999999999",
                "0-1-9999999999999999999",
                ","
            })
    void mariaDbRefusesWhatIsNoPosition(String text) {
        assertThat(GtidPosition.parse(Family.MARIADB, text)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({U1, U1 + ":", U1 + ":tag:1-5", U1 + ":5-4", "x:1", U1 + ":1-", "0-1-5"})
    void mySqlRefusesTagsAndWhatIsNoSet(String text) {
        assertThat(GtidPosition.parse(Family.MYSQL, text)).isEmpty();
    }

    @Test
    void nothingIsAPositionToo() {
        assertThat(mariaDb(" \n")).isEqualTo(GtidPosition.none(Family.MARIADB));
        assertThat(mySql("")).isEqualTo(GtidPosition.none(Family.MYSQL));
    }

    @Property
    void aSetIsTheSameInWhateverOrderItGrows(
            @ForAll @Size(max = 40) List<@LongRange(min = 1, max = 60) Long> numbers) {
        // When
        GtidPosition grown = GtidPosition.none(Family.MYSQL);
        GtidPosition sorted = grown;
        for (long number : numbers) {
            grown = grown.with(new Gtid.MySql(U1, number));
        }
        for (long number : new TreeSet<>(numbers)) {
            sorted = sorted.with(new Gtid.MySql(U1, number));
        }

        // Then
        assertThat(grown).isEqualTo(sorted);
        assertThat(mySql(grown.toString())).isEqualTo(grown);
        for (long number = 1; number <= 60; number++) {
            assertThat(grown.contains(new Gtid.MySql(U1, number)))
                    .isEqualTo(numbers.contains(number));
        }
    }
}
