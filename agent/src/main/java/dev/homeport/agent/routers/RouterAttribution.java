package dev.homeport.agent.routers;

import com.fasterxml.jackson.databind.JsonNode;
import dev.homeport.agent.routers.RouterClient.Reply;
import dev.homeport.agent.watch.Attribution;
import dev.homeport.topology.ClusterId;
import dev.homeport.topology.InstanceId;
import dev.homeport.topology.RouterId;
import dev.homeport.topology.TableName;
import dev.homeport.topology.Words;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * Asks all routers at once whose connections they were: {@code GET /v1/attribution}. Routers record
 * a statement before they send it, so whoever reads it in the binary log finds it there.
 * Thread-safe.
 */
public final class RouterAttribution implements Attribution {
    /** From the question to the last answer. */
    public static final Duration DEADLINE = Duration.ofMillis(400);

    private static final int MOST_THREADS = 100;

    /** Between the clocks of a server and of a router; and an ALTER may take a while. */
    private static final Duration TOLERANCE = Duration.ofMinutes(10);

    private final ClusterId cluster;
    private final Supplier<List<InstanceId>> instances;
    private final RouterClient routers;

    /**
     * @param instances of the cluster: what the log of today's primary has may be from before it
     *     was one
     */
    public RouterAttribution(
            ClusterId cluster, Supplier<List<InstanceId>> instances, RouterClient routers) {
        this.cluster = cluster;
        this.instances = instances;
        this.routers = routers;
    }

    /** A connection, as a router knows it. */
    private record Known(RouterId router, JsonNode thread) {}

    /** What all routers together know. */
    private record Knowledge(Map<Long, Known> threads, List<String> silent) {}

    @Override
    public List<Answer> of(List<Question> questions) {
        List<Answer> answers = new ArrayList<>(asked(questions));
        for (InstanceId other : instances.get()) {
            Map<Integer, Question> open = new LinkedHashMap<>();
            for (int i = 0; i < questions.size(); i++) {
                Question question = questions.get(i);
                if (answers.get(i) instanceof AroundRouters && !question.instance().equals(other)) {
                    open.put(
                            i,
                            new Question(
                                    other, question.threadId(), question.at(), question.tables()));
                }
            }
            List<Answer> more = asked(List.copyOf(open.values()));
            int next = 0;
            for (int i : open.keySet()) {
                // The same number on another server is mostly somebody else: only who sent such a
                // statement counts.
                if (more.get(next++) instanceof ThroughRouter through
                        && through.ruling() != Ruling.UNSEEN) {
                    answers.set(i, through);
                }
            }
        }
        return answers;
    }

    private List<Answer> asked(List<Question> questions) {
        Map<InstanceId, Set<Long>> threads = new HashMap<>();
        for (Question question : questions) {
            threads.computeIfAbsent(question.instance(), key -> new TreeSet<>())
                    .add(question.threadId());
        }
        Map<InstanceId, Knowledge> known = new HashMap<>();
        threads.forEach((instance, ids) -> known.put(instance, ask(instance, ids)));
        return questions.stream()
                .map(question -> answer(question, known.get(question.instance())))
                .toList();
    }

    private Knowledge ask(InstanceId instance, Set<Long> ids) {
        Map<Long, Known> threads = new HashMap<>();
        Set<String> silent = new TreeSet<>();
        List<Long> all = List.copyOf(ids);
        for (int from = 0; from < all.size(); from += MOST_THREADS) {
            List<Long> some = all.subList(from, Math.min(all.size(), from + MOST_THREADS));
            routers.ask(path(instance, some))
                    .forEach((router, reply) -> take(router, reply, threads, silent));
            if (!silent.isEmpty()) {
                break; // Whoever did not answer now will not do so in time for the rest.
            }
        }
        return new Knowledge(threads, List.copyOf(silent));
    }

    private String path(InstanceId instance, List<Long> threads) {
        return "/v1/attribution?cluster=%s&instance=%s&threads=%s"
                .formatted(
                        encoded(cluster.value()),
                        encoded(instance.value()),
                        String.join(",", threads.stream().map(String::valueOf).toList()));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static void take(
            RouterId router, Reply reply, Map<Long, Known> threads, Set<String> silent) {
        if (reply.json().isEmpty()) {
            silent.add("%s (%s)".formatted(router, Words.of(reply.outcome())));
            return;
        }
        for (JsonNode thread : reply.json().get().path("threads")) {
            Known known = new Known(router, thread);
            // The same number twice is a connection of before and one of now: the open one counts.
            threads.merge(
                    thread.path("threadId").asLong(),
                    known,
                    (one, other) -> one.thread().path("open").asBoolean() ? one : other);
        }
    }

    private static Answer answer(Question question, Knowledge knowledge) {
        Known known = knowledge.threads().get(question.threadId());
        if (known != null) {
            return new ThroughRouter(
                    known.thread().path("project").asText(),
                    known.thread().path("user").asText(),
                    known.thread().path("client").asText(),
                    known.router().value(),
                    ruling(question, known.thread().path("statements")).orElse(Ruling.UNSEEN));
        }
        return knowledge.silent().isEmpty()
                ? new AroundRouters()
                : new Unknown("no answer from " + String.join(", ", knowledge.silent()));
    }

    /** Of the newest statement that can have been it. */
    private static Optional<Ruling> ruling(Question question, JsonNode statements) {
        List<JsonNode> newestFirst = new ArrayList<>();
        statements.forEach(newestFirst::addFirst);
        return newestFirst.stream()
                .filter(one -> isIt(question, one))
                .flatMap(one -> ruling(one.path("ruling").asText()).stream())
                .findFirst();
    }

    private static boolean isIt(Question question, JsonNode statement) {
        // What the server refused, or never got, destroyed nothing.
        boolean mayHaveRun =
                switch (statement.path("outcome").asText()) {
                    case "failed", "refused" -> false;
                    default -> true;
                };
        return mayHaveRun
                && (isNear(question.at(), statement.path("sentAt").asText())
                        || isNear(question.at(), statement.path("at").asText()))
                && (namesOneOf(question.tables(), statement.path("tables"))
                        || isSchemaOf(question.tables(), statement.path("schema").asText()));
    }

    private static boolean isNear(Instant at, String text) {
        try {
            return Duration.between(at, Instant.parse(text)).abs().compareTo(TOLERANCE) <= 0;
        } catch (DateTimeException e) {
            return false;
        }
    }

    /** Servers may fold the case of names. */
    private static boolean namesOneOf(List<TableName> tables, JsonNode named) {
        for (JsonNode one : named) {
            String schema = one.path("schema").asText();
            String table = one.path("table").asText();
            for (TableName gone : tables) {
                if (gone.schema().equalsIgnoreCase(schema)
                        && gone.table().equalsIgnoreCase(table)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean isSchemaOf(List<TableName> tables, String schema) {
        return !schema.isEmpty()
                && tables.stream().anyMatch(gone -> gone.schema().equalsIgnoreCase(schema));
    }

    private static Optional<Ruling> ruling(String word) {
        return switch (word) {
            case "allowed" -> Optional.of(Ruling.ALLOWED);
            case "observed" -> Optional.of(Ruling.OBSERVED);
            case "kept" -> Optional.of(Ruling.QUARANTINED);
            case "announced" -> Optional.of(Ruling.ANNOUNCED);
            case "approved" -> Optional.of(Ruling.APPROVED);
            default -> Optional.empty(); // of a later version: what it means nobody knows here
        };
    }
}
