package dev.homeport.quarantine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class CreateTableTest {
    private static final String TEXT =
            """
            CREATE TABLE `a``(` (
              `i` int(11) NOT NULL AUTO_INCREMENT COMMENT 'a,b)\\'(''',
              `x``,` enum('(',',') DEFAULT NULL,
              PRIMARY KEY (`i`),
              KEY `k` (`x``,`(10),`i`),
              CONSTRAINT `f,1` FOREIGN KEY (`i`) REFERENCES `p` (`i`) ON DELETE CASCADE,
              CONSTRAINT `c` CHECK (`i` > 0 and `x``,` <> ')')
            ) ENGINE=InnoDB AUTO_INCREMENT=9 DEFAULT CHARSET=utf8mb4 COMMENT='x)'
            """
                    .strip();

    @Test
    void takesDefinitionsApartWhateverNamesAndTextsHold() {
        // When
        CreateTable table = CreateTable.parse(TEXT);

        // Then
        assertThat(table.definitions()).hasSize(6);
        assertThat(table.definitions().get(1)).isEqualTo("`x``,` enum('(',',') DEFAULT NULL");
        assertThat(table.foreignKeys())
                .containsExactly(
                        "CONSTRAINT `f,1` FOREIGN KEY (`i`) REFERENCES `p` (`i`) ON DELETE"
                                + " CASCADE");
        assertThat(table.checks())
                .containsExactly("CONSTRAINT `c` CHECK (`i` > 0 and `x``,` <> ')')");
        assertThat(table.options())
                .isEqualTo(" ENGINE=InnoDB AUTO_INCREMENT=9 DEFAULT CHARSET=utf8mb4 COMMENT='x)'");
    }

    @Test
    void aCopyIsTheSameWithoutKeysAndNumbers() {
        // When
        CreateTable bare = CreateTable.parse(TEXT).bare();

        // Then
        assertThat(bare.foreignKeys()).isEmpty();
        assertThat(bare.definitions()).hasSize(5);
        assertThat(bare.options()).doesNotContain("AUTO_INCREMENT");
    }

    @Test
    void namesOfIndexesDoNotMakeAnotherTable() {
        // Given
        CreateTable table = CreateTable.parse(TEXT);

        // When
        CreateTable renamed = CreateTable.parse(TEXT.replace("KEY `k`", "KEY `other`"));
        CreateTable changed = CreateTable.parse(TEXT.replace("(10)", "(11)"));

        // Then
        assertThat(table.isLike(renamed)).isTrue();
        assertThat(table.isLike(changed)).isFalse();
    }

    @Test
    void textCutAnywhereIsRefused() {
        for (int length = 0; length < TEXT.lastIndexOf(')', TEXT.indexOf("ENGINE")); length++) {
            // Given
            String cut = TEXT.substring(0, length);

            // Then
            assertThatThrownBy(() -> CreateTable.parse(cut))
                    .as(cut)
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }
}
