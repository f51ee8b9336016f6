package dev.homeport.router.admin;

import com.linecorp.armeria.common.sse.ServerSentEvent;
import com.linecorp.armeria.common.stream.StreamMessage;
import com.linecorp.armeria.common.stream.StreamWriter;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Events on their way to one listener. What it has not taken yet waits here, up to a limit; then it
 * is cut off, and comes back with the id of the last event that it got. Thread-safe; nothing
 * blocks.
 */
final class EventStream {
    /** What may wait: twice what is kept for those who come back. */
    static final long MOST_WAITING_CHARS = 2L * EventFeed.MOST_CHARS;

    /** What an event takes beside its data, roughly. */
    private static final int EVENT_CHARS = 256;

    private static final ServerSentEvent HEARTBEAT = ServerSentEvent.ofComment("still here");

    private final StreamWriter<ServerSentEvent> writer = StreamMessage.streaming();
    private final AtomicLong waitingChars = new AtomicLong();

    /** What an event counts in characters. */
    static int weight(ServerSentEvent event) {
        return EVENT_CHARS + (event.data() == null ? 0 : event.data().length());
    }

    /** To be subscribed to once. */
    StreamMessage<ServerSentEvent> messages() {
        return writer.peek(event -> waitingChars.addAndGet(-weight(event)));
    }

    /**
     * Sends one soon.
     *
     * @return whether the listener is still there
     */
    boolean send(ServerSentEvent event) {
        if (waitingChars.addAndGet(weight(event)) > MOST_WAITING_CHARS) {
            writer.abort();
        }
        return writer.tryWrite(event);
    }

    /** Says that nothing has happened: proxies end connections on which nothing comes. */
    void heartbeat() {
        send(HEARTBEAT);
    }

    boolean isOpen() {
        return writer.isOpen();
    }

    /** Ends it when the listener has taken what waits. Idempotent. */
    void close() {
        writer.close();
    }

    /** The listener has gone. Idempotent. */
    void abandon() {
        writer.abort();
    }
}
