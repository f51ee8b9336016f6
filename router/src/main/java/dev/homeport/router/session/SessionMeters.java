package dev.homeport.router.session;

import dev.homeport.router.error.ErrorKind;
import dev.homeport.topology.ProjectId;
import dev.homeport.topology.Words;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** What sessions count. Every value of a tag is there from the start, at zero. Thread-safe. */
public final class SessionMeters {
    /** Projects with series of their own. */
    public static final int MOST_PROJECTS = 500;

    private static final String OTHER_PROJECTS = "(other)";

    private final Map<CloseReason, Counter> closed = new EnumMap<>(CloseReason.class);
    private final Map<ErrorKind, Counter> errors = new EnumMap<>(ErrorKind.class);
    private final Map<KillOutcome, Counter> kills = new EnumMap<>(KillOutcome.class);
    private final Counter logins;
    private final Map<String, ProjectMeters> projects = new ConcurrentHashMap<>();
    private final MeterRegistry registry;
    private final LongAdder bytesFromClients = new LongAdder();
    private final LongAdder bytesToClients = new LongAdder();

    public SessionMeters(MeterRegistry registry) {
        this.registry = registry;
        for (CloseReason reason : CloseReason.values()) {
            closed.put(
                    reason,
                    Counter.builder("router.sessions.closed")
                            .description("client connections that ended, by reason")
                            .tag("reason", Words.of(reason))
                            .register(registry));
        }
        for (ErrorKind kind : ErrorKind.values()) {
            errors.put(
                    kind,
                    Counter.builder("router.errors")
                            .description("errors that the router itself sent to clients, by kind")
                            .tag("kind", kind.token())
                            .register(registry));
        }
        for (KillOutcome outcome : KillOutcome.values()) {
            kills.put(
                    outcome,
                    Counter.builder("router.kills")
                            .description("KILLs by what came of the connection id in them")
                            .tag("outcome", Words.of(outcome))
                            .register(registry));
        }
        logins =
                Counter.builder("router.logins")
                        .description("logins that an instance accepted")
                        .register(registry);
        function(registry, "router.bytes.from.clients", "bytes sent on", bytesFromClients);
        function(registry, "router.bytes.to.clients", "bytes sent back", bytesToClients);
    }

    private static void function(
            MeterRegistry registry, String name, String description, LongAdder value) {
        FunctionCounter.builder(name, value, LongAdder::sum)
                .description(description)
                .register(registry);
    }

    void sessionClosed(CloseReason reason) {
        closed.get(reason).increment();
    }

    void errorSent(ErrorKind kind) {
        errors.get(kind).increment();
    }

    void killed(KillOutcome outcome) {
        kills.get(outcome).increment();
    }

    void loggedIn() {
        logins.increment();
    }

    void fromClient(int bytes) {
        bytesFromClients.add(bytes);
    }

    void toClient(int bytes) {
        bytesToClients.add(bytes);
    }

    /**
     * The counts of one project. The first {@link #MOST_PROJECTS} projects that this router serves
     * get series of their own; all others share one, whose project is {@code (other)}.
     */
    ProjectMeters of(ProjectId project) {
        ProjectMeters known = projects.get(project.value());
        if (known != null) {
            return known;
        }
        String name = projects.size() < MOST_PROJECTS ? project.value() : OTHER_PROJECTS;
        return projects.computeIfAbsent(name, this::register);
    }

    private ProjectMeters register(String project) {
        var counts = new ProjectMeters();
        FunctionCounter.builder("router.project.commands", counts, ProjectMeters::commands)
                .description("commands sent on for a project")
                .tag("project", project)
                .register(registry);
        Gauge.builder("router.project.sessions", counts, ProjectMeters::sessions)
                .description("open sessions of a project")
                .tag("project", project)
                .register(registry);
        return counts;
    }
}
