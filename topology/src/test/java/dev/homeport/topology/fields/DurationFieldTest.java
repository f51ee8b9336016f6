package dev.homeport.topology.fields;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class DurationFieldTest {
    private static final Duration ABSENT = Duration.ofSeconds(7);
    private static final Duration MIN = Duration.ofMillis(500);
    private static final Duration MAX = Duration.ofMinutes(90);

    private final Problems problems = new Problems();

    @ParameterizedTest
    @CsvSource({"500ms, 500", "2s, 2000", "90m, 5400000", "1h, 3600000"})
    void isTakenWithinItsBounds(String text, long millis) {
        assertThat(read(text)).isEqualTo(Duration.ofMillis(millis));
        assertThat(problems.isEmpty()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "499ms, 'wait: must be from 500ms to 90m, was \"499ms\"'",
        "91m, 'wait: must be from 500ms to 90m, was \"91m\"'",
        "soon, 'wait: must be a duration such as \"500ms\", \"10s\", \"5m\", \"2h\" or \"1d\", was \"soon\"'"
    })
    void isOneProblemOutsideThem(String text, String problem) {
        read(text);
        assertThat(problems.text()).isEqualTo(problem);
    }

    @Test
    void isTheDefaultWhereItIsAbsent() {
        Fields fields = Fields.of(JsonNodeFactory.instance.objectNode(), problems);
        assertThat(fields.duration("wait", ABSENT, MIN, MAX)).isEqualTo(ABSENT);
        assertThat(problems.isEmpty()).isTrue();
    }

    private Duration read(String text) {
        var node = JsonNodeFactory.instance.objectNode().put("wait", text);
        return Fields.of(node, problems).duration("wait", ABSENT, MIN, MAX);
    }
}
