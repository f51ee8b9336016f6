package dev.homeport.testkit.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.homeport.testkit.mariadb.Account;
import dev.homeport.testkit.mariadb.MariaDbServer;
import dev.homeport.testkit.mariadb.MariaDbSettings;
import dev.homeport.testkit.mysql.QueryResult.Done;
import dev.homeport.testkit.mysql.QueryResult.Failure;
import dev.homeport.testkit.mysql.QueryResult.Rows;
import dev.homeport.testkit.process.FreePorts;
import dev.homeport.testkit.tls.ClientTls;
import dev.homeport.testkit.tls.TestCertificates;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class MySqlTestClientIT {
    @TempDir private static Path directory;

    private static MariaDbServer server;

    @BeforeAll
    static void startServer() {
        server = MariaDbServer.startPrimary(MariaDbSettings.in(directory));
        server.execute("CREATE DATABASE app");
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @Test
    void logsInWithSchemaAndAttributes() throws Exception {
        // Given
        Login login = login().withSchema("app").withAttribute("project", "p42");

        // When
        try (MySqlTestClient client = MySqlTestClient.login(server.port(), login)) {
            // Then
            assertThat(client.greeting().version()).contains("MariaDB");
            assertThat(client.query("SELECT DATABASE(), NULL"))
                    .isEqualTo(
                            new Rows(
                                    List.of("DATABASE()", "NULL"),
                                    List.of(List.of("app", "NULL")),
                                    Capabilities.SERVER_STATUS_AUTOCOMMIT));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, Capabilities.CLIENT_DEPRECATE_EOF})
    void readsSeveralResultsWithAndWithoutEofPackets(long without) throws Exception {
        // Given
        Login login = login().without(without);
        try (MySqlTestClient client = MySqlTestClient.login(server.port(), login)) {
            // When
            QueryResult first = client.query("SELECT 1; DO 0");
            QueryResult second = client.readResult();

            // Then
            assertThat(first).isInstanceOf(Rows.class);
            assertThat(((Rows) first).status() & Capabilities.SERVER_MORE_RESULTS_EXISTS)
                    .isNotZero();
            assertThat(second).isEqualTo(new Done(0, 0, Capabilities.SERVER_STATUS_AUTOCOMMIT));
        }
    }

    @Test
    void followsASwitchOfThePlugin() throws Exception {
        // Given: the server cannot know the plugin of an unknown one and asks for the real answer
        try (MySqlTestClient client = MySqlTestClient.connect(server.port())) {
            client.send(1, loginWithUnknownPlugin(client.greeting()));
            RawPacket request = client.read();

            // When
            RawPacket answer = client.answerSwitch(request, login());

            // Then
            assertThat(request.header()).isEqualTo(0xfe);
            assertThat(answer.isOk()).isTrue();
        }
    }

    @Test
    void sendsSslRequestAndClientHelloInOneWriteWhereThatIsAskedFor() throws Exception {
        // Given
        TestCertificates certificates = TestCertificates.in(directory.resolve("tls"));
        Login login = login().withTls(ClientTls.trusting(certificates.authority()).writingAtOnce());
        try (ServerSocket listener = new ServerSocket(FreePorts.next())) {
            CompletableFuture<byte[]> firstRead =
                    CompletableFuture.supplyAsync(() -> greetAndReadOnce(listener));

            // When
            try (MySqlTestClient client = MySqlTestClient.connect(listener.getLocalPort())) {
                assertThatThrownBy(() -> client.sendLogin(login)).isInstanceOf(IOException.class);
            }

            // Then: a packet of 32 bytes, and a TLS record of a handshake
            assertThat(firstRead.get()).startsWith(32, 0, 0, 1);
            assertThat(firstRead.get()[36]).isEqualTo((byte) 0x16);
        }
    }

    private static byte[] greetAndReadOnce(ServerSocket listener) {
        long flags = Capabilities.USUAL | Capabilities.CLIENT_SSL;
        Greeting greeting =
                new Greeting("9", 1, "abcdefghijklmnopqrst", flags, 45, 2, Login.NATIVE_PASSWORD);
        try (Socket socket = listener.accept()) {
            socket.getOutputStream().write(PacketSocket.packet(0, greeting.payload()));
            byte[] bytes = new byte[4096];
            return Arrays.copyOf(bytes, socket.getInputStream().read(bytes));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void showsTheErrorOfTheServer() throws Exception {
        // Given
        Account root = server.root();
        try (MySqlTestClient client = MySqlTestClient.login(server.port(), login())) {
            // When
            QueryResult result = client.query("SELECT nonsense");

            // Then
            assertThat(result)
                    .isInstanceOfSatisfying(
                            Failure.class,
                            failure -> {
                                assertThat(failure.code()).isEqualTo(1054);
                                assertThat(failure.sqlState()).isEqualTo("42S22");
                                assertThat(failure.message()).contains("nonsense");
                            });
            assertThatThrownBy(
                            () ->
                                    MySqlTestClient.login(
                                            server.port(), Login.as(root.user(), "wrong")))
                    .hasMessageContaining("1045");
        }
    }

    private static Login login() {
        return Login.as(server.root().user(), server.root().password());
    }

    private static byte[] loginWithUnknownPlugin(Greeting greeting) {
        return new PacketWriter()
                .int4(Capabilities.USUAL & greeting.capabilities())
                .int4(1 << 24)
                .int1(45)
                .zeros(23)
                .nulText(server.root().user())
                .int1(0)
                .nulText("no_such_plugin")
                .lenenc(0)
                .payload();
    }
}
