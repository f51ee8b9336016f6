package dev.homeport.router.admin;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.linecorp.armeria.common.sse.ServerSentEvent;
import dev.homeport.topology.FleetSnapshot;
import dev.homeport.topology.FleetSource;
import dev.homeport.topology.Words;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * What happens in the fleet, for everybody who listens. The last events are kept, so that who was
 * away for a while misses nothing. Bounded in listeners, in events and in their size; thread-safe,
 * and nothing here waits for a listener.
 *
 * <p>Ids of events are {@code life-number}: they mean nothing to another router, or to this one
 * once it was started anew.
 */
final class EventFeed implements FleetSource.Listener, AutoCloseable {
    /** Events that are kept. */
    static final int MOST_EVENTS = 1000;

    /** What those may have together; many large ones are fewer. */
    static final int MOST_CHARS = 4 * 1024 * 1024;

    /** Who may listen at once. */
    static final int MOST_LISTENERS = 64;

    private static final String MISSED = "missed";

    private final String life = "%08x".formatted(ThreadLocalRandom.current().nextInt());
    private final Deque<ServerSentEvent> events = new ArrayDeque<>();
    private final List<EventStream> listeners = new ArrayList<>();
    private long lastNumber;
    private long chars;
    private boolean closed;

    /** Does not block; the first picture of all is no event. */
    @Override
    public void onSnapshot(Optional<FleetSnapshot> before, FleetSnapshot after) {
        before.ifPresent(one -> FleetChanges.between(one, after).forEach(this::add));
    }

    /** Tells it to all who listen. */
    synchronized void add(FleetEvent happened) {
        if (closed) {
            return;
        }
        lastNumber++;
        ServerSentEvent event =
                ServerSentEvent.builder()
                        .id(id(lastNumber))
                        .event(Words.of(happened.kind()))
                        .data(happened.data())
                        .build();
        events.addLast(event);
        chars += EventStream.weight(event);
        while (events.size() > MOST_EVENTS || chars > MOST_CHARS) {
            chars -= EventStream.weight(events.removeFirst());
        }
        listeners.removeIf(listener -> !listener.send(event));
    }

    /**
     * Listens from now on.
     *
     * @param lastId of the last event that the caller has seen: it gets those behind it first, or
     *     is told that it has missed some
     * @throws Refusal 503 if too many listen, or the router stops
     */
    synchronized EventStream open(Optional<String> lastId) throws Refusal {
        listeners.removeIf(listener -> !listener.isOpen());
        if (closed) {
            throw Refusal.unavailable("router_stopping", "this router stops");
        }
        if (listeners.size() >= MOST_LISTENERS) {
            throw Refusal.unavailable(
                    "too_many_listeners",
                    "%d callers listen to events already".formatted(MOST_LISTENERS));
        }
        var stream = new EventStream();
        for (ServerSentEvent event : first(lastId)) {
            stream.send(event);
        }
        listeners.add(stream);
        return stream;
    }

    private List<ServerSentEvent> first(Optional<String> lastId) {
        if (lastId.isEmpty()) {
            // No event, but an id: who breaks off before the first one can go on from here.
            return List.of(ServerSentEvent.ofId(id(lastNumber)));
        }
        int missing = eventsSince(lastId.get());
        return missing < 0
                ? List.of(missed(lastId.get()))
                : events.stream().skip(events.size() - missing).toList();
    }

    /** How many there are behind that one; negative where nobody knows any more. */
    private int eventsSince(String id) {
        for (int back = 0; back <= events.size(); back++) {
            if (id.equals(id(lastNumber - back))) {
                return back;
            }
        }
        return -1;
    }

    private ServerSentEvent missed(String lastId) {
        ObjectNode json = Json.object();
        json.put("lastEventId", Reasons.shown(lastId));
        json.put(
                "reason",
                "the events behind it are not kept any more, or it is of another life of this"
                        + " router; read /v1/status and /v1/incidents anew");
        return ServerSentEvent.builder()
                .id(id(lastNumber))
                .event(MISSED)
                .data(Json.text(json))
                .build();
    }

    private String id(long number) {
        return life + "-" + number;
    }

    /** Ends all streams. Who still may comes back, and goes on behind the last event he got. */
    synchronized void disconnect() {
        listeners.forEach(EventStream::close);
        listeners.clear();
    }

    /** Ends all streams, and lets nobody listen any more. */
    @Override
    public synchronized void close() {
        closed = true;
        disconnect();
    }
}
