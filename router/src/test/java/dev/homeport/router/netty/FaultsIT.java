package dev.homeport.router.netty;

import static dev.homeport.testkit.fleet.Clusters.aCluster;
import static dev.homeport.testkit.fleet.Fleets.aFleet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.homeport.testkit.fleet.Clusters;
import dev.homeport.testkit.mysql.Capabilities;
import dev.homeport.testkit.mysql.FakeConnection;
import dev.homeport.testkit.mysql.FakeMySqlServer;
import dev.homeport.testkit.mysql.FakeScript;
import dev.homeport.testkit.mysql.Login;
import dev.homeport.testkit.mysql.MySqlTestClient;
import dev.homeport.testkit.mysql.PacketWriter;
import dev.homeport.testkit.mysql.QueryResult;
import dev.homeport.testkit.mysql.RawPacket;
import dev.homeport.topology.BackendLink;
import dev.homeport.topology.ClusterId;
import dev.homeport.topology.Compression;
import dev.homeport.topology.ProjectState;
import dev.homeport.topology.TlsMode;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Instances and clients that do what none should, with a server that does as it is told. */
@Timeout(60)
class FaultsIT {
    private static final ClusterId C1 = new ClusterId("c1");

    /** Each takes two file descriptors of this process. */
    private static final int IDLE_CLIENTS = 1_000;

    private static final Login LOGIN = Login.as("app+p1", "x");

    private static FakeMySqlServer instance;
    private static RouterFixture router;

    @BeforeAll
    static void start() {
        instance = FakeMySqlServer.start(FakeScript.welcoming());
        router =
                RouterFixture.start(
                        aFleet().with(aCluster("c1").withPrimary("c1-1", instance.port()))
                                .withProject("p1", "c1")
                                .build());
    }

    @AfterAll
    static void stop() {
        router.close();
        instance.close();
    }

    /** Until the breaker is closed again. */
    @BeforeEach
    void allIsWell() {
        instance.play(FakeScript.welcoming());
        Awaitility.await()
                .ignoreExceptions()
                .untilAsserted(() -> MySqlTestClient.login(router.port(), LOGIN).quit());
        Awaitility.await().until(() -> router.sessions.size() == 0);
    }

    private static MySqlTestClient client() throws IOException {
        return MySqlTestClient.login(router.port(), LOGIN);
    }

    private static QueryResult.Failure refused() throws IOException {
        try (MySqlTestClient client = MySqlTestClient.connect(router.port())) {
            RawPacket answer = client.login(LOGIN);
            assertThat(answer.isErr()).isTrue();
            assertThat(client.isClosedByServer()).isTrue();
            return answer.error();
        }
    }

    private static double closed(String reason) {
        return router.meters.get("router.sessions.closed").tag("reason", reason).counter().count();
    }

    private static double errors(String kind) {
        return router.meters.get("router.errors").tag("kind", kind).counter().count();
    }

    // ------------------------------------------------------------------------------ instances

    @ParameterizedTest
    @CsvSource({"1129, 1053, 08S01, cluster_unreachable", "1053, 1053, 08S01, cluster_unreachable"})
    void saysWhyWhereTheInstanceTakesNobody(int theirs, int code, String state, String token)
            throws IOException {
        // Given
        instance.play(FakeScript.refusing(theirs, "go away"));
        // When
        QueryResult.Failure failure = refused();
        // Then
        assertThat(failure.code()).isEqualTo(code);
        assertThat(failure.sqlState()).isEqualTo(state);
        assertThat(failure.message()).contains("[homeport " + token + " cluster=c1 project=p1]");
    }

    @Test
    void passesOnThatTheInstanceIsFull() throws IOException {
        // Given
        instance.play(FakeScript.refusing(1040, "Too many connections"));
        // When / Then: the instance's words, to which applications compare
        assertThat(refused())
                .isEqualTo(new QueryResult.Failure(1040, "08004", "Too many connections"));
        assertThat(errors("too_many_connections")).isEqualTo(1);
    }

    @Test
    void passesADenialAfterTheGreetingOn() throws IOException {
        // Given
        instance.play(FakeScript.denying(1045, "28000", "no"));
        // When / Then
        assertThat(refused()).isEqualTo(new QueryResult.Failure(1045, "28000", "no"));
    }

