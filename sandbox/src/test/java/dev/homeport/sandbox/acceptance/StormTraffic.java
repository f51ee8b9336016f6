package dev.homeport.sandbox.acceptance;

import dev.homeport.testkit.mysql.Login;
import dev.homeport.testkit.mysql.MySqlTestClient;
import dev.homeport.testkit.mysql.QueryResult;
import dev.homeport.testkit.mysql.RawPacket;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Clients that log in to any project over any router by any key, say a few things and leave. Every
 * statement carries its project and a number of its own. Thread-safe.
 */
final class StormTraffic implements AutoCloseable {
    private static final Pattern TOKEN = Pattern.compile("\\[homeport (\\w+)");
    private static final String OUTCOME_UNKNOWN = "outcome_unknown";
    private static final int MOST_STATEMENTS = 20;
    private static final int MOST_NAMED = 20;

    private final RunningFleet fleet;
    private final List<String> projects;
    private final List<String> favourites;
    private final Predicate<String> hasTable;
    private final Failures failures;
    private final List<String> routers;
    private final AtomicLong ids = new AtomicLong();
    private final Set<Long> answered = ConcurrentHashMap.newKeySet();
    private final Map<Long, Instant> unknown = new ConcurrentHashMap<>();
    private final Map<String, LongAdder> errors = new ConcurrentHashMap<>();
    private final Set<String> strangers = ConcurrentHashMap.newKeySet();
    private final LongAdder logins = new LongAdder();
    private final List<Thread> clients = new ArrayList<>();
    private volatile boolean isOver;

    /** What a login or a statement was refused with. */
    private static final class Refused extends Exception {
        private static final long serialVersionUID = 1;

        Refused(QueryResult.Failure failure) {
            super(failure.code() + " " + failure.message());
        }
    }

    /** Hears of every visit that ended with an error. Called by many threads. */
    interface Failures {
        /**
         * One more.
         *
         * @param begun when the visit began
         * @param kind the token, or the text where the error is none of the router's
         */
        void failed(String project, Instant begun, Instant seen, String kind);
    }

    /**
     * Traffic that has not begun.
     *
     * @param favourites the ones that one visit in four is for
     * @param hasTable projects with a table that is written to; the others stay empty
     */
    StormTraffic(
            RunningFleet fleet,
            List<String> projects,
            List<String> favourites,
            Predicate<String> hasTable) {
        this(fleet, projects, favourites, hasTable, (project, begun, seen, kind) -> {});
    }

    /** The same, with somebody who hears of every error. */
    StormTraffic(
            RunningFleet fleet,
            List<String> projects,
            List<String> favourites,
            Predicate<String> hasTable,
            Failures failures) {
        this.fleet = fleet;
        this.projects = List.copyOf(projects);
        this.favourites = List.copyOf(favourites);
        this.hasTable = hasTable;
        this.failures = failures;
        this.routers = fleet.routers();
    }

    /** Begins. */
    void start(int count, long seed) {
        SplittableRandom seeds = new SplittableRandom(seed);
        for (int i = 0; i < count; i++) {
            SplittableRandom random = seeds.split();
            clients.add(Thread.ofVirtual().name("client-" + i).start(() -> run(random)));
        }
    }

