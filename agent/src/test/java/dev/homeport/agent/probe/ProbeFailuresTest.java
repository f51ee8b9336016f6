package dev.homeport.agent.probe;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.EOFException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLSyntaxErrorException;
import java.sql.SQLTransientConnectionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ProbeFailuresTest {
    private static final String SECRET = "host 'x' user 'y' password 'z'";

    @ParameterizedTest
    @ValueSource(
            ints = {1040, 1044, 1045, 1129, 1130, 1142, 1203, 1226, 1227, 1698, 1820, 1862, 4151})
    void callsWhateverTheServerRefusesLockedOut(int error) {
        // Given
        SQLException refusal = new SQLNonTransientConnectionException(SECRET, "08004", error);

        // When
        ProbeResult result = ProbeFailures.classify(throughThePool(refusal));

        // Then
        assertThat(result).isInstanceOf(ProbeResult.LockedOut.class);
        assertThat(result.toString()).contains("error " + error).doesNotContain("password 'z'");
    }

    static Stream<Arguments> silences() {
        return Stream.of(
                Arguments.of(new ConnectException(SECRET), "connection refused"),
                Arguments.of(new SocketTimeoutException(SECRET), "no answer in time"),
                Arguments.of(new UnknownHostException(SECRET), "its host name is unknown"),
                Arguments.of(new EOFException(SECRET), "no connection"));
    }

    @ParameterizedTest
    @MethodSource("silences")
    void callsANetworkThatFailsSilent(Throwable cause, String words) {
        // Given
        SQLException failure = new SQLNonTransientConnectionException(SECRET, "08000", cause);

        // Then
        assertThat(ProbeFailures.classify(failure)).isEqualTo(new ProbeResult.Silent(words));
        assertThat(ProbeFailures.classify(throughThePool(failure)))
                .isEqualTo(new ProbeResult.Silent(words));
    }

    @Test
    void callsAPoolThatGotNoConnectionInTimeSilent() {
        assertThat(ProbeFailures.classify(new SQLTransientConnectionException("timed out")))
                .isEqualTo(new ProbeResult.Silent("no connection"));
    }

    @Test
    void callsAServerThatGoesDownSilent() {
        assertThat(ProbeFailures.classify(new SQLException("shutdown", "70100", 1053)))
                .isInstanceOf(ProbeResult.Silent.class);
    }

    @Test
    void callsAnyOtherErrorOfTheServerLockedOut() {
        assertThat(ProbeFailures.classify(new SQLSyntaxErrorException("near ALL", "42000", 1064)))
                .isEqualTo(new ProbeResult.LockedOut("it answers with an error (error 1064)"));
    }

    private static SQLException throughThePool(SQLException cause) {
        return new SQLTransientConnectionException(
                "Connection is not available", cause.getSQLState(), cause);
    }
}
