package dev.homeport.conformance.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.homeport.conformance.matrix.Legs;
import dev.homeport.conformance.matrix.ServerKind;
import dev.homeport.testkit.accounts.AuthMethod;
import dev.homeport.testkit.accounts.TestAccount;
import dev.homeport.testkit.mariadb.Account;
import dev.homeport.testkit.mysql.Login;
import dev.homeport.testkit.mysql.MySqlTestClient;
import dev.homeport.testkit.mysql.QueryResult;
import dev.homeport.testkit.mysql.RawPacket;
import dev.homeport.testkit.tls.ClientTls;
import dev.homeport.topology.Family;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Passwords are nowhere outside the memory of processes: marked ones go through routers in every
 * way there is, right and wrong, over every kind of legs, while all logs stand at TRACE; then
 * everything that a router writes or answers is searched for them.
 */
@Timeout(300)
final class CredentialsIT {
    private static final String CLEAR_PASSWORD = "mysql_clear_password";
    private static final int COM_CHANGE_USER = 0x11;

    @TempDir private static Path directory;

    private static final Set<ServerKind> SERVERS = EnumSet.noneOf(ServerKind.class);
    private static final Marked MARKED = new Marked();
    private static ConformanceFleet fleet;
    private static ClientTls tls;

    /** What clients were told. */
    private final List<String> errors = new ArrayList<>();

    private int logins;
    private int refusals;

    @BeforeAll
    static void startFleet() throws IOException {
        for (ServerKind server : ServerKind.values()) {
            if (ConformanceFleet.missing(server).isEmpty()) {
                SERVERS.add(server);
            } else {
                System.out.println(
                        "SKIPPED " + server + ": " + ConformanceFleet.missing(server).get());
            }
        }
        fleet = ConformanceFleet.start(directory, SERVERS, Verbosity.EVERYTHING);
        tls = ClientTls.trusting(fleet.certificates().authority());
        SERVERS.forEach(
                server -> MARKED.watch("token of " + server, fleet.part(server).router().token()));
    }

    @AfterAll
    static void stopFleet() {
        if (fleet != null) {
            fleet.close();
        }
    }

    @Test
    void theSearchFindsEveryForm() {
        Marked marked = new Marked();
        String password = marked.password("ofThisTest");
        byte[] bytes = password.getBytes(StandardCharsets.UTF_8);
        assertThat(marked.foundIn("nothing", "no password")).isEmpty();
        assertThat(marked.foundIn("log", "x" + password + "y")).isNotEmpty();
        for (String before : List.of("", "u:", "user1:")) {
            String basic =
                    Base64.getEncoder()
                            .encodeToString((before + password).getBytes(StandardCharsets.UTF_8));
            assertThat(marked.foundIn("log", "Basic " + basic)).isNotEmpty();
        }
        assertThat(marked.foundIn("log", Arrays.toString(bytes))).isNotEmpty();
        assertThat(marked.foundIn("log", dump(bytes))).isNotEmpty();
        assertThat(marked.foundIn("log", HexFormat.of().withUpperCase().formatHex(bytes)))
                .isNotEmpty();
    }

    /** As Netty's log handler writes them. */
    private static String dump(byte... bytes) {
        StringBuilder dump = new StringBuilder();
        for (int row = 0; row < bytes.length; row += 16) {
            byte[] part = Arrays.copyOfRange(bytes, row, Math.min(bytes.length, row + 16));
            dump.append("|%08x| %-48s|%s|%n".formatted(row, hex(part), "."));
        }
        return dump.toString();
    }

    private static String hex(byte... bytes) {
        return HexFormat.ofDelimiter(" ").formatHex(bytes);
    }

    @Test
    void passwordsAreNowhereOutsideProcessMemory() throws IOException, InterruptedException {
        // When
        for (ServerKind server : SERVERS) {
            RoutedDatabase part = fleet.part(server);
            part.database().reset();
            for (AuthMethod method : AuthMethod.values()) {
                if (isTriedOn(part.database(), method)) {
                    logInWith(part, method);
                }
            }
            sayPasswordsInStatements(part);
            sendBrokenLogins(part);
        }
        List<String> answers = new ArrayList<>();
        for (ServerKind server : SERVERS) {
            answers.addAll(askAdmin(fleet.part(server).router()));
        }

        // Then
        List<String> found = new ArrayList<>();
        errors.forEach(error -> found.addAll(MARKED.foundIn("an error", error)));
        answers.forEach(answer -> found.addAll(MARKED.foundIn("an answer", answer)));
        found.addAll(MARKED.foundBelow(directory.resolve("zookeeper")));
        for (ServerKind server : SERVERS) {
            RouterProcess router = fleet.part(server).router();
            Path folder = router.log().getParent();
            assertThat(folder.resolve("fleet.snapshot")).exists();
            found.addAll(MARKED.foundBelow(folder));
            Path process = Path.of("/proc/" + router.pid());
            for (String file : List.of("cmdline", "environ", "comm")) {
                found.addAll(
                        MARKED.foundIn(
                                file + " of a router", Files.readAllBytes(process.resolve(file))));
            }
        }
        assertThat(found).isEmpty();
        shouldHaveTried(answers);
    }