    /** Ends when every client has said what it had to say. */
    @Override
    public void close() {
        isOver = true;
        try {
            for (Thread client : clients) {
                client.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while clients were ending", e);
        }
    }

    private void run(SplittableRandom random) {
        while (!isOver) {
            List<String> some = random.nextInt(4) == 0 ? favourites : projects;
            String project = some.get(random.nextInt(some.size()));
            String router = routers.get(random.nextInt(routers.size()));
            Instant begun = Instant.now();
            try {
                visit(router, project, random);
            } catch (Refused e) {
                count(project, begun, e.getMessage());
            } catch (IOException e) {
                count(project, begun, "connection ended: " + e.getMessage());
            }
        }
    }

    private void visit(String router, String project, SplittableRandom random)
            throws IOException, Refused {
        try (MySqlTestClient client = MySqlTestClient.connect(fleet.port(router))) {
            require(client.first());
            require(client.login(login(project, random)));
            logins.increment();
            int statements = 1 + random.nextInt(MOST_STATEMENTS);
            for (int i = 0; i < statements && !isOver; i++) {
                say(client, project, random);
            }
            client.quit();
        }
    }

    private static void require(RawPacket packet) throws Refused {
        if (packet.isErr()) {
            throw new Refused(packet.error());
        }
    }

    private Login login(String project, SplittableRandom random) {
        return switch (random.nextInt(3)) {
            case 0 -> fleet.login(project);
            case 1 -> Login.as("app", fleet.appPassword()).withSchema(project);
            default ->
                    Login.as("app", fleet.appPassword())
                            .withAttribute("project", project)
                            .withSchema(project);
        };
    }

    private void say(MySqlTestClient client, String project, SplittableRandom random)
            throws IOException, Refused {
        switch (random.nextInt(hasTable.test(project) ? 6 : 3)) {
            case 0 -> one(client, project, "SELECT DATABASE()", project);
            case 1 -> one(client, project, "SELECT '" + project + "'", project);
            case 2 -> one(client, project, "SELECT IF(SLEEP(0.02), '', DATABASE())", project);
            case 3 -> one(client, project, "SELECT owner FROM t LIMIT 1", project);
            case 4 -> done(client, project, "INSERT INTO t (owner) VALUES ('" + project + "')");
            default -> {
                done(client, project, "BEGIN");
                done(client, project, "INSERT INTO t (owner) VALUES ('" + project + "')");
                one(client, project, "SELECT owner FROM t LIMIT 1", project);
                done(client, project, random.nextBoolean() ? "COMMIT" : "ROLLBACK");
            }
        }
    }

    private void one(MySqlTestClient client, String project, String sql, String expected)
            throws IOException, Refused {
        if (query(client, project, sql) instanceof QueryResult.Rows rows
                && !rows.rows().equals(List.of(List.of(expected)))) {
            strangers.add("%s: %s gave %s".formatted(project, sql, rows.rows()));
        }
    }

    private void done(MySqlTestClient client, String project, String sql)
            throws IOException, Refused {
        query(client, project, sql);
    }

    private QueryResult query(MySqlTestClient client, String project, String sql)
            throws IOException, Refused {
        long id = ids.incrementAndGet();
        String tag = GeneralLog.tag(project, id);
        Instant begun = Instant.now();
        try {
            QueryResult result = client.query(id % 2 == 0 ? tag + " " + sql : sql + " " + tag);
            if (result instanceof QueryResult.Failure failure) {
                throw new Refused(failure);
            }
            answered.add(id);
            return result;
        } catch (Refused | IOException e) {
            if (e instanceof IOException || tokenOf(e).equals(OUTCOME_UNKNOWN)) {
                unknown.put(id, begun);
            }
            throw e;
        }
    }

    private static String tokenOf(Exception e) {
        Matcher token = TOKEN.matcher(String.valueOf(e.getMessage()));
        return token.find() ? token.group(1) : "";
    }

    private void count(String project, Instant begun, String message) {
        Matcher token = TOKEN.matcher(message);
        String kind = token.find() ? token.group(1) : message;
        failures.failed(project, begun, Instant.now(), kind);
        errors.computeIfAbsent(kind, key -> new LongAdder()).increment();
    }

    long logins() {
        return logins.sum();
    }

    /** Numbers of the statements that were answered with a result. */
    Set<Long> answered() {
        return answered;
    }

    /**
     * Some of the answered that are not among those. AssertJ's {@code containsAll} would look
     * through all of them for each of millions.
     */
    List<Long> answeredBut(Set<Long> arrived) {
        return answered.stream().filter(id -> !arrived.contains(id)).limit(MOST_NAMED).toList();
    }

    /** When that statement was begun, if nobody knows whether it was executed. */
    Optional<Instant> begunAndUnknown(long id) {
        return Optional.ofNullable(unknown.get(id));
    }

    /**
     * How often which error was seen: by token, or by its text where it is none of the router's.
     */
    Map<String, Long> errors() {
        Map<String, Long> counts = new TreeMap<>();
        errors.forEach((kind, count) -> counts.put(kind, count.sum()));
        return counts;
    }

    /** Answers that a project cannot have got from its own data. */
    Set<String> strangers() {
        return strangers;
    }
}
