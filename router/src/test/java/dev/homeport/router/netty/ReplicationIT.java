package dev.homeport.router.netty;

import static dev.homeport.testkit.fleet.Clusters.aCluster;
import static dev.homeport.testkit.fleet.Fleets.aFleet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.shyiko.mysql.binlog.BinaryLogClient;
import com.github.shyiko.mysql.binlog.event.Event;
import com.github.shyiko.mysql.binlog.event.WriteRowsEventData;
import com.github.shyiko.mysql.binlog.network.SSLMode;
import dev.homeport.router.admission.AdmissionLimits;
import dev.homeport.router.config.CommandsConfig;
import dev.homeport.router.config.LimitsConfig;
import dev.homeport.router.netty.RouterFixture.Serving;
import dev.homeport.testkit.fleet.Clusters;
import dev.homeport.testkit.mysql.Capabilities;
import dev.homeport.testkit.mysql.Login;
import dev.homeport.testkit.mysql.MySqlTestClient;
import dev.homeport.testkit.mysql.PacketWriter;
import dev.homeport.testkit.mysql.QueryResult;
import dev.homeport.testkit.mysql.RawPacket;
import dev.homeport.topology.Family;
import dev.homeport.topology.FleetSnapshot;
import dev.homeport.topology.ProjectId;
import java.io.IOException;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The binary log through a router, for the project that may. */
@Timeout(180)
class ReplicationIT {
    private static final int COM_BINLOG_DUMP = 0x12;
    private static final int COM_REGISTER_SLAVE = 0x15;
    private static final int COM_CLONE = 0x20;
    private static final int NON_BLOCK = 1;
    private static final long SERVER_ID = 4711;

    @TempDir static Path directory;

    private static final Homes HOMES =
            new Homes(
                    one -> {
                        Home home =
                                Home.start(
                                        one,
                                        directory.resolve(one.name()),
                                        "binlog_format=ROW",
                                        "max_allowed_packet=67108864");
                        home.server.execute(
                                "CREATE TABLE p1.t (n INT PRIMARY KEY, b LONGBLOB) ENGINE = InnoDB");
                        return home;
                    });

    @AfterAll
    static void stop() {
        HOMES.close();
    }

    private static Home home(Family family) {
        return HOMES.of(family);
    }

    private static RouterFixture router(Family family) {
        var mayReplicate = new CommandsConfig(Set.of(new ProjectId("p1")));
        var limits =
                new LimitsConfig(
                        AdmissionLimits.of(100),
                        Duration.ofSeconds(10),
                        Optional.of(Duration.ofSeconds(1)),
                        Optional.empty(),
                        Optional.empty(),
                        OptionalLong.empty());
        return home(family).router().with(Serving.DEFAULT.with(mayReplicate).with(limits)).start();
    }

    private static FleetSnapshot fleet(Family family, Clusters cluster) {
        return aFleet().with(cluster.with(family).withPrimary("c1-1", home(family).server.port()))
                .withProject("p1", "c1")
                .build();
    }

    /** Follows the binary log from where it is, and keeps what was inserted. */
    private static final class Follower implements AutoCloseable {
        final ConcurrentLinkedQueue<Serializable> inserted = new ConcurrentLinkedQueue<>();
        final BinaryLogClient client;

        Follower(RouterFixture router, Family family) throws IOException, TimeoutException {
            // caching_sha2_password knows the account afterwards, so that no TLS is needed.
            Home.connect(router).quit();
            client = new BinaryLogClient("127.0.0.1", router.port(), "app+p1", Home.password());
            client.setServerId(SERVER_ID + (family == Family.MARIADB ? 0 : 1));
            client.setSSLMode(SSLMode.DISABLED);
            client.setKeepAlive(false);
            // Without a place of its own it asks with a statement that MySQL 9 does not have.
            client.setBinlogFilename(lastLog(family));
            client.setBinlogPosition(4);
            client.registerEventListener(this::take);
            client.connect(TimeUnit.SECONDS.toMillis(20));
        }

