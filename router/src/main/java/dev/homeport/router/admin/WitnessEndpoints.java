package dev.homeport.router.admin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.homeport.router.guard.DestructiveAct;
import dev.homeport.router.guard.RecordedStatement;
import dev.homeport.router.session.MissingTables;
import dev.homeport.topology.ClusterId;
import dev.homeport.topology.InstanceId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What agents ask every router about data that went: {@code /v1/attribution}, who did it, and
 * {@code /v1/missing-tables}, who misses it.
 */
final class WitnessEndpoints {
    private static final int MOST_THREADS = 100;

    /** Of one thread: an agent that was away for a while asks late. */
    private static final int MOST_STATEMENTS = 1000;

    private static final long MOST_THREAD_ID = 0xffff_ffffL;

    /** For so long a statement alone tells whose a connection was, where nothing else does. */
    private static final Duration STATEMENT_MEMORY = Duration.ofMinutes(10);

    private final AdminParts parts;
    private final Clock clock;

    WitnessEndpoints(AdminParts parts, Clock clock) {
        this.parts = parts;
        this.clock = clock;
    }

    /** By thread id; those that this router knows nothing of are left out. */
    Answer attribution(Call call) throws Refusal {
        ClusterId cluster = call.required("cluster", ClusterId::new);
        InstanceId instance = call.required("instance", InstanceId::new);
        Set<Long> ids = call.required("threads", WitnessEndpoints::threadIds);
        Map<Long, ThreadView> known = parts.sessions().threads().find(cluster, instance, ids);
        List<RecordedStatement> statements =
                parts.guard()
                        .map(guard -> guard.recent().of(cluster, instance, ids))
                        .orElse(List.of());
        ObjectNode json = Json.object();
        ArrayNode threads = json.putArray("threads");
        for (long id : ids) {
            List<RecordedStatement> own =
                    statements.stream().filter(one -> one.act().threadId() == id).toList();
            Optional.ofNullable(known.get(id))
                    .or(() -> ownerOfLast(own))
                    .ifPresent(thread -> threads.add(json(id, thread, own)));
        }
        return Answer.ok(json);
    }

    private static Set<Long> threadIds(String text) {
        Set<Long> ids = new TreeSet<>();
        for (String one : text.split(",", -1)) {
            long id = one.matches("\\d{1,10}") ? Long.parseLong(one) : 0;
            if (id < 1 || id > MOST_THREAD_ID) {
                throw new IllegalArgumentException(
                        "must be ids of threads, 1 to %d, with commas in between"
                                .formatted(MOST_THREAD_ID));
            }
            ids.add(id);
            if (ids.size() > MOST_THREADS) {
                throw new IllegalArgumentException("must be at most %d".formatted(MOST_THREADS));
            }
        }
        return ids;
    }

    /** Where logins come so thick that the end of a session is soon forgotten. */
    private Optional<ThreadView> ownerOfLast(List<RecordedStatement> statements) {
        Instant oldest = clock.instant().minus(STATEMENT_MEMORY);
        if (statements.isEmpty() || statements.getLast().sentAt().isBefore(oldest)) {
            return Optional.empty();
        }
        DestructiveAct last = statements.getLast().act();
        return Optional.of(
                new ThreadView(last.project(), last.user(), last.client(), oldest, false));
    }

    private static ObjectNode json(long id, ThreadView thread, List<RecordedStatement> statements) {
        ObjectNode json = Json.object();
        json.put("threadId", id);
        json.put("project", thread.project().value());
        json.put("user", thread.user());
        json.put("client", thread.client());
        json.put("open", thread.open());
        ArrayNode array = json.putArray("statements");
        // An instance that was started anew gives the same ids again.
        List<RecordedStatement> own =
                statements.stream()
                        .filter(one -> !one.sentAt().isBefore(thread.connected()))
                        .toList();
        own.stream()
                .skip(Math.max(0, own.size() - MOST_STATEMENTS))
                .forEach(one -> array.add(StatementView.json(one)));
        return json;
    }

    /** Of one cluster; projects that miss nothing are left out. */
    Answer missingTables(Call call) throws Refusal {
        ClusterId cluster = call.required("cluster", ClusterId::new);
        ObjectNode json = Json.object();
        json.put("windowSeconds", MissingTables.WINDOW.toSeconds());
        ObjectNode projects = json.putObject("projects");
        parts.sessions()
                .missingTables()
                .of(cluster)
                .forEach((project, count) -> projects.put(project.value(), count));
        return Answer.ok(json);
    }
}
