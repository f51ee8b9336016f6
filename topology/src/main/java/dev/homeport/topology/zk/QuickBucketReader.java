package dev.homeport.topology.zk;

import dev.homeport.topology.ClusterId;
import dev.homeport.topology.PackedBucket;
import dev.homeport.topology.PackedBucketBuilder;
import dev.homeport.topology.ProjectId;
import dev.homeport.topology.ProjectState;
import dev.homeport.topology.RefusalTerms;
import dev.homeport.topology.Residence;
import dev.homeport.topology.Words;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;

/**
 * Reads the JSON of a bucket as routers write it: without white space, and in their order. A
 * million placements take a second so, and a quarter of a minute as a tree. Everything else it
 * leaves alone: {@link PlacementBucketCodec} reads that in the way that can say what is wrong.
 */
final class QuickBucketReader {
    private static final byte[] HEAD = ascii("{\"v\":1,\"projects\":{");
    private static final byte[] HOME = ascii("\":{\"home\":\"");
    private static final byte[] STATE = ascii(",\"state\":\"");
    private static final byte[] SINCE = ascii(",\"since\":\"");
    private static final byte[] REASON = ascii(",\"reason\":\"");
    private static final byte[] ERROR = ascii(",\"error\":\"");
    private static final byte[] TAIL = ascii("}}");
    private static final Map<String, ProjectState> STATES = states();

    private static final VarHandle EIGHT =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101_0101_0101_0101L;
    private static final long HIGHEST = ONES << 7;

    private final byte[] json;
    private final PackedBucketBuilder builder;
    private final Map<String, ClusterId> homes = new HashMap<>();
    private final RepeatedTexts texts = new RepeatedTexts();
    private int at;
    private long seconds;
    private int nanos;

    /** Where the date stands that was read last, and how many seconds it is. */
    private int dateAt = -1;

    private long dateSeconds;

    private QuickBucketReader(int bucket, byte[] json) {
        this.json = json;
        this.builder = new PackedBucketBuilder(bucket);
    }

    /** The bucket; empty where the text is anything but what a router writes. */
    static Optional<PackedBucket> read(int bucket, byte[] json) {
        try {
            return isUtf8(json) ? new QuickBucketReader(bucket, json).read() : Optional.empty();
        } catch (IllegalArgumentException | DateTimeException e) {
            // A wrong id, order, bucket or time: for the other reading to tell.
            return Optional.empty();
        }
    }

    private Optional<PackedBucket> read() {
        if (!skip(HEAD)) {
            return Optional.empty();
        }
        boolean isMore = at < json.length && json[at] == '"';
        while (isMore) {
            if (!readProject()) {
                return Optional.empty();
            }
            isMore = at + 1 < json.length && json[at] == ',' && json[at + 1] == '"';
            at += isMore ? 1 : 0;
        }
        return skip(TAIL) && at == json.length ? Optional.of(builder.build()) : Optional.empty();
    }

    /** From the quotation mark of its id to the end of its object. */
    private boolean readProject() {
        at++;
        int id = at;
        passPlainText();
        int idEnd = at;
        if (!ProjectId.isIn(json, id, idEnd) || !skip(HOME)) {
            return false;
        }
        String home = text();
        if (!skipQuote() || !skip(STATE)) {
            return false;
        }
        ProjectState state = STATES.get(text());
        if (state == null || !skipQuote()) {
            return false;
        }
        seconds = 0;
        nanos = 0;
        if (skip(SINCE)) {
            readMoment();
            if (!skipQuote()) {
                return false;
            }
        }
        String reason = "";
        if (skip(REASON)) {
            reason = text();
            if (!skipQuote()) {
                return false;
            }
        }
        Optional<String> error = Optional.empty();
        if (skip(ERROR)) {
            error = Optional.of(text());
            if (!skipQuote()) {
                return false;
            }
        }
        ClusterId cluster = homes.computeIfAbsent(home, ClusterId::new);
        builder.append(
                json,
                id,
                idEnd,
                new Residence(cluster, state),
                seconds,
                nanos,
                new PackedBucket.Note(reason, error, RefusalTerms.NONE));
        return at < json.length && json[at++] == '}';
    }

    /** Up to the quotation mark that ends it, or to what cannot stand in a text. */
    private String text() {
        String first = plainText();
        if (!isEscape()) {
            return first;
        }
        var text = new StringBuilder(first);
        while (isEscape()) {
            text.append(escaped()).append(plainText());
        }
        return text.toString();
    }

    private String plainText() {
        int start = at;
        passPlainText();
        return texts.of(json, start, at);
    }