    @Test
    void triesAnInstanceThatHangsNoMoreAfterAFewLogins() throws IOException {
        // Given
        instance.play(FakeScript.hangingAfterAccept());
        for (int i = 0; i < 3; i++) {
            assertThat(refused().message()).contains("[homeport cluster_unreachable");
        }
        long before = instance.accepted();
        // When
        QueryResult.Failure failure = refused();
        // Then
        assertThat(failure.message()).contains("[homeport cluster_unreachable");
        assertThat(instance.accepted()).isEqualTo(before);
    }

    @Test
    void givesAnInstanceUpThatHangsAfterItsGreeting() throws IOException {
        // Given
        instance.play(FakeScript.hangingAfterGreeting());
        // When / Then
        assertThat(refused().message()).contains("[homeport cluster_unreachable");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 400 Bad Request\r\n\r\n",
                "\1\0\0\0\7",
                "\0\0\0\0",
                "\12\0\0\0\12abcdefghi",
                "\377\377\377\0"
            })
    void givesAnInstanceUpThatSpeaksSomethingElse(String babble) throws IOException {
        // Given
        instance.play(FakeScript.babbling(babble.getBytes(StandardCharsets.ISO_8859_1)));
        // When / Then
        assertThat(refused().message()).contains("[homeport cluster_unreachable");
    }

    @Test
    void saysThatTheOutcomeIsUnknownWhereTheInstanceDiesInACommand() throws IOException {
        // Given
        instance.play(FakeScript.dyingInCommand());
        try (MySqlTestClient client = client()) {
            // When
            client.command(Capabilities.COM_QUERY, "INSERT INTO t VALUES (1)");
            RawPacket answer = client.read();
            // Then
            assertThat(answer.sequence()).isEqualTo(1);
            assertThat(answer.error().code()).isEqualTo(1053);
            assertThat(answer.error().message()).contains("[homeport outcome_unknown cluster=c1");
            assertThat(client.isClosedByServer()).isTrue();
        }
    }

    @Test
    void addsNothingToAReplyInWhichTheInstanceDies() throws IOException {
        // Given
        instance.play(FakeScript.dyingInReply());
        try (MySqlTestClient client = client()) {
            // When
            client.command(Capabilities.COM_QUERY, "SELECT 1");
            // Then: the beginning of the packet, and the end of the connection
            assertThatThrownBy(client::read).isInstanceOf(EOFException.class);
        }
    }

    @Test
    void numbersItsErrorBehindTheAnswerThatIsDue() throws IOException {
        // Given: an instance that dies when the client is to answer
        instance.play(
                connection -> {
                    connection.greet();
                    switchTo(connection, connection.read());
                });
        try (MySqlTestClient client = MySqlTestClient.connect(router.port())) {
            client.sendLogin(LOGIN);
            RawPacket request = client.read();
            // When
            RawPacket error = client.read();
            // Then
            assertThat(error.error().message()).contains("[homeport cluster_unreachable");
            assertThat(error.sequence()).isEqualTo(request.sequence() + 2);
        }
    }

    private static void switchTo(FakeConnection connection, RawPacket response) throws IOException {
        connection.send(
                response.sequence() + 1,
                new PacketWriter()
                        .int1(0xfe)
                        .text("mysql_native_password\0ABCDEFGHIJKLMNOPQRST\0")
                        .payload());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 3, 5, 20})
    void keepsWhatTheInstanceSaysUnaskedForTheNextCommand(int cut) throws IOException {
        // Given
        byte[] payload =
                new PacketWriter().int1(0xff).int2(1927).text("#70100Killed, really").payload();
        byte[] packet = new PacketWriter().int3(payload.length).int1(0).bytes(payload).payload();
        CountDownLatch commandSent = new CountDownLatch(1);
        instance.play(
                connection -> {
                    connection.acceptLogin();
                    connection.read();
                    connection.ok(1);
                    connection.sendRaw(Arrays.copyOf(packet, cut));
                    commandSent.await();
                    connection.sendRaw(Arrays.copyOfRange(packet, cut, packet.length));
                    connection.awaitClose();
                });
        try (MySqlTestClient client = client()) {
            double before = bytesToClients();
            client.send(0, (byte) Capabilities.COM_PING);
            client.read();
            Awaitility.await().until(() -> bytesToClients() >= before + 11 + cut);
            if (cut == 0) {
                commandSent.countDown();
                Awaitility.await().until(() -> bytesToClients() >= before + 11 + packet.length);
            }
            // When
            client.command(Capabilities.COM_QUERY, "SELECT 1");
            commandSent.countDown();
            RawPacket answer = client.read();
            // Then
            assertThat(answer.sequence()).isEqualTo(1);
            assertThat(answer.error())
                    .isEqualTo(new QueryResult.Failure(1927, "70100", "Killed, really"));
            assertThat(client.isClosedByServer()).isTrue();
        }
    }

    private static double bytesToClients() {
        return router.meters.get("router.bytes.to.clients").functionCounter().count();
    }

    @Test
    void answersAWaitingCommandOfADrainedSession() throws IOException {
        // Given
        CountDownLatch drained = new CountDownLatch(1);
        instance.play(
                connection -> {
                    connection.acceptLogin();
                    connection.read();
                    drained.await();
                    connection.ok(1);
                    connection.awaitClose();
                });
        try (MySqlTestClient idle = client();
                MySqlTestClient client = client()) {
            double sent = commandsSent();
            client.command(Capabilities.COM_QUERY, "DO SLEEP(1)");
            Awaitility.await().until(() -> commandsSent() > sent);
            router.fleet.set(
                    aFleet().with(
                                    aCluster("c1")
                                            .withPrimary("c1-1", instance.port())
                                            .draining(Duration.ofSeconds(30)))
                            .withProject("p1", "c1"));
            // All sessions of the one event loop take the limit up at once: idle ones end.
            assertThat(idle.isClosedByServer()).isTrue();
            double before = bytesFromClients();
            // When: the limit holds the second command back
            client.command(Capabilities.COM_QUERY, "DO 2");
            Awaitility.await().until(() -> bytesFromClients() > before);
            drained.countDown();
            // Then
            assertThat(client.read().isOk()).isTrue();
            RawPacket answer = client.read();
            assertThat(answer.error().message()).contains("[homeport cluster_draining cluster=c1");
            assertThat(client.isClosedByServer()).isTrue();
        } finally {
            router.fleet.set(
                    aFleet().with(aCluster("c1").withPrimary("c1-1", instance.port()))
                            .withProject("p1", "c1"));
        }
    }

    @Test
    void refusesTheSessionsOfAProjectWhereNothingElseHasChanged() throws IOException {
        // Given
        Clusters cluster = aCluster("c1").withPrimary("c1-1", instance.port());
        router.fleet.set(aFleet().with(cluster).withProject("p1", "c1").withProject("p2", "c1"));
        try (MySqlTestClient client = client();
                MySqlTestClient other =
                        MySqlTestClient.login(router.port(), Login.as("app+p2", "x"))) {
            // When
            router.fleet.set(
                    aFleet().with(cluster)
                            .withProject("p1", "c1", ProjectState.OFFLINE)
                            .withProject("p2", "c1"));
            // Then
            Awaitility.await().until(() -> router.sessions.counts().get(C1).open() == 1);
            client.command(Capabilities.COM_QUERY, "DO 1");
            assertThat(client.read().error().message()).contains("[homeport project_offline");
            other.command(Capabilities.COM_QUERY, "DO 2");
            assertThat(other.read().isOk()).isTrue();
            other.quit();
        } finally {
            router.fleet.set(aFleet().with(cluster).withProject("p1", "c1"));
        }
    }

    private static double commandsSent() {
        return router.meters
                .get("router.project.commands")
                .tag("project", "p1")
                .functionCounter()
                .count();
    }

    private static double bytesFromClients() {
        return router.meters.get("router.bytes.from.clients").functionCounter().count();
    }

    // -------------------------------------------------------------------------------- clients

    @Test
    void finishesTheHandshakeOfAClientThatLeavesWhileItConnects() throws Exception {
        // Given
        CountDownLatch left = new CountDownLatch(1);
        BlockingQueue<Integer> seen = new LinkedBlockingQueue<>();
        instance.play(
                connection -> {
                    left.await();
                    connection.greet();
                    RawPacket response = connection.read();
                    switchTo(connection, response);
                    seen.add(connection.read().length());
                    connection.err(response.sequence() + 3, 1045, "28000", "no");
                    connection.awaitClose();
                });
        long before = instance.accepted();
        // When
        try (MySqlTestClient client = MySqlTestClient.connect(router.port())) {
            client.sendLogin(LOGIN);
            Awaitility.await().until(() -> instance.accepted() > before);
        }
        Awaitility.await().until(() -> router.sessions.size() == 0);
        left.countDown();
        // Then: an empty answer
        assertThat(seen.poll(20, TimeUnit.SECONDS)).isZero();
    }

    @Test
    void finishesTheHandshakeOfAClientThatLeavesWhenItIsDue() throws Exception {
        // Given
        BlockingQueue<Integer> seen = new LinkedBlockingQueue<>();
        instance.play(
                connection -> {
                    connection.greet();
                    RawPacket response = connection.read();
                    switchTo(connection, response);
                    seen.add(connection.read().length());
                    connection.ok(response.sequence() + 3);
                    seen.add(connection.read().header());
                });
        // When
        try (MySqlTestClient client = MySqlTestClient.connect(router.port())) {
            client.sendLogin(LOGIN);
            assertThat(client.read().header()).isEqualTo(0xfe);
        }
        // Then: an empty answer, and a farewell where even that was let in
        assertThat(seen.poll(20, TimeUnit.SECONDS)).isZero();
        assertThat(seen.poll(20, TimeUnit.SECONDS)).isEqualTo(Capabilities.COM_QUIT);
    }

    @Test
    void blamesNoClusterForAClientThatStopsInMidLogin() throws Exception {
        // Given
        double errors = errors("cluster_unreachable");
        double timeouts = closed("handshake-timeout");
        // When
        try (MySqlTestClient client = MySqlTestClient.connect(router.port())) {
            client.sendLogin(LOGIN);
            assertThat(client.read().header()).isEqualTo(0xfe);
            // Then
            assertThat(client.isClosedByServer()).isTrue();
        }
        assertThat(errors("cluster_unreachable")).isEqualTo(errors);
        assertThat(closed("handshake-timeout")).isEqualTo(timeouts + 1);
    }

    @Test
    void letsASessionThatHasLostItsClusterGoAtOnceWhenItStops() throws IOException {
        // Given: an idle session, whose next command would be told that the cluster is offline
        Clusters c1 = aCluster("c1").withPrimary("c1-1", instance.port());
        try (RouterFixture stopping =
                        RouterFixture.start(aFleet().with(c1).withProject("p1", "c1").build());
                MySqlTestClient client = MySqlTestClient.login(stopping.port(), LOGIN)) {
            stopping.fleet.set(aFleet().with(c1.offline("disks")).withProject("p1", "c1"));
            Awaitility.await()
                    .until(
                            () ->
                                    stopping.meters
                                                    .get("router.errors")
                                                    .tag("kind", "cluster_offline")
                                                    .counter()
                                                    .count()
                                            > 0);
            // When: an hour is given to what runs
            stopping.sessions.stop(Duration.ofHours(1));
            // Then
            assertThat(client.isClosedByServer()).isTrue();
            Awaitility.await().until(() -> stopping.sessions.size() == 0);
        }
    }

    /** What such an instance takes the rest of the file for, nobody knows. */
    @Test
    void endsASessionWhoseInstanceGivesUpInTheMidstOfAFile() throws IOException {
        // Given
        instance.play(
                connection -> {
                    connection.acceptLogin();
                    connection.read();
                    connection.send(1, (byte) 0xfb, (byte) 'x');
                    connection.read();
                    connection.err(3, 1156, "08S01", "Got packets out of order");
                    connection.awaitClose();
                });
        try (MySqlTestClient client = client()) {
            client.command(Capabilities.COM_QUERY, "LOAD DATA LOCAL INFILE 'x' INTO TABLE t");
            assertThat(client.read().header()).isEqualTo(0xfb);
            // When
            client.send(2, (byte) 'a');
            // Then
            assertThat(client.read().error().code()).isEqualTo(1156);
            assertThat(client.isClosedByServer()).isTrue();
        }
        Awaitility.await().until(() -> router.sessions.size() == 0);
    }

    /** The handshake is finished, so that nothing is held against the router, but as nobody. */
    @Test
    void tellsNothingToAnInstanceThatOffersNoTlsWhereItMust() throws Exception {
        // Given
        BlockingQueue<RawPacket> seen = new LinkedBlockingQueue<>();
        instance.play(
                connection -> {
                    connection.greet();
                    seen.add(connection.read());
                    connection.err(2, 1045, "28000", "Access denied");
                    connection.awaitClose();
                });
        var link = new BackendLink(TlsMode.REQUIRED, Optional.empty(), false, Compression.OFF);
        try (RouterFixture strict =
                        RouterFixture.start(
                                aFleet().with(
                                                aCluster("c1")
                                                        .withPrimary("c1-1", instance.port())
                                                        .with(link))
                                        .withProject("p1", "c1")
                                        .build());
                MySqlTestClient client = MySqlTestClient.connect(strict.port())) {
            // When
            RawPacket answer = client.login(LOGIN.withSchema("secret_schema"));
            // Then
            assertThat(answer.error().message()).contains("[homeport cluster_unreachable");
            byte[] response = seen.poll(10, TimeUnit.SECONDS).payload();
            assertThat(new String(response, StandardCharsets.ISO_8859_1))
                    .contains("homeport_nobody")
                    .doesNotContain("secret_schema", "app", "p1", "homeport_client");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "'GET / HTTP/1.1\r\n\r\n', packet_too_large",
        "'\377\377\377\1', packet_too_large",
        "'\0\0\0\1', bad_packet",
        "'\5\0\0\1abcde', client_too_old",
        "'\5\0\0\7abcde', bad_packet"
    })
    void refusesBytesThatAreNoLogin(String escaped, String token) throws IOException {
        // Given
        String bytes = escaped.translateEscapes();
        long before = instance.accepted();
        try (MySqlTestClient client = MySqlTestClient.connect(router.port())) {
            // When
            client.sendRaw(bytes.getBytes(StandardCharsets.ISO_8859_1));
            // Then
            RawPacket answer = client.read();
            assertThat(answer.sequence()).isEqualTo(2);
            assertThat(answer.error().message()).contains("[homeport " + token);
            assertThat(client.isClosedByServer()).isTrue();
        }
        assertThat(instance.accepted()).isEqualTo(before);
    }

    @Test
    void refusesACommandWithoutABody() throws IOException {
        try (MySqlTestClient client = client()) {
            // When: and more behind it, which is read over
            client.sendRaw(new byte[] {0, 0, 0, 0, 1, 0, 0, 0, Capabilities.COM_PING});
            // Then
            assertThat(client.read().error().message()).contains("[homeport bad_packet");
            assertThat(client.isClosedByServer()).isTrue();
        }
        Awaitility.await().until(() -> router.sessions.size() == 0);
    }

    @Test
    void countsPortChecksAndAsksNoInstance() throws IOException {
        // Given
        long accepted = instance.accepted();
        double before = closed("port-check") + closed("handshake-timeout");
        List<Socket> sockets = new ArrayList<>();
        for (int i = 0; i < IDLE_CLIENTS; i++) {
            sockets.add(new Socket(InetAddress.getLoopbackAddress(), router.port()));
        }
        Awaitility.await().until(() -> router.sessions.size() >= IDLE_CLIENTS);
        // When: others are served all the same
        client().quit();
        for (Socket socket : sockets) {
            socket.close();
        }
        // Then: but for those that waited too long for the others
        Awaitility.await()
                .untilAsserted(
                        () ->
                                assertThat(closed("port-check") + closed("handshake-timeout"))
                                        .isEqualTo(before + IDLE_CLIENTS));
        assertThat(instance.accepted()).isEqualTo(accepted + 1);
        Awaitility.await().until(() -> router.sessions.size() == 0);
        assertThat(router.sessions.counts().get(C1).open()).isZero();
    }
}
