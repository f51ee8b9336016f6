package dev.homeport.router.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.homeport.testkit.mysql.Capabilities;
import dev.homeport.testkit.mysql.Login;
import dev.homeport.testkit.mysql.MySqlTestClient;
import dev.homeport.testkit.mysql.PacketWriter;
import dev.homeport.testkit.mysql.RawPacket;
import dev.homeport.topology.Family;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Commands that few drivers send: every packet of the reply is that of a direct connection. */
@Timeout(120)
class RareCommandsIT {
    private static final int COM_FIELD_LIST = 0x04;
    private static final int COM_STATISTICS = 0x09;
    private static final int COM_PROCESS_INFO = 0x0a;
    private static final int COM_STMT_PREPARE = 0x16;
    private static final int COM_STMT_FETCH = 0x1c;
    private static final int COM_SET_OPTION = 0x1b;
    private static final int COM_RESET_CONNECTION = 0x1f;
    private static final int COM_STMT_BULK_EXECUTE = 0xfa;
    private static final int SEND_TYPES = 128;
    private static final int SEND_UNIT_RESULTS = 64;

    @TempDir static Path directory;

    private static final Homes HOMES =
            new Homes(
                    one -> {
                        Home home = Home.start(one, directory.resolve(one.name()));
                        home.server.execute(
                                "CREATE TABLE p1.t (n INT PRIMARY KEY AUTO_INCREMENT, s VARCHAR(20))",
                                "INSERT INTO p1.t (s) VALUES ('a'), ('b')",
                                "CREATE TABLE p1.bulk (n INT PRIMARY KEY AUTO_INCREMENT, v INT)");
                        return home;
                    });

    @AfterAll
    static void stop() {
        HOMES.close();
    }

    private static Home home(Family family) {
        return HOMES.of(family);
    }

    /** How far a reply goes. */
    private enum End {
        /** One packet. */
        ONE,
        /** Up to an EOF or an error. */
        EOF,
        /** Up to the end of a resultset: the second EOF where they are not deprecated. */
        RESULT,
        /** A prepared statement of one parameter and no column. */
        PREPARED
    }

    /**
     * A command.
     *
     * @param shown what of the reply has to be the same
     */
    private record Step(PacketWriter command, End end, UnaryOperator<String> shown) {
        static Step of(End end, int command, byte... argument) {
            return new Step(new PacketWriter().int1(command).bytes(argument), end, one -> one);
        }

        static Step of(End end, int command, String argument) {
            return new Step(new PacketWriter().int1(command).text(argument), end, one -> one);
        }

        /** MariaDB counts statements over all connections. */
        Step withoutStatementId() {
            return new Step(
                    command, end, one -> one.replaceFirst("bytes: 00[0-9a-f]{8}", "bytes: 00"));
        }

        byte[] payload() {
            return command.payload();
        }

        /** Where a reply has times and connection ids in it. */
        Step onlyItsForm() {
            return new Step(command, end, one -> one.replaceAll(" bytes: .*|, \\d+ bytes: .*", ""));
        }
    }

    private static List<Step> script(Family family) {
        List<Step> steps = new ArrayList<>();
        steps.add(Step.of(End.ONE, COM_STATISTICS).onlyItsForm());
        steps.add(Step.of(End.EOF, COM_FIELD_LIST, "t\0%"));
        steps.add(Step.of(End.EOF, COM_FIELD_LIST, "t\0s"));
        steps.add(Step.of(End.EOF, COM_FIELD_LIST, "no_such_table\0%"));
        steps.add(Step.of(End.ONE, COM_RESET_CONNECTION));
        steps.add(Step.of(End.ONE, Capabilities.COM_PING));
        steps.add(Step.of(End.ONE, COM_SET_OPTION, (byte) 0, (byte) 0));
        steps.add(Step.of(End.ONE, Capabilities.COM_QUERY, "DO 1"));
        steps.add(Step.of(End.ONE, COM_SET_OPTION, (byte) 1, (byte) 0));
        steps.add(Step.of(End.ONE, Capabilities.COM_QUERY, "DO 1; DO 2")); // an error now
        steps.add(Step.of(End.ONE, COM_SET_OPTION, (byte) 7, (byte) 0));
        steps.add(Step.of(End.ONE, COM_SET_OPTION));
        steps.add(Step.of(End.RESULT, Capabilities.COM_QUERY, "SELECT n, s FROM t ORDER BY n"));
        steps.add(Step.of(End.ONE, COM_STMT_FETCH, new byte[8]));
        steps.add(Step.of(End.ONE, 0x1a, new byte[4])); // COM_STMT_RESET of nothing
        for (int unknown : new int[] {0x00, 0x05, 0x06, 0x0b, 0x0f, 0x10, 0x14, 0x1d, 0x60}) {
            steps.add(Step.of(End.ONE, unknown, "x"));
        }
        if (family == Family.MARIADB) {
            steps.add(Step.of(End.RESULT, COM_PROCESS_INFO).onlyItsForm());
            steps.add(
                    Step.of(End.PREPARED, COM_STMT_PREPARE, "INSERT INTO bulk (v) VALUES (?)")
                            .withoutStatementId());
        } else {
            steps.add(Step.of(End.ONE, COM_PROCESS_INFO));
            steps.add(Step.of(End.ONE, COM_STMT_BULK_EXECUTE, "x"));
        }
        steps.add(Step.of(End.ONE, Capabilities.COM_PING));
        return steps;
    }

