package dev.homeport.cli;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Follows the events of a router, and comes back with the id of the last one whenever the
 * connection is lost, to that router or to the next one that answers. For one thread.
 */
final class EventFollower {
    /** Three heartbeats: who says nothing for so long is gone. */
    private static final Duration LONGEST_SILENCE = Duration.ofSeconds(45);

    /** As much as a router keeps of all events together. */
    private static final int MOST_CHARS = 4 * 1024 * 1024;

    private final RestClient client;
    private final Listener listener;
    private final BackOff backOff = new BackOff();
    private Optional<String> lastId = Optional.empty();
    private boolean wasConnected;

    /** Hears what comes. */
    interface Listener {
        /** A stream has begun; {@code isFirst} the first of all. */
        void onConnected(Target router, boolean isFirst);

        void onEvent(EventReader.Event event);

        /** The stream has ended; the next attempt comes after that time. */
        void onLost(String why, Duration until);
    }

    EventFollower(RestClient client, Listener listener) {
        this.client = client;
        this.listener = listener;
    }

    /**
     * Follows until the time is over; for as long as the process lives where it is empty.
     *
     * @throws CommandException if the first attempt of all fails, or the token is refused
     */
    void follow(Optional<Duration> time) throws InterruptedException {
        long end = time.map(one -> System.nanoTime() + one.toNanos()).orElse(Long.MAX_VALUE);
        boolean isEndless = time.isEmpty();
        while (isEndless || end - System.nanoTime() > 0) {
            String why = listen(isEndless ? Optional.empty() : Optional.of(end));
            Duration pause = backOff.next();
            if (!isEndless) {
                long left = Math.max(0, end - System.nanoTime());
                if (left == 0) {
                    return;
                }
                pause = Duration.ofNanos(Math.min(left, pause.toNanos()));
            }
            listener.onLost(why, pause);
            TimeUnit.NANOSECONDS.sleep(pause.toNanos());
        }
    }

    /** Listens to one stream; says why it ended. */
    private String listen(Optional<Long> end) {
        RestClient.Stream stream;
        try {
            stream = client.listen("/v1/events", lastId);
        } catch (CommandException e) {
            // A router that was there comes back; one that never was may be another's address.
            if (!wasConnected || e.exitCode() == ExitCode.UNAUTHORIZED) {
                throw e;
            }
            return e.getMessage();
        }
        listener.onConnected(stream.from(), !wasConnected);
        wasConnected = true;
        AtomicLong heard = new AtomicLong(System.nanoTime());
        try (ScheduledExecutorService watch = watch(stream.body(), heard, end)) {
            String why = read(stream.body(), heard);
            watch.shutdownNow();
            return why;
        }
    }

    private String read(InputStream body, AtomicLong heard) {
        EventReader reader = new EventReader(body, MOST_CHARS, () -> heard.set(System.nanoTime()));
        try (body) {
            for (var event = reader.next(); event.isPresent(); event = reader.next()) {
                backOff.reset();
                lastId = reader.lastId().or(() -> lastId);
                listener.onEvent(event.get());
            }
            return "the router ended it";
        } catch (IOException e) {
            return "the connection broke off";
        } finally {
            lastId = reader.lastId().or(() -> lastId);
        }
    }

    /** Reading blocks without a limit, so somebody else closes what is silent or over. */
    private static ScheduledExecutorService watch(
            InputStream body, AtomicLong heard, Optional<Long> end) {
        ScheduledExecutorService watch =
                Executors.newSingleThreadScheduledExecutor(
                        Thread.ofPlatform().daemon().name("silence").factory());
        Runnable check =
                () -> {
                    long now = System.nanoTime();
                    boolean isSilent = now - heard.get() > LONGEST_SILENCE.toNanos();
                    if (isSilent || end.map(one -> one - now <= 0).orElse(false)) {
                        close(body);
                    }
                };
        var unused = watch.scheduleAtFixedRate(check, 100, 100, TimeUnit.MILLISECONDS);
        return watch;
    }

    private static void close(InputStream body) {
        try {
            body.close();
        } catch (IOException e) {
            // Whoever reads it finds it closed all the same.
        }
    }
}
