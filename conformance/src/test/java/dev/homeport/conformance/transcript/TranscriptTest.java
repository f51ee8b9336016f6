package dev.homeport.conformance.transcript;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.homeport.conformance.transcript.Transcript.Step;
import java.util.List;
import org.junit.jupiter.api.Test;

final class TranscriptTest {
    @Test
    void readsWhatWasSeenAndWhatIsLacking() {
        // When
        Transcript transcript =
                Transcript.parse(
                        """
                        {"step": "login", "values": ["conf", true, 1]}
                        {"step": "ping", "lacks": "no such call"}
                        """,
                        7306);

        // Then
        assertThat(transcript.steps())
                .containsEntry("login", new Step.Seen(List.of("conf", "true", "1")))
                .containsEntry("ping", new Step.Lacking("no such call"));
    }

    @Test
    void thePortIsNoDifference() {
        // When
        String message = "{\"step\": \"login\", \"values\": [\"no way to 127.0.0.1:7306\"]}";

        // Then
        assertThat(Transcript.parse(message, 7306).steps())
                .containsEntry("login", new Step.Seen(List.of("no way to 127.0.0.1:PORT")));
    }

    @Test
    void namesTopicsThatNobodySpokeOf() {
        // Given
        Transcript silent =
                Transcript.parse(
                        """
                        {"step": "wrong_password", "values": ["1045"]}
                        {"step": "unknown_schema", "values": ["1049"]}
                        {"step": "login", "values": ["conf"]}
                        {"step": "errors.syntax", "values": ["1064"]}
                        """,
                        1);

        // Then
        assertThat(silent.missing())
                .contains(Topic.PING, Topic.CANCEL)
                .doesNotContain(Topic.LOGIN, Topic.ERRORS)
                .hasSize(Topic.values().length - 4);
    }

    @Test
    void whoCannotLogInIsAskedNothingElse() {
        // Given
        Transcript refused =
                Transcript.parse(
                        """
                        {"step": "wrong_password", "values": ["1045"]}
                        {"step": "unknown_schema", "values": ["1049"]}
                        {"step": "login", "values": ["error: no such plugin"]}
                        """,
                        1);

        // Then
        assertThat(refused.isLoggedIn()).isFalse();
        assertThat(refused.missing()).isEmpty();
    }

    @Test
    void stepsBelongToTopics() {
        // Given
        Transcript transcript = Transcript.parse("{\"step\": \"pinging\", \"values\": [\"x\"]}", 1);

        // Then
        assertThat(transcript.strange()).containsExactly("pinging");
    }

    @Test
    void refusesWhatIsNoStepAndWhatIsToldTwice() {
        assertThatThrownBy(() -> Transcript.parse("Segmentation fault", 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Segmentation fault");
        assertThatThrownBy(
                        () ->
                                Transcript.parse(
                                        """
                                        {"step": "ping", "values": ["a"]}
                                        {"step": "ping", "values": ["b"]}
                                        """,
                                        1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("told twice");
    }
}
