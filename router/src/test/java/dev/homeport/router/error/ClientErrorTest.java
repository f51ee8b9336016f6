package dev.homeport.router.error;

import static org.assertj.core.api.Assertions.assertThat;

import dev.homeport.topology.ClusterId;
import dev.homeport.topology.ProjectId;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ClientErrorTest {
    /** What makes drivers and wrappers reconnect and send a statement again. */
    private static final List<String> PHRASES =
            List.of(
                    "server has gone away",
                    "lost connection",
                    "no connection to the server",
                    "timed out",
                    "connection refused",
                    "broken pipe",
                    "reset by peer",
                    "--read-only option",
                    "communication link failure",
                    "is dead or not enabled",
                    "error while sending",
                    "resource deadlock avoided",
                    "packets out of order. expected",
                    "connection is no longer usable",
                    "server closed the connection");

    private static ClientError full(ErrorKind kind, String detail) {
        return new ClientError(
                kind,
                Optional.of(new ClusterId("c".repeat(63))),
                Optional.of(new ProjectId("p".repeat(63))),
                detail,
                Optional.of(Duration.ofSeconds(Long.MAX_VALUE)));
    }

    @Test
    void saysWhatWhyAndWhatScriptsLookFor() {
        // Given
        var error =
                new ClientError(
                        ErrorKind.CLUSTER_OFFLINE,
                        Optional.of(new ClusterId("c1")),
                        Optional.of(new ProjectId("p42")),
                        "disk is being replaced",
                        Optional.of(Duration.ofMinutes(1)));
        // When / Then
        assertThat(error.message())
                .isEqualTo(
                        "The project's database cluster is offline: disk is being replaced"
                                + " [homeport cluster_offline cluster=c1 project=p42"
                                + " retry_after=60]");
        assertThat(error.withoutDetail().message())
                .isEqualTo(
                        "The project's database cluster is offline"
                                + " [homeport cluster_offline cluster=c1 project=p42"
                                + " retry_after=60]");
    }

    @Test
    void namesOnlyWhatIsKnown() {
        assertThat(ClientError.of(ErrorKind.TOO_MANY_CONNECTIONS, "").message())
                .isEqualTo("Too many connections [homeport too_many_connections]");
    }

    @Test
    void makesAPacketOfItsKind() {
        // When
        var packet = ClientError.of(ErrorKind.UNKNOWN_THREAD, "7").packet();
        // Then
        assertThat(packet.code()).isEqualTo(1094);
        assertThat(packet.sqlState()).isEqualTo("HY000");
        assertThat(packet.message()).isEqualTo("Unknown thread id: 7 [homeport unknown_thread]");
    }

    @ParameterizedTest
    @EnumSource(ErrorKind.class)
    void staysUnderFourHundredBytesWithItsTokenIntact(ErrorKind kind) {
        for (String detail : List.of("", "x".repeat(1000), "é".repeat(500), "😀".repeat(300))) {
            // When
            String message = full(kind, detail).message();
            // Then
            assertThat(message.getBytes(StandardCharsets.UTF_8)).hasSizeLessThan(400);
            assertThat(message)
                    .startsWith(kind.text())
                    .endsWith(" retry_after=" + Long.MAX_VALUE + "]")
                    .contains(" [homeport " + kind.token() + " cluster=cc");
        }
    }

    @Test
    @Timeout(60)
    void takesADetailOfAnyLengthWithoutTrouble() {
        // Given: the reason in an intent can be as long as a znode
        String detail = "x".repeat(1_000_000);
        // When
        String message = ClientError.of(ErrorKind.CLUSTER_OFFLINE, detail).message();
        // Then
        assertThat(message).hasSize(399).contains(": xxx").endsWith("x [homeport cluster_offline]");
        assertThat(
                        ClientError.of(ErrorKind.CLUSTER_OFFLINE, "😀" + "x".repeat(397) + "😀")
                                .message())
                .doesNotContain("?");
    }

    @ParameterizedTest
    @EnumSource(ErrorKind.class)
    void makesNobodyReplayWhatMayHaveBeenExecuted(ErrorKind kind) {
        String text = kind.text().toLowerCase(Locale.ROOT);
        assertThat(PHRASES).noneMatch(text::contains);
        if (kind.keepsConnection()) {
            assertThat(kind.sqlState()).doesNotStartWith("08");
            assertThat(kind.code()).isNotIn(1040, 1053, 2006, 2013);
        }
    }

    @ParameterizedTest
    @EnumSource(ErrorKind.class)
    void hasASqlStateOfFiveAndNoCodeThatDriversMake(ErrorKind kind) {
        assertThat(kind.sqlState()).matches("[0-9A-Z]{5}");
        assertThat(kind.code()).isGreaterThanOrEqualTo(1000).isNotIn(2002, 2003, 2006, 2013, 2055);
        assertThat(kind.token()).matches("[a-z_]+");
    }

    @Property(tries = 2000)
    void letsNothingThroughThatCouldBreakALineOrFakeAToken(@ForAll String detail) {
        // When
        String message = full(ErrorKind.CLUSTER_OFFLINE, detail).message();
        // Then
        String text = message.substring(0, message.lastIndexOf("[homeport "));
        assertThat(text).doesNotContain("[", "]");
        assertThat(text.codePoints())
                .noneMatch(
                        c ->
                                Character.isISOControl(c)
                                        || Character.getType(c) == Character.FORMAT
                                        || Character.getType(c) == Character.SURROGATE
                                        || Character.getType(c) == Character.LINE_SEPARATOR
                                        || Character.getType(c) == Character.PARAGRAPH_SEPARATOR);
        assertThat(message.getBytes(StandardCharsets.UTF_8)).hasSizeLessThan(400);
    }
}
