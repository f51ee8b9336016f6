package dev.homeport.quarantine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.homeport.topology.TableName;
import org.junit.jupiter.api.Test;

final class ForeignKeyTest {
    @Test
    void readsAKeyWithinItsSchema() {
        // When
        ForeignKey key =
                ForeignKey.parse(
                        "CONSTRAINT `a``b` FOREIGN KEY (`x)`, `y`) REFERENCES `p` (`i`, `j`) ON"
                                + " DELETE SET NULL",
                        "app");

        // Then
        assertThat(key)
                .isEqualTo(
                        new ForeignKey(
                                "a`b",
                                "(`x)`, `y`)",
                                new TableName("app", "p"),
                                "(`i`, `j`) ON DELETE SET NULL"));
        assertThat(key.clause(new TableName("s", "t")))
                .isEqualTo(
                        "CONSTRAINT `a``b` FOREIGN KEY (`x)`, `y`) REFERENCES `s`.`t` (`i`, `j`)"
                                + " ON DELETE SET NULL");
    }

    @Test
    void readsAKeyAcrossSchemas() {
        // When
        ForeignKey key =
                ForeignKey.parse(
                        "CONSTRAINT `k` FOREIGN KEY (`x`) REFERENCES `o.``ther`.`p.q` (`i`)",
                        "app");

        // Then
        assertThat(key.parent()).isEqualTo(new TableName("o.`ther", "p.q"));
    }

    @Test
    void onlyGeneratedNamesOnTablesWithOtherNamesThanLettersAreFragile() {
        // Given
        ForeignKey generated =
                new ForeignKey("a-b_ibfk_1", "(`x`)", new TableName("app", "p"), "(`i`)");

        // Then
        assertThat(generated.isFragile("a-b")).isTrue();
        assertThat(generated.isFragile("a")).isFalse();
        assertThat(new ForeignKey("t_ibfk_1", "", new TableName("app", "p"), "").isFragile("t"))
                .isFalse();
        assertThat(generated.movedWith("a-b", "q7").name()).isEqualTo("q7_ibfk_1");
    }

    @Test
    void findsTheDefinerInEitherQuotes() {
        // Then
        assertThat(Trigger.definerOf("CREATE DEFINER=`a``b`@`%` TRIGGER t BEFORE"))
                .isEqualTo("`a``b`@`%`");
        assertThat(Trigger.definerOf("CREATE DEFINER=\"a\"@\"h\" TRIGGER t BEFORE"))
                .isEqualTo("\"a\"@\"h\"");
        assertThat(Trigger.definerOf("CREATE DEFINER=`role` TRIGGER `t@` BEFORE"))
                .isEqualTo("`role`");
    }
}
