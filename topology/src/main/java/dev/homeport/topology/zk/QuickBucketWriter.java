package dev.homeport.topology.zk;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.homeport.topology.PackedBucket;
import dev.homeport.topology.Residence;
import dev.homeport.topology.Words;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.Optional;

/**
 * Writes the JSON of a bucket: without white space, and in the order in which {@link
 * QuickBucketReader} reads it. What many placements have in common is put into words once; a bucket
 * is written with each project that is placed.
 */
final class QuickBucketWriter {
    private static final byte[] HEAD = ascii("{\"v\":1,\"projects\":{");
    private static final byte[] SINCE = ascii(",\"since\":\"");
    private static final int SECONDS_OF_DAY = 86_400;

    /** Those whose year has four digits. */
    private static final long FIRST_DAY = LocalDate.of(0, 1, 1).toEpochDay();

    private static final long LAST_DAY = LocalDate.of(9999, 12, 31).toEpochDay();

    private final PackedBucket bucket;
    private final byte[][] residences;
    private final byte[][] notes;
    private byte[] json;
    private int size;

    /** The day that was written last, and its text. */
    private long day = Long.MIN_VALUE;

    private byte[] date = new byte[0];

    private QuickBucketWriter(PackedBucket bucket) {
        this.bucket = bucket;
        this.residences = new byte[bucket.residenceCount()][];
        this.notes = new byte[bucket.noteCount()][];
        this.json = new byte[bucket.size() * 160 + 64];
    }

    static byte[] json(PackedBucket bucket) {
        return new QuickBucketWriter(bucket).json();
    }

    private byte[] json() {
        put(HEAD);
        PackedBucket.Cursor cursor = bucket.cursor();
        boolean isFirst = true;
        while (cursor.next()) {
            if (!isFirst) {
                put(',');
            }
            isFirst = false;
            put('"');
            reserve(cursor.idBytes());
            cursor.copyId(json, size);
            size += cursor.idBytes();
            put('"');
            put(residence(cursor.residence()));
            putMoment(cursor.seconds(), cursor.nanos());
            put(note(cursor.note()));
        }
        put('}');
        put('}');
        return Arrays.copyOf(json, size);
    }

    /** From the colon behind the id to the quotation mark behind the state. */
    private byte[] residence(int number) {
        if (residences[number] == null) {
            Residence one = bucket.residence(number);
            residences[number] =
                    ascii(
                            ":{\"home\":\""
                                    + one.home()
                                    + "\",\"state\":\""
                                    + Words.of(one.state())
                                    + '"');
        }
        return residences[number];
    }

    /** From the comma before the reason to the end of the object. */
    private byte[] note(int number) {
        if (notes[number] == null) {
            notes[number] = json(bucket.note(number));
        }
        return notes[number];
    }

    private static byte[] json(PackedBucket.Note note) {
        var bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = Json.generator(bytes)) {
            json.writeStartObject();
            if (!note.reason().isEmpty()) {
                json.writeStringField("reason", note.reason());
            }
            if (note.error().isPresent()) {
                json.writeStringField("error", note.error().get());
            }
            writeSeconds("deadline", note.terms().deadline(), json);
            writeSeconds("retryAfter", note.terms().retryAfter(), json);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        byte[] object = bytes.toByteArray();
        if (object.length == 2) {
            return ascii("}");
        }
        object[0] = ',';
        return object;
    }

    private static void writeSeconds(String name, Optional<Duration> value, JsonGenerator json)
            throws IOException {
        if (value.isPresent()) {
            json.writeNumberField(name, value.get().toSeconds());
        }
    }

    /** As {@link Instant} writes it; nothing for the beginning of time. */
    private void putMoment(long seconds, int nanos) {
        if (seconds == 0 && nanos == 0) {
            return;
        }
        put(SINCE);
        long itsDay = Math.floorDiv(seconds, SECONDS_OF_DAY);
        if (itsDay < FIRST_DAY || itsDay > LAST_DAY) {
            put(ascii(Instant.ofEpochSecond(seconds, nanos).toString()));
        } else {
            putDate(itsDay);
            int second = Math.floorMod(seconds, SECONDS_OF_DAY);
            put('T');
            putDigits(second / 3600, 2);
            put(':');
            putDigits(second / 60 % 60, 2);
            put(':');
            putDigits(second % 60, 2);
            putFraction(nanos);
            put('Z');
        }
        put('"');
    }

    private void putDate(long itsDay) {
        if (itsDay != day) {
            day = itsDay;
            date = ascii(LocalDate.ofEpochDay(day).toString());
        }
        put(date);
    }

    private void putFraction(int nanos) {
        if (nanos != 0) {
            put('.');
            if (nanos % 1_000_000 == 0) {
                putDigits(nanos / 1_000_000, 3);
            } else if (nanos % 1_000 == 0) {
                putDigits(nanos / 1_000, 6);
            } else {
                putDigits(nanos, 9);
            }
        }
    }

    private void putDigits(int number, int digits) {
        reserve(digits);
        int left = number;
        for (int i = size + digits - 1; i >= size; i--) {
            json[i] = (byte) ('0' + left % 10);
            left /= 10;
        }
        size += digits;
    }

    private void put(char one) {
        reserve(1);
        json[size++] = (byte) one;
    }

    private void put(byte[] bytes) {
        reserve(bytes.length);
        System.arraycopy(bytes, 0, json, size, bytes.length);
        size += bytes.length;
    }

    private void reserve(int more) {
        if (json.length - size < more) {
            json = Arrays.copyOf(json, Math.max(size + more, json.length * 2));
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
