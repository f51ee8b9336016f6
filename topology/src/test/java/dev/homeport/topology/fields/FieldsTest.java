package dev.homeport.topology.fields;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.homeport.topology.ClusterId;
import dev.homeport.topology.Health;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FieldsTest {
    private final Problems problems = new Problems();

    @Test
    void everyKindOfValueIsRead() {
        // Given
        Fields fields =
                fields(
                        "{'s':'x','i':7,'l':9000000000,'b':true,'d':'90s','n':60,"
                                + "'t':'2026-01-31T12:00:00Z','w':'no-primary','id':'c1',"
                                + "'list':['c1','c2'],'ints':[7,9],'map':{'k':'v'},'o':{'in':1}}");

        // When
        Object[] read = {
            fields.string("s"),
            fields.integer("i", 0, 10),
            fields.optionalLong("l", 0, Long.MAX_VALUE),
            fields.bool("b", false),
            fields.duration("d", Duration.ZERO),
            fields.optionalSeconds("n"),
            fields.optionalInstant("t"),
            fields.requiredWord("w", Health.class),
            fields.required("id", ClusterId::new),
            fields.list("list", ClusterId::new),
            fields.integers("ints", 7, 9),
            fields.stringMap("map"),
            fields.object("o").map(inner -> inner.integer("in", 0, 9)),
            fields.optionalString("absent"),
            fields.build(() -> "built")
        };

        // Then
        assertThat(problems.text()).isEmpty();
        assertThat(read)
                .containsExactly(
                        "x",
                        7,
                        OptionalLong.of(9_000_000_000L),
                        true,
                        Duration.ofSeconds(90),
                        Optional.of(Duration.ofMinutes(1)),
                        Optional.of(Instant.parse("2026-01-31T12:00:00Z")),
                        Optional.of(Health.NO_PRIMARY),
                        Optional.of(new ClusterId("c1")),
                        List.of(new ClusterId("c1"), new ClusterId("c2")),
                        List.of(7, 9),
                        Map.of("k", "v"),
                        Optional.of(1),
                        Optional.empty(),
                        Optional.of("built"));
    }

    @Test
    void allProblemsAreReportedAtOnceWithTheirPaths() {
        // Given
        Fields fields = fields("{'a':1,'list':[{'port':'x'},{'prot':1}],'wieght':2}");

        // When
        fields.string("a");
        for (Fields one : fields.objects("list")) {
            one.integer("port", 1, 9);
            one.build(() -> "one");
        }
        fields.string("weight", "");
        Optional<String> built = fields.build(() -> "never");

        // Then
        assertThat(built).isEmpty();
        assertThat(problems.text().lines())
                .containsExactly(
                        "a: must be a text, was 1",
                        "list[0].port: must be a whole number from 1 to 9, was \"x\"",
                        "list[1].port: is required",
                        "list[1].prot: unknown field; known are port (did you mean \"port\"?)",
                        "wieght: unknown field; known are a, list, weight"
                                + " (did you mean \"weight\"?)");
    }

    @Test
    void whatTheConstructorSaysIsAProblem() {
        // Given
        Fields fields = fields("{}");

        // When
        Optional<String> built =
                fields.build(
                        () -> {
                            throw new IllegalArgumentException("a rule of the record");
                        });

        // Then
        assertThat(built).isEmpty();
        assertThat(problems.text()).isEqualTo("a rule of the record");
    }

    @ParameterizedTest
    @CsvSource({"500ms, PT0.5S", "10s, PT10S", "5m, PT5M", "2h, PT2H", "1d, PT24H", "7 s, PT7S"})
    void durationsHaveTheirUnitInTheText(String text, Duration expected) {
        // Given
        Fields fields = fields("{'d':'" + text + "'}");

        // When
        Duration read = fields.duration("d", Duration.ZERO);

        // Then
        assertThat(read).isEqualTo(expected);
        assertThat(problems.isEmpty()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"10", "s", "-1s", "1.5s", "10 sec", "99999999999s"})
    void otherDurationsAreProblems(String text) {
        // Given
        Fields fields = fields("{'d':'" + text + "'}");

        // When
        fields.duration("d", Duration.ZERO);

        // Then
        assertThat(problems.text()).startsWith("d: must be a duration such as");
    }

    @ParameterizedTest
    @CsvSource({
        "wieght, weight",
        "WEIGHT, weight",
        "instnaces, instances",
        "labesl, labels",
        "zzzzzz, ''"
    })
    void theNearestNameIsSuggested(String given, String expected) {
        // Given
        List<String> known = List.of("weight", "instances", "labels");

        // When
        Optional<String> nearest = Suggestions.nearest(given, known);

        // Then
        assertThat(nearest.orElse("")).isEqualTo(expected);
    }

    private Fields fields(String json) {
        try {
            return Fields.of(new ObjectMapper().readTree(json.replace('\'', '"')), problems);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