    /** A search of nothing finds nothing. */
    private void shouldHaveTried(List<String> answers) throws IOException {
        System.out.printf(
                "Credentials: %d logins, %d refusals, %d answers of routers searched%n",
                logins, refusals, answers.size());
        assertThat(logins).isGreaterThan(40);
        assertThat(refusals).isGreaterThan(40);
        assertThat(answers).anyMatch(answer -> answer.contains("router_sessions"));
        for (ServerKind server : SERVERS) {
            String log = Files.readString(fleet.part(server).router().log());
            assertThat(log)
                    .contains(" TRACE ")
                    .contains(" dev.homeport.router.")
                    .contains(" io.netty.")
                    .contains(" com.linecorp.armeria.")
                    .contains(" org.apache.zookeeper.");
        }
    }

    private static boolean isTriedOn(TestDatabase database, AuthMethod method) {
        return method.isOfferedBy(database.server())
                && (method != AuthMethod.MARIADB_PAM || database.pam().isPresent());
    }

    private void logInWith(RoutedDatabase part, AuthMethod method) throws IOException {
        TestDatabase database = part.database();
        TestAccount plain = TestAccount.of(method);
        TestAccount account =
                plain.withUser("marked_" + plain.user())
                        .withPassword(MARKED.password(database.kind() + plain.user()))
                        .createOn(database.server(), TestDatabase.SCHEMA + ".*");
        TestAccount other =
                plain.withUser("other_" + plain.user())
                        .withPassword(MARKED.password("other" + database.kind() + plain.user()))
                        .createOn(database.server(), TestDatabase.SCHEMA + ".*");
        for (TestAccount one : List.of(account, other)) {
            database.pam().ifPresent(pam -> pam.add(new Account(one.user(), one.password())));
        }
        for (Legs legs : Legs.values()) {
            Door door = new Door(database.kind(), legs.backend());
            int port = part.router().port(door);
            Login login = login(account, legs);
            for (int i = 0; i < 2; i++) { // the second time, the server may know the password
                tryLogin(port, login, Optional.empty());
            }
            tryLogin(port, login.withSchema("no_such_schema"), Optional.empty());
            tryLogin(port, login(account, legs), Optional.of(login(other, legs)));
            tryLogin(
                    port,
                    login(account, legs),
                    Optional.of(login(other.withPassword(MARKED.password("wrong")), legs)));
            for (Legs elsewhere : Legs.values()) {
                Door another = new Door(database.kind(), elsewhere.backend());
                tryLogin(
                        port,
                        login,
                        Optional.of(
                                login(
                                        other.withUser(other.user() + "+" + another.project()),
                                        legs)));
            }
            tryLogin(
                    port,
                    login(account.withPassword(MARKED.password("wrong")), legs),
                    Optional.empty());
            tryLogin(
                    port,
                    login(account.withUser(account.user() + "+nobody"), legs),
                    Optional.empty());
            // In clear although nobody asked, over whatever connection there is.
            tryLogin(port, login.withPlugin(CLEAR_PASSWORD), Optional.empty());
            tryLogin(
                    port,
                    login(account, legs),
                    Optional.of(login(other, legs).withPlugin(CLEAR_PASSWORD)));
        }
        if (method != AuthMethod.MARIADB_PAM) {
            expire(part, account);
        }
    }

    /** A login that may do nothing but set a new password. */
    private void expire(RoutedDatabase part, TestAccount account) throws IOException {
        part.database()
                .server()
                .execute("ALTER USER '%s'@'%%' PASSWORD EXPIRE".formatted(account.user()));
        for (Legs legs : Legs.values()) {
            Door door = new Door(part.database().kind(), legs.backend());
            tryLogin(part.router().port(door), login(account, legs), Optional.empty());
        }
    }

    private static Login login(TestAccount account, Legs legs) {
        Login login = Login.as(account.user(), account.password()).withSchema(TestDatabase.SCHEMA);
        return legs.isClientTls() ? login.withTls(tls) : login;
    }

    private void tryLogin(int port, Login login, Optional<Login> change) throws IOException {
        try (MySqlTestClient client = MySqlTestClient.connect(port)) {
            if (isGood(client.login(login))) {
                note(client.query("SELECT CURRENT_USER()"));
                if (change.isPresent()) {
                    isGood(client.changeUser(change.get()));
                }
            }
        }
    }

    private boolean isGood(RawPacket answer) {
        if (answer.isErr()) {
            refusals++;
            errors.add(answer.error().toString());
            return false;
        }
        logins++;
        return true;
    }

    private void note(QueryResult result) {
        if (result instanceof QueryResult.Failure failure) {
            errors.add(failure.toString());
        }
    }

