package dev.homeport.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class YamlTextTest {
    private static final String FILE =
            """
            # a fleet
            clusters:
              c1:
                family: mariadb
                instances:
                  - { id: c1-1, port: 3306 }
                  - id: c1-2
                    port: 3307
            guard:
            """;

    @ParameterizedTest
    @CsvSource({
        "clusters, 2",
        "clusters.c1.family, 4",
        "clusters.c1.instances[0].port, 6",
        "clusters.c1.instances[1].port, 8",
        "clusters.c1.instances[1].host, 7",
        "clusters.c1.weight, 3",
        "guard, 9"
    })
    void knowsInWhichLineAFieldStandsOrWouldStand(String path, int line) throws Exception {
        assertThat(YamlText.parse(FILE).line(path)).hasValue(line);
    }

    @Test
    void knowsNothingOfWhatIsNowhere() throws Exception {
        assertThat(YamlText.parse(FILE).line("placement")).isEmpty();
        assertThat(YamlText.parse(FILE).line("")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n\n", "# nothing\n", "---\n"})
    void aTextMaySayNothing(String text) throws Exception {
        assertThat(YamlText.parse(text).isEmpty()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "'a: 1\na: 2\n', 2, is no valid YAML: Duplicate",
        "'a: &x 1\nb: *x\n', 2, uses a YAML alias",
        "'a: [1\nb: 2\n', 2, is no valid YAML",
    })
    void saysWhereATextIsWrong(String text, int line, String why) {
        assertThatThrownBy(() -> YamlText.parse(text))
                .isInstanceOfSatisfying(
                        YamlText.Malformed.class,
                        e -> {
                            assertThat(e.line()).hasValue(line);
                            assertThat(e).hasMessageStartingWith(why);
                        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"a\":\"true\",\"b\":true,\"c\":\"1\",\"d\":1,\"e\":\"1e3\",\"f\":\"0x1\",\"g\":\"~\"}",
                "{\"a\":\"72h\",\"b\":\"*\",\"c\":\"tmp_*\",\"d\":\"_(?<tenant>\\\\d+)_\",\"e\":\"no\"}",
                "{\"a\":\"one\\ntwo\\n\",\"b\":\"x: y\",\"c\":\"# no comment\",\"d\":\"\",\"e\":\" x \"}",
                "{\"list\":[],\"map\":{},\"nested\":[{\"a\":[\"b\"]}],\"null\":null,\"12\":\"12:30\"}"
            })
    void whatItWritesMeansTheSameWhenItIsRead(String json) throws Exception {
        // Given
        var tree = new ObjectMapper().readTree(json);

        // Then
        assertThat(YamlText.parse(YamlText.of(tree)).tree()).isEqualTo(tree);
    }

    @Test
    void writesNoQuotesWhereNoneAreNeeded() throws Exception {
        assertThat(YamlText.of(new ObjectMapper().readTree("{\"family\":\"mariadb\"}")))
                .isEqualTo("family: mariadb\n");
    }
}
