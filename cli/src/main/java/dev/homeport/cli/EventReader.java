package dev.homeport.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Takes server-sent events off a stream (WHATWG HTML, 9.2.6 "Interpreting an event stream"). Holds
 * one event at a time, and no more of it than a limit: what is longer is cut and says so. For one
 * thread.
 */
final class EventReader {
    private final BufferedReader in;
    private final int mostChars;
    private final Runnable heard;
    private Optional<String> lastId = Optional.empty();

    /** Counts only when its event is whole: else the rest of it would be passed over. */
    private Optional<String> idOfUnfinished = Optional.empty();

    private String name = "";
    private final StringBuilder data = new StringBuilder();
    private boolean hasData;
    private boolean isCut;
    private boolean isAfterCarriageReturn;

    /**
     * Reads nothing yet.
     *
     * @param mostChars of an event's data, and of any line
     * @param heard is run for every line, comments among them
     */
    EventReader(InputStream in, int mostChars, Runnable heard) {
        this.in = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
        this.mostChars = mostChars;
        this.heard = heard;
    }

    /**
     * One event.
     *
     * @param name {@code message} where the stream gives none
     * @param isCut whether a part of the data is missing, because it was too long
     */
    record Event(Optional<String> id, String name, String data, boolean isCut) {}

    /** The id to go on from: that of the last whole event, or one that came alone. */
    Optional<String> lastId() {
        return lastId;
    }

    /** The next event; blocks. Empty at the end of the stream, where an unfinished one is lost. */
    Optional<Event> next() throws IOException {
        for (Optional<String> line = line(); line.isPresent(); line = line()) {
            heard.run();
            if (!line.get().isEmpty()) {
                field(line.get());
                continue;
            }
            lastId = idOfUnfinished;
            Optional<Event> event =
                    hasData
                            ? Optional.of(
                                    new Event(
                                            lastId,
                                            name.isEmpty() ? "message" : name,
                                            data.toString(),
                                            isCut))
                            : Optional.empty();
            forget();
            if (event.isPresent()) {
                return event;
            }
        }
        return Optional.empty();
    }

    private void forget() {
        name = "";
        data.setLength(0);
        hasData = false;
        isCut = false;
    }

    private void field(String line) {
        int colon = line.indexOf(':');
        if (colon == 0) {
            return; // a comment, such as a heartbeat
        }
        String field = colon < 0 ? line : line.substring(0, colon);
        String value = colon < 0 ? "" : line.substring(colon + 1);
        value = value.startsWith(" ") ? value.substring(1) : value;
        switch (field) {
            case "event" -> name = value;
            case "data" -> add(value);
            case "id" -> {
                // An id with a NUL in it is to be ignored.
                if (value.indexOf('\0') < 0) {
                    idOfUnfinished = Optional.of(value);
                }
            }
            default -> {
                // "retry" too: how long to wait is decided elsewhere.
            }
        }
    }

    private void add(String value) {
        if (hasData && data.length() < mostChars) {
            data.append('\n');
        }
        hasData = true;
        int room = Math.max(0, mostChars - data.length());
        isCut |= value.length() > room;
        data.append(value, 0, Math.min(room, value.length()));
    }

    /** A line without its end, cut at the limit; ends are LF, CR, or both. */
    private Optional<String> line() throws IOException {
        StringBuilder line = new StringBuilder();
        boolean isAnything = false;
        for (int c = in.read(); c >= 0; c = in.read()) {
            boolean isSecondOfTwo = c == '\n' && isAfterCarriageReturn && !isAnything;
            isAfterCarriageReturn = c == '\r';
            if (isSecondOfTwo) {
                continue;
            }
            if (c == '\n' || c == '\r') {
                return Optional.of(line.toString());
            }
            isAnything = true;
            if (line.length() < mostChars) {
                line.append((char) c);
            } else {
                isCut = true;
            }
        }
        return Optional.empty();
    }
}