    private void passPlainText() {
        while (json.length - at >= Long.BYTES) {
            long ends = ends((long) EIGHT.get(json, at));
            if (ends != 0) {
                at += Long.numberOfTrailingZeros(ends) / Byte.SIZE;
                return;
            }
            at += Long.BYTES;
        }
        while (at < json.length && json[at] != '"' && json[at] != '\\' && !isControl(json[at])) {
            at++;
        }
    }

    /**
     * Of eight bytes, the first in the lowest bits, the highest bit of each that ends plain text;
     * behind the first of them others may be set too.
     */
    private static long ends(long eight) {
        return zeros(eight ^ ONES * '"')
                | zeros(eight ^ ONES * '\\')
                | ((eight - ONES * ' ') & ~eight & HIGHEST);
    }

    private static long zeros(long eight) {
        return (eight - ONES) & ~eight & HIGHEST;
    }

    private boolean isEscape() {
        return at < json.length && json[at] == '\\';
    }

    private char escaped() {
        at += 2;
        if (at > json.length) {
            throw new IllegalArgumentException("cut short");
        }
        return switch (json[at - 1]) {
            case '"', '\\', '/' -> (char) json[at - 1];
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'u' -> numbered();
            default -> throw new IllegalArgumentException("no escape");
        };
    }

    /** Control characters, and the halves of what is beyond 16 bits. */
    private char numbered() {
        if (json.length - at < 4) {
            throw new IllegalArgumentException("cut short");
        }
        at += 4;
        return (char)
                HexFormat.fromHexDigits(new String(json, at - 4, 4, StandardCharsets.US_ASCII));
    }

    private static boolean isControl(byte one) {
        return one >= 0 && one < ' ';
    }

    /** Such as {@code 2026-01-31T12:00:00.123Z}, which is nearly all; {@link Instant} the rest. */
    private void readMoment() {
        int start = at;
        passPlainText();
        int length = at - start;
        boolean isPlain =
                (length == 24 || length == 20)
                        && json[start + 4] == '-'
                        && json[start + 7] == '-'
                        && json[start + 10] == 'T'
                        && json[start + 13] == ':'
                        && json[start + 16] == ':'
                        && (length == 20 || json[start + 19] == '.')
                        && json[at - 1] == 'Z'
                        && !isEscape();
        if (isPlain) {
            seconds = dateSeconds(start) + secondOfDay(start + 11);
            nanos = length == 24 ? number(start + 20, 3) * 1_000_000 : 0;
            return;
        }
        at = start;
        Instant moment = Instant.parse(text());
        seconds = moment.getEpochSecond();
        nanos = moment.getNano();
    }

    /** Of many projects it is the same day. */
    private long dateSeconds(int start) {
        boolean isSame =
                dateAt >= 0 && Arrays.equals(json, dateAt, dateAt + 10, json, start, start + 10);
        if (!isSame) {
            dateSeconds =
                    LocalDate.of(number(start, 4), number(start + 5, 2), number(start + 8, 2))
                            .atStartOfDay()
                            .toEpochSecond(ZoneOffset.UTC);
            dateAt = start;
        }
        return dateSeconds;
    }

    private int secondOfDay(int start) {
        return LocalTime.of(number(start, 2), number(start + 3, 2), number(start + 6, 2))
                .toSecondOfDay();
    }

    private int number(int from, int digits) {
        int value = 0;
        for (int i = from; i < from + digits; i++) {
            if (json[i] < '0' || json[i] > '9') {
                throw new DateTimeException("no digit");
            }
            value = value * 10 + json[i] - '0';
        }
        return value;
    }

    private boolean skipQuote() {
        boolean isQuote = at < json.length && json[at] == '"';
        at += isQuote ? 1 : 0;
        return isQuote;
    }

    private boolean skip(byte[] expected) {
        if (json.length - at < expected.length) {
            return false;
        }
        for (int i = 0; i < expected.length; i++) {
            if (json[at + i] != expected[i]) {
                return false;
            }
        }
        at += expected.length;
        return true;
    }

    private static boolean isUtf8(byte[] json) {
        int at = 0;
        for (; json.length - at >= Long.BYTES; at += Long.BYTES) {
            if (((long) EIGHT.get(json, at) & HIGHEST) != 0) {
                return isDecodable(json);
            }
        }
        for (; at < json.length; at++) {
            if (json[at] < 0) {
                return isDecodable(json);
            }
        }
        return true;
    }

    private static boolean isDecodable(byte[] json) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(json));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static Map<String, ProjectState> states() {
        Map<String, ProjectState> states = new HashMap<>();
        for (ProjectState state : ProjectState.values()) {
            states.put(Words.of(state), state);
        }
        return Map.copyOf(states);
    }
}