    private static List<String> reply(MySqlTestClient client, Step step, boolean deprecateEof)
            throws IOException {
        List<String> packets = new ArrayList<>();
        int ends = step.end == End.RESULT && !deprecateEof ? 2 : 1;
        int prepared = deprecateEof ? 2 : 3;
        while (true) {
            RawPacket packet = client.read();
            packets.add(step.shown.apply(packet.toString()));
            boolean isLast =
                    packet.isErr()
                            || switch (step.end) {
                                case ONE -> true;
                                case EOF, RESULT ->
                                        (packet.header() == 0xfe && packet.length() < 9)
                                                && --ends == 0;
                                case PREPARED -> packets.size() == prepared;
                            };
            if (isLast) {
                return packets;
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "MARIADB, true, false",
        "MARIADB, true, true",
        "MARIADB, false, false",
        "MARIADB, false, true",
        "MYSQL, true, false",
        "MYSQL, true, true",
        "MYSQL, false, false",
        "MYSQL, false, true"
    })
    void areAnsweredAsOnADirectConnection(Family family, boolean deprecateEof, boolean pipelined)
            throws IOException {
        // Given
        long off = deprecateEof ? 0 : Capabilities.CLIENT_DEPRECATE_EOF;
        List<Step> script = script(family);
        try (RouterFixture router = home(family).router().start();
                MySqlTestClient direct =
                        MySqlTestClient.login(
                                home(family).server.port(), Home.direct().without(off));
                MySqlTestClient routed =
                        MySqlTestClient.login(router.port(), Home.routed().without(off))) {
            // When
            List<List<String>> expected = run(direct, script, deprecateEof, false);
            List<List<String>> seen = run(routed, script, deprecateEof, pipelined);
            // Then
            for (int i = 0; i < script.size(); i++) {
                assertThat(seen.get(i))
                        .as("command 0x%02x, step %d", script.get(i).payload()[0] & 0xff, i)
                        .isEqualTo(expected.get(i));
            }
        }
    }

    private static List<List<String>> run(
            MySqlTestClient client, List<Step> script, boolean deprecateEof, boolean pipelined)
            throws IOException {
        List<List<String>> replies = new ArrayList<>();
        if (pipelined) {
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            for (Step step : script) {
                all.writeBytes(
                        new PacketWriter()
                                .int3(step.payload().length)
                                .int1(0)
                                .bytes(step.payload())
                                .payload());
            }
            client.sendRaw(all.toByteArray());
        }
        for (Step step : script) {
            if (!pipelined) {
                client.send(0, step.payload());
            }
            replies.add(reply(client, step, deprecateEof));
        }
        return replies;
    }

    /** Rows of a statement with one parameter, three in one command (MariaDB documentation). */
    private static PacketWriter bulk(int statement, int flags) {
        PacketWriter packet =
                new PacketWriter()
                        .int1(COM_STMT_BULK_EXECUTE)
                        .int4(statement)
                        .int2(flags)
                        .int2(0x03); // LONG
        for (int value : new int[] {7, 8, 9}) {
            packet.int1(0).int4(value);
        }
        return packet;
    }

    @ParameterizedTest
    @CsvSource({"true, false", "true, true", "false, false", "false, true"})
    void mariaDbExecutesInBulk(boolean deprecateEof, boolean withUnitResults) throws IOException {
        // Given
        long off = deprecateEof ? 0 : Capabilities.CLIENT_DEPRECATE_EOF;
        long flags =
                Capabilities.MARIADB_CLIENT_STMT_BULK_OPERATIONS
                        | (withUnitResults ? Capabilities.MARIADB_CLIENT_BULK_UNIT_RESULTS : 0);
        UnaryOperator<Login> speaking =
                login -> login.without(off | Capabilities.CLIENT_LONG_PASSWORD).with(flags);
        Home home = home(Family.MARIADB);
        Step prepare = Step.of(End.PREPARED, COM_STMT_PREPARE, "INSERT INTO bulk (v) VALUES (?)");
        try (RouterFixture router = home.router().start();
                MySqlTestClient direct =
                        MySqlTestClient.login(home.server.port(), speaking.apply(Home.direct()));
                MySqlTestClient routed =
                        MySqlTestClient.login(router.port(), speaking.apply(Home.routed()))) {
            List<List<String>> replies = new ArrayList<>();
            for (MySqlTestClient client : List.of(direct, routed)) {
                home.server.execute("TRUNCATE TABLE p1.bulk");
                client.send(0, prepare.payload());
                RawPacket prepared = client.read();
                int statement = prepared.payload()[1];
                for (int i = deprecateEof ? 1 : 2; i > 0; i--) {
                    client.read();
                }
                // When
                Step step =
                        new Step(
                                bulk(
                                        statement,
                                        SEND_TYPES | (withUnitResults ? SEND_UNIT_RESULTS : 0)),
                                End.ONE,
                                one -> one);
                client.send(0, step.payload());
                client.send(0, (byte) Capabilities.COM_PING);
                replies.add(untilPing(client));
                replies.add(List.of(home.server.query("SELECT v FROM p1.bulk").toString()));
            }
            // Then
            assertThat(replies.get(2)).isEqualTo(replies.get(0));
            assertThat(replies.get(3)).isEqualTo(replies.get(1));
            if ((direct.greeting().capabilities() & flags) == flags) {
                assertThat(replies.get(3)).containsExactly("[[7], [8], [9]]");
            }
        }
    }

    /** Everything up to the OK of the ping, which is the first that follows an end. */
    private static List<String> untilPing(MySqlTestClient client) throws IOException {
        List<String> packets = new ArrayList<>();
        while (true) {
            RawPacket packet = client.read();
            packets.add(packet.toString());
            if (packet.sequence() == 1 && packets.size() > 1) {
                return packets;
            }
        }
    }
}
