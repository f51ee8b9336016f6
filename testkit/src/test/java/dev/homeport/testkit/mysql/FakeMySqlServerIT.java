package dev.homeport.testkit.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.homeport.testkit.mysql.QueryResult.Failure;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import org.junit.jupiter.api.Test;

final class FakeMySqlServerIT {
    private static final Login ANYBODY = Login.as("anybody", "secret");

    @Test
    void welcomesAnybodyThroughASwitchAndAnswersOk() throws Exception {
        // Given
        try (FakeMySqlServer server = FakeMySqlServer.start(FakeScript.welcoming());
                MySqlTestClient client = MySqlTestClient.login(server.port(), ANYBODY)) {
            // When
            QueryResult result = client.query("DO 1");

            // Then
            assertThat(result).isInstanceOf(QueryResult.Done.class);
            assertThat(server.accepted()).isEqualTo(1);
        }
    }

    @Test
    void refusesWithoutAnSqlStateBeforeTheClientSaidAnything() throws Exception {
        // Given
        FakeScript script = FakeScript.refusing(1040, "Too many connections");
        try (FakeMySqlServer server = FakeMySqlServer.start(script)) {
            // When
            MySqlTestClient client = MySqlTestClient.connect(server.port());

            // Then
            assertThat(client.first().error())
                    .isEqualTo(new Failure(1040, "", "Too many connections"));
            client.close();
            await().until(() -> server.open() == 0);
        }
    }

    @Test
    void deniesAfterTheLoginPacket() throws Exception {
        // Given
        FakeScript script = FakeScript.denying(1045, "28000", "Access denied");
        try (FakeMySqlServer server = FakeMySqlServer.start(script);
                MySqlTestClient client = MySqlTestClient.connect(server.port())) {
            // When
            RawPacket answer = client.login(ANYBODY);

            // Then
            assertThat(answer.error()).isEqualTo(new Failure(1045, "28000", "Access denied"));
        }
    }

    @Test
    void diesInACommandOrInItsReply() throws Exception {
        try (FakeMySqlServer server = FakeMySqlServer.start(FakeScript.dyingInCommand())) {
            // Given
            MySqlTestClient first = MySqlTestClient.login(server.port(), ANYBODY);
            server.play(FakeScript.dyingInReply());
            MySqlTestClient second = MySqlTestClient.login(server.port(), ANYBODY);

            // When / Then
            assertThatThrownBy(() -> first.query("DO 1")).isInstanceOf(SocketException.class);
            assertThatThrownBy(() -> second.query("DO 1")).isInstanceOf(EOFException.class);
            first.close();
            second.close();
        }
    }

    @Test
    void hangsUntilItIsClosed() throws Exception {
        // Given
        FakeMySqlServer server = FakeMySqlServer.start(FakeScript.hangingAfterGreeting());
        MySqlTestClient client = MySqlTestClient.connect(server.port());
        client.sendLogin(ANYBODY);

        // When
        server.close();

        // Then
        assertThat(client.isClosedByServer()).isTrue();
        client.close();
    }

    @Test
    void aRealDriverTakesItForAServer() throws Exception {
        // Given
        FakeScript oneRow =
                connection -> {
                    connection.acceptLogin();
                    while (connection.read().header() == Capabilities.COM_QUERY) {
                        connection.row(1, "answer", "42");
                    }
                };
        try (FakeMySqlServer server = FakeMySqlServer.start(oneRow)) {
            // When
            String answer = askWithDriver(server.port());

            // Then
            assertThat(answer).isEqualTo("42");
        }
    }

    private static String askWithDriver(int port) throws Exception {
        String url = "jdbc:mariadb://127.0.0.1:" + port + "/?user=a&password=b";
        try (Connection connection = DriverManager.getConnection(url);
                ResultSet rows = connection.createStatement().executeQuery("SELECT 42")) {
            rows.next();
            return rows.getString("answer");
        } catch (java.sql.SQLException e) {
            throw new IOException(e);
        }
    }
}
