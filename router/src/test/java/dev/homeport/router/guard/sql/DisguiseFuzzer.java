package dev.homeport.router.guard.sql;

import dev.homeport.testkit.mysql.Capabilities;
import dev.homeport.testkit.mysql.Login;
import dev.homeport.testkit.mysql.MySqlTestClient;
import dev.homeport.testkit.mysql.QueryResult;
import dev.homeport.testkit.mysql.RawPacket;
import dev.homeport.topology.StatementClass;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Sends disguised statements to a real server, and holds what they destroyed against what the
 * classifier had said of them.
 */
final class DisguiseFuzzer {
    private static final int COM_STMT_PREPARE = 0x16;
    private static final int COM_STMT_EXECUTE = 0x17;
    private static final int MORE_RESULTS = 8;

    private final int port;
    private final Login login;
    private final boolean mariadb;
    private final int version;
    private final List<String> failures = new ArrayList<>();
    private int destroyed;
    private int opaque;
    private int unsure;
    private int spared;

    DisguiseFuzzer(int port, Login login) throws IOException {
        this.port = port;
        this.login = login;
        try (MySqlTestClient client = MySqlTestClient.login(port, login)) {
            var rows = (QueryResult.Rows) client.query("SELECT VERSION()");
            String text = rows.rows().getFirst().getFirst();
            this.mariadb = text.contains("MariaDB");
            this.version = Reading.versionNumber(text);
        }
    }

    /**
     * What came of it.
     *
     * @param destroyed texts that the server executed as destructive
     * @param opaque those of them that the classifier left open
     * @param unsure those of them that it was not sure of
     * @param spared texts that it took for destructive and that did nothing
     */
    record Summary(
            int texts, int destroyed, int opaque, int unsure, int spared, List<String> failures) {}

    /** Runs that many texts from that seed on. */
    Summary run(long seed, int texts) throws IOException {
        try (MySqlTestClient control = MySqlTestClient.login(port, login)) {
            Victims victims = new Victims(control);
            victims.create();
            for (int i = 0; i < texts; i++) {
                Disguise.Text text = new Disguise(seed + i, mariadb).next();
                send(text);
                Set<StatementClass> damage = victims.damage();
                judge(seed + i, text, damage);
                if (!damage.isEmpty()) {
                    victims.create();
                }
            }
        }
        return new Summary(texts, destroyed, opaque, unsure, spared, List.copyOf(failures));
    }

    private void judge(long seed, Disguise.Text text, Set<StatementClass> damage) {
        var reading =
                new Reading(
                        text.way() == Disguise.Way.MULTI,
                        text.hasBackslashEscapes(),
                        mariadb,
                        text.knowsVersion() ? version : 0,
                        text.charset().equals("utf8mb4"));
        var in = Unpooled.wrappedBuffer(text.bytes());
        List<Statement> found = Classifier.classify(in, 0, in.writerIndex(), reading);
        boolean isOrdinary = Classifier.isOrdinary(in, 0, in.writerIndex(), reading);
        if (isOrdinary && !found.isEmpty()) {
            failures.add("seed %d is called ordinary: %s; %s".formatted(seed, text, found));
        }
        List<Statement.Destructive> destructive =
                found.stream().flatMap(one -> run(one).stream()).toList();
        if (damage.isEmpty()) {
            spared += destructive.isEmpty() ? 0 : 1;
            return;
        }
        destroyed++;
        boolean isUnsure = destructive.stream().anyMatch(one -> !one.sure());
        boolean isOpaque =
                destructive.stream().anyMatch(one -> one.kind() == StatementClass.OPAQUE);
        boolean isRight = destructive.stream().anyMatch(one -> fits(one, damage));
        unsure += !isRight && isUnsure ? 1 : 0;
        opaque += !isRight && !isUnsure && isOpaque ? 1 : 0;
        if (!isRight && !isUnsure && !isOpaque) {
            failures.add("seed %d destroyed %s: %s; %s".formatted(seed, damage, text, found));
        }
    }

    private static boolean fits(Statement.Destructive found, Set<StatementClass> damage) {
        boolean isNamed =
                damage.contains(StatementClass.DROP_DATABASE)
                        ? found.schema().equals(Optional.of("e"))
                        : found.tables().stream().anyMatch(table -> table.table().equals("victim"));
        return found.sure() && damage.contains(found.kind()) && isNamed;
    }

    /** What is run, now or by an EXECUTE that cannot be told here. */
    private static Optional<Statement.Destructive> run(Statement statement) {
        return switch (statement) {
            case Statement.Destructive found -> Optional.of(found);
            case Statement.Prepare prepare
                    when prepare.prepared().orElse(null) instanceof Statement.Destructive found ->
                    Optional.of(found);
            case Statement.Prepare prepare when !prepare.known() -> Optional.of(opaque());
            default -> Optional.empty();
        };
    }

    private static Statement.Destructive opaque() {
        return new Statement.Destructive(
                StatementClass.OPAQUE, List.of(), false, Optional.empty(), false, true, 0, 0);
    }

    private void send(Disguise.Text text) throws IOException {
        boolean isMulti = text.way() == Disguise.Way.MULTI;
        Login inSchema = login.withSchema("d");
        Login as =
                isMulti
                        ? inSchema.with(Capabilities.CLIENT_MULTI_STATEMENTS)
                        : inSchema.without(Capabilities.CLIENT_MULTI_STATEMENTS);
        try (MySqlTestClient client = MySqlTestClient.login(port, as)) {
            // A character set that this server does not have stays away.
            client.query("SET sql_mode = '" + text.modes() + "'");
            client.query("SET NAMES " + text.charset());
            if (text.way() == Disguise.Way.PREPARED) {
                prepare(client, text.bytes());
            } else {
                client.send(0, command(Capabilities.COM_QUERY, text.bytes()));
                readAll(client);
            }
        }
    }

    private static byte[] command(int command, byte... argument) {
        var out = new ByteArrayOutputStream();
        out.write(command);
        out.writeBytes(argument);
        return out.toByteArray();
    }

    private static void readAll(MySqlTestClient client) throws IOException {
        int status = MORE_RESULTS;
        while ((status & MORE_RESULTS) != 0) {
            status =
                    switch (client.readResult()) {
                        case QueryResult.Done done -> done.status();
                        case QueryResult.Rows rows -> rows.status();
                        case QueryResult.Failure failure -> 0;
                    };
        }
    }

    /** Prepares and executes; reads no more than tells that it is done. */
    private static void prepare(MySqlTestClient client, byte... text) throws IOException {
        client.send(0, command(COM_STMT_PREPARE, text));
        RawPacket answer = client.read();
        if (answer.isErr()) {
            return;
        }
        byte[] head = answer.payload();
        int columns = (head[5] & 0xff) | (head[6] & 0xff) << 8;
        int parameters = (head[7] & 0xff) | (head[8] & 0xff) << 8;
        if (columns > 0 || parameters > 0) {
            return; // it reads
        }
        client.send(
                0,
                command(
                        COM_STMT_EXECUTE,
                        head[1],
                        head[2],
                        head[3],
                        head[4],
                        (byte) 0,
                        (byte) 1,
                        (byte) 0,
                        (byte) 0,
                        (byte) 0));
        client.read();
    }
}