    /** Statements of the instance's and of the router's own, good ones and bad ones. */
    private void sayPasswordsInStatements(RoutedDatabase part) throws IOException {
        TestDatabase database = part.database();
        String password = MARKED.password("firstOf" + database.kind());
        String next = MARKED.password("nextOf" + database.kind());
        AuthMethod method =
                database.kind().family() == Family.MYSQL
                        ? AuthMethod.MYSQL_CACHING_SHA2_PASSWORD
                        : AuthMethod.MARIADB_NATIVE_PASSWORD;
        TestAccount account =
                TestAccount.of(method)
                        .withUser("changing")
                        .withPassword(password)
                        .createOn(database.server(), TestDatabase.SCHEMA + ".*");
        Door door = new Door(database.kind(), Legs.TLS.backend());
        try (MySqlTestClient client =
                MySqlTestClient.login(part.router().port(door), login(account, Legs.TLS))) {
            note(client.query("ALTER USER CURRENT_USER() IDENTIFIED BY '" + next + "'"));
            note(client.query("SELECT SHA2('" + next + "', 256)"));
            note(client.query("SET @password = '" + next + "'"));
            // Refused by the router, or by the instance without a word of it.
            note(client.query("KILL CONNECTION (SELECT '" + next + "')"));
            note(client.query("SELECT '" + next + "' FROM no_such_table"));
        }
        tryLogin(
                part.router().port(door),
                login(account.withPassword(next), Legs.TLS),
                Optional.empty());
    }

    /** Packets of a login with a password in clear, each cut or disturbed somewhere. */
    private void sendBrokenLogins(RoutedDatabase part) throws IOException {
        Door door = new Door(part.database().kind(), Legs.PLAIN.backend());
        int port = part.router().port(door);
        String password = MARKED.password("broken" + part.database().kind());
        Login login =
                Login.as("anybody", password)
                        .withPlugin(CLEAR_PASSWORD)
                        .withSchema(TestDatabase.SCHEMA);
        int length;
        try (MySqlTestClient client = MySqlTestClient.connect(port)) {
            length = login.payload(client.greeting()).length;
        }
        for (int cut = 33; cut < length; cut += 5) {
            try (MySqlTestClient client = MySqlTestClient.connect(port)) {
                byte[] payload = login.payload(client.greeting());
                client.send(1, Arrays.copyOf(payload, cut));
                readAll(client);
            }
        }
        try (MySqlTestClient client = MySqlTestClient.connect(port)) {
            client.send(7, login.payload(client.greeting())); // out of order
            readAll(client);
        }
        try (MySqlTestClient client = MySqlTestClient.connect(port)) {
            client.sendRaw((password + "\r\n" + password).getBytes(StandardCharsets.UTF_8));
            client.reset();
        }
        TestAccount account =
                TestAccount.of(
                                part.database().kind().family() == Family.MYSQL
                                        ? AuthMethod.MYSQL_CACHING_SHA2_PASSWORD
                                        : AuthMethod.MARIADB_NATIVE_PASSWORD)
                        .withUser("breaking")
                        .withPassword(MARKED.password("breaking" + part.database().kind()))
                        .createOn(part.database().server(), TestDatabase.SCHEMA + ".*");
        for (int cut = 8; cut < 60; cut += 4) {
            try (MySqlTestClient client = MySqlTestClient.login(port, login(account, Legs.PLAIN))) {
                byte[] bytes =
                        ("\0anybody\0" + (char) password.length() + password + "\0utf8mb4\0")
                                .getBytes(StandardCharsets.ISO_8859_1);
                bytes[0] = COM_CHANGE_USER;
                client.send(0, Arrays.copyOf(bytes, Math.min(cut, bytes.length)));
                readAll(client);
            }
        }
    }

    private void readAll(MySqlTestClient client) throws IOException {
        try {
            RawPacket answer = client.read();
            if (answer.isErr()) {
                isGood(answer);
            }
        } catch (IOException e) {
            errors.add(String.valueOf(e.getMessage()));
        }
    }

    /** Every route that reads, as somebody who may and with tokens that nobody has. */
    private List<String> askAdmin(RouterProcess router) throws IOException, InterruptedException {
        List<String> answers = new ArrayList<>();
        String wrong = MARKED.password("token");
        String basic =
                Base64.getEncoder()
                        .encodeToString(("ops:" + wrong).getBytes(StandardCharsets.UTF_8));
        try (HttpClient http = HttpClient.newHttpClient()) {
            for (String path :
                    List.of(
                            "health/live",
                            "health/ready",
                            "metrics",
                            "v1/status",
                            "v1/routers",
                            "v1/agents",
                            "v1/route?user=app",
                            "v1/placement-policy",
                            "v1/clusters",
                            "v1/projects")) {
                for (String authorization :
                        List.of("Bearer " + router.token(), "Bearer " + wrong, "Basic " + basic)) {
                    HttpResponse<String> answer =
                            ask(http, router.admin().resolve(path), authorization);
                    boolean isGood = answer.statusCode() == 200;
                    assertThat(isGood)
                            .as("%s: %s", path, answer.body())
                            .isEqualTo(
                                    path.startsWith("health")
                                            || authorization.endsWith(router.token()));
                    answers.add(answer.headers().map() + " " + answer.body());
                }
            }
        }
        return answers;
    }

    private static HttpResponse<String> ask(HttpClient http, URI uri, String authorization)
            throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(uri).header("Authorization", authorization).build(),
                BodyHandlers.ofString());
    }
}