        private void take(Event event) {
            if (event.getData() instanceof WriteRowsEventData rows) {
                rows.getRows().forEach(row -> inserted.add(row[0]));
            }
        }

        void awaitRow(int n) {
            await().atMost(Duration.ofSeconds(30)).until(() -> inserted.contains(n));
        }

        @Override
        public void close() throws IOException {
            client.disconnect();
        }
    }

    private static void insert(Family family, int n, int bytes) {
        home(family)
                .server
                .execute("INSERT INTO p1.t VALUES (%d, REPEAT('x', %d))".formatted(n, bytes));
    }

    @ParameterizedTest
    @EnumSource(Family.class)
    void aFollowerSeesWhatIsWrittenAndIsNeverIdle(Family family) throws Exception {
        // Given: an idle timeout of a second
        try (RouterFixture router = router(family);
                Follower follower = new Follower(router, family);
                MySqlTestClient idle = Home.connect(router)) {
            insert(family, 1, 10);
            follower.awaitRow(1);
            // When
            if (family == Family.MYSQL) {
                assertThat(idle.read().error().code()).isEqualTo(4031);
            }
            assertThat(idle.isClosedByServer()).isTrue();
            insert(family, 2, 20 * 1024 * 1024); // an event of more than one packet
            insert(family, 3, 10);
            // Then
            follower.awaitRow(3);
            assertThat(follower.inserted).contains(1, 2, 3);
            assertThat(follower.client.isConnected()).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource(Family.class)
    void goesWithItsClusterAtOnce(Family family) throws Exception {
        try (RouterFixture router = router(family);
                Follower follower = new Follower(router, family)) {
            insert(family, 11, 10);
            follower.awaitRow(11);
            // When: an hour is given to what has an end
            router.fleet.set(fleet(family, aCluster("c1").draining(Duration.ofHours(1))));
            // Then
            await().until(() -> !follower.client.isConnected());
            await().until(() -> router.sessions.size() == 0);
            // The server notices when it has something to say, as on a direct connection.
            var next = new AtomicInteger(12);
            await().until(
                            () -> {
                                insert(family, next.getAndIncrement(), 10);
                                return dumps(family) == 0;
                            });
        }
    }

    private static int dumps(Family family) {
        return home(family)
                .server
                .query(
                        "SELECT id FROM information_schema.processlist"
                                + " WHERE command LIKE 'Binlog Dump%'")
                .size();
    }

    @ParameterizedTest
    @EnumSource(Family.class)
    void isRefusedToAnotherProject(Family family) throws Exception {
        try (RouterFixture router = home(family).router().start();
                MySqlTestClient client = Home.connect(router)) {
            for (int command : new int[] {COM_REGISTER_SLAVE, COM_BINLOG_DUMP, COM_CLONE}) {
                // When
                client.command(command, "x".repeat(30));
                var failure = (QueryResult.Failure) client.readResult();
                // Then
                assertThat(failure.code()).isEqualTo(1227);
                assertThat(failure.sqlState()).isEqualTo("42000");
            }
            assertThat(client.query("SELECT 1")).isInstanceOf(QueryResult.Rows.class);
        }
    }

    /** A dump that ends by itself, byte by byte; servers close the connection then. */
    @ParameterizedTest
    @CsvSource({"MARIADB, true", "MARIADB, false", "MYSQL, true", "MYSQL, false"})
    void aDumpThatEndsIsTheSameAsDirect(Family family, boolean deprecateEof) throws Exception {
        // Given
        insert(family, deprecateEof ? 1021 : 1022, 10);
        long off = deprecateEof ? 0 : Capabilities.CLIENT_DEPRECATE_EOF;
        Login direct = Home.direct().without(off);
        Login routed = Home.routed().without(off);
        try (RouterFixture router = router(family);
                MySqlTestClient byServer =
                        MySqlTestClient.login(home(family).server.port(), direct);
                MySqlTestClient throughRouter = MySqlTestClient.login(router.port(), routed)) {
            String file = firstLog(byServer);
            // When
            List<String> expected = dump(byServer, file);
            List<String> seen = dump(throughRouter, file);
            // Then
            assertThat(seen).isEqualTo(expected).hasSizeGreaterThan(3);
            assertThat(byServer.isClosedByServer()).isTrue();
            assertThat(throughRouter.isClosedByServer()).isTrue();
        }
        try (RouterFixture router = router(family);
                MySqlTestClient byServer =
                        MySqlTestClient.login(home(family).server.port(), direct);
                MySqlTestClient throughRouter = MySqlTestClient.login(router.port(), routed)) {
            assertThat(dump(throughRouter, "no-such.000001"))
                    .isEqualTo(dump(byServer, "no-such.000001"))
                    .hasSize(1);
        }
    }

    private static String lastLog(Family family) {
        return home(family).server.query("SHOW BINARY LOGS").getLast().getFirst();
    }

    private static String firstLog(MySqlTestClient client) throws IOException {
        var rows = (QueryResult.Rows) client.query("SHOW BINARY LOGS");
        return rows.rows().getFirst().getFirst();
    }

    /** Every packet up to the end, without the times in it that differ. */
    private static List<String> dump(MySqlTestClient client, String file) throws IOException {
        client.query("SET @master_binlog_checksum = 'NONE', @source_binlog_checksum = 'NONE'");
        client.query("SET @mariadb_slave_capability = 4");
        client.send(0, dumpOf(file, NON_BLOCK));
        List<String> packets = new ArrayList<>();
        while (true) {
            RawPacket packet = client.read();
            packets.add(packet.toString());
            if (packet.isErr() || packet.header() == 0xfe) {
                return packets;
            }
        }
    }

    private static byte[] dumpOf(String file, int flags) {
        return new PacketWriter()
                .int1(COM_BINLOG_DUMP)
                .int4(4)
                .int2(flags)
                .int4(SERVER_ID + 10)
                .text(file)
                .payload();
    }

    @ParameterizedTest
    @EnumSource(Family.class)
    void whatAStreamingServerIsToldIsNoCommand(Family family) throws Exception {
        // Given
        try (RouterFixture router = router(family);
                MySqlTestClient client = Home.connect(router)) {
            String file = firstLog(client);
            client.query("SET @master_binlog_checksum = 'NONE', @source_binlog_checksum = 'NONE'");
            client.query("SET @mariadb_slave_capability = 4");
            client.command(Capabilities.COM_QUERY, "SELECT 'before'");
            client.send(0, dumpOf(file, 0));
            assertThat(client.readResult()).isInstanceOf(QueryResult.Rows.class);
            assertThat(client.read().isOk()).isTrue();
            // When: an acknowledgement of semi-synchronous replication, and what looks like KILL
            client.send(0, new PacketWriter().int1(0xef).zeros(8).text(file).payload());
            client.command(Capabilities.COM_QUERY, "KILL 1");
            insert(family, 1031, 100);
            // Then: events go on and no answer comes between them
            boolean found = false;
            while (!found) {
                RawPacket packet = client.read();
                assertThat(packet.isOk()).as(packet.toString()).isTrue();
                found =
                        packet.length() > 100
                                && new String(packet.payload(), StandardCharsets.US_ASCII)
                                        .contains("x".repeat(100));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Family.class)
    void whatTheServerDoesNotKnowItRefusesItself(Family family) throws Exception {
        try (RouterFixture router = router(family);
                MySqlTestClient direct = home(family).connect();
                MySqlTestClient routed = Home.connect(router)) {
            for (int command : new int[] {0x13, COM_CLONE}) {
                // When
                direct.send(0, (byte) command);
                routed.send(0, (byte) command);
                // Then
                assertThat(routed.read()).hasToString(direct.read().toString());
            }
        }
    }
}
