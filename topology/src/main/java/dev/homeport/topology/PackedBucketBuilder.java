package dev.homeport.topology;

import dev.homeport.topology.PackedBucket.Note;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Packs placements into one bucket. Equal placements make equal buckets, because residences and
 * notes are numbered in the order in which they come. For one thread.
 */
public final class PackedBucketBuilder {
    private static final long[] NO_SLOTS = {Slot.EMPTY};
    private static final byte[] NOT_STORED = {};

    private final int bucket;
    private final Map<Residence, Integer> residences = new HashMap<>();
    private final List<Optional<Residence>> residenceList = new ArrayList<>();
    private final Map<Note, Integer> notes = new HashMap<>();
    private byte[] records = new byte[64];
    private int recordBytes;
    private int last = -1;
    private int size;
    private int failures;

    /** What has been copied from this bucket, by its numbers there; one more than here. */
    private Optional<PackedBucket> source = Optional.empty();

    private List<Optional<Residence>> residencesThere = List.of();
    private int[] residencesOfSource = new int[0];
    private int[] notesOfSource = new int[0];

    public PackedBucketBuilder(int bucket) {
        this.bucket = bucket;
    }

    /**
     * Adds one.
     *
     * @throws IllegalArgumentException if its id does not come after that of the one before, or it
     *     belongs into another bucket
     */
    public void append(ProjectId project, Placement placement) {
        Instant since = placement.since();
        append(
                project.value(),
                new Residence(placement.home(), placement.state()),
                since.getEpochSecond(),
                since.getNano(),
                new Note(placement.reason(), placement.error(), placement.terms()));
    }

    private void append(String id, Residence residence, long seconds, int nanos, Note note) {
        byte[] ascii = id.getBytes(StandardCharsets.ISO_8859_1);
        append(ascii, 0, ascii.length, residence, seconds, nanos, note);
    }

    /**
     * The same without the objects.
     *
     * @param bytes where the id stands, in the form of one: see {@link ProjectId#isIn}
     */
    public void append(
            byte[] bytes,
            int from,
            int to,
            Residence residence,
            long seconds,
            int nanos,
            Note note) {
        int at = begin(to - from);
        System.arraycopy(bytes, from, records, at + 1, to - from);
        finish(at, residenceNumber(residence), noteNumber(note));
        Bits.putLong(records, recordBytes - 12, seconds);
        Bits.putInteger(records, recordBytes - 4, nanos);
        countFailure(residence.state(), note.error().isPresent());
    }

    /** Adds the record that begins there in another bucket. */
    void copy(PackedBucket from, int there) {
        if (source.isEmpty()) {
            source = Optional.of(from);
            residencesThere = from.residences();
            residencesOfSource = new int[residencesThere.size()];
            notesOfSource = new int[from.noteCount()];
        }
        int at = begin(from.records()[there]);
        System.arraycopy(from.records(), there, records, at, from.length(there));
        Residence residence = residencesThere.get(from.residenceNumber(there)).orElseThrow();
        int note = from.noteNumber(there);
        if (residencesOfSource[from.residenceNumber(there)] == 0) {
            residencesOfSource[from.residenceNumber(there)] = residenceNumber(residence) + 1;
        }
        if (notesOfSource[note] == 0) {
            notesOfSource[note] = noteNumber(from.note(note)) + 1;
        }
        finish(at, residencesOfSource[from.residenceNumber(there)] - 1, notesOfSource[note] - 1);
        countFailure(residence.state(), from.error(note).isPresent());
    }

    private int begin(int idBytes) {
        int at = recordBytes;
        int end = at + idBytes + PackedBucket.FIXED_BYTES;
        if (end > records.length) {
            records = Arrays.copyOf(records, Math.max(end, records.length * 2));
        }
        records[at] = (byte) idBytes;
        recordBytes = end;
        return at;
    }

    private void finish(int at, int residence, int note) {
        if (last >= 0 && compareIds(last, at) >= 0) {
            throw new IllegalArgumentException("the ids are not in order");
        }
        if (size == PackedBucket.MOST_PROJECTS) {
            throw new IllegalArgumentException(
                    "a bucket holds at most %d projects".formatted(PackedBucket.MOST_PROJECTS));
        }
        last = at;
        size++;
        Bits.putShort(records, at + 1 + records[at], residence);
        Bits.putShort(records, at + 3 + records[at], note);
    }

    private int compareIds(int one, int other) {
        return Arrays.compare(
                records,
                one + 1,
                one + 1 + records[one],
                records,
                other + 1,
                other + 1 + records[other]);
    }

    private void countFailure(ProjectState state, boolean hasError) {
        failures += state == ProjectState.PROVISIONING && hasError ? 1 : 0;
    }

    private int residenceNumber(Residence residence) {
        Integer known = residences.putIfAbsent(residence, residences.size());
        if (known != null) {
            return known;
        }
        residenceList.add(Optional.of(residence));
        return residenceList.size() - 1;
    }

    private int noteNumber(Note note) {
        return notes.merge(note, notes.size(), (known, unused) -> known);
    }

    /**
     * The bucket with all that was added.
     *
     * @throws IllegalArgumentException if a project belongs into another bucket
     */
    public PackedBucket build() {
        byte[] trimmed = Arrays.copyOf(records, recordBytes);
        var noteEnds = new int[notes.size()];
        return new PackedBucket(
                bucket,
                size,
                failures,
                trimmed,
                slots(trimmed),
                arrayOf(residenceList),
                packNotes(noteEnds),
                noteEnds,
                NOT_STORED);
    }

    /** The only way to make one. */
    @SuppressWarnings({"unchecked", "rawtypes"})
    static Optional<Residence>[] arrayOf(List<Optional<Residence>> residences) {
        return residences.toArray(new Optional[0]);
    }

    private long[] slots(byte[] trimmed) {
        if (size == 0) {
            return NO_SLOTS;
        }
        var slots = new long[Slot.tableSize(size)];
        int mask = slots.length - 1;
        int next;
        for (int at = 0; at < trimmed.length; at = next) {
            next = at + PackedBucket.FIXED_BYTES + trimmed[at];
            int hash = Crc32c.of(trimmed, at + 1, at + 1 + trimmed[at]);
            requireHere(trimmed, at, hash);
            int place = Slot.first(hash, mask);
            while (slots[place] != Slot.EMPTY) {
                place = (place + 1) & mask;
            }
            slots[place] = Slot.of(hash, at);
        }
        return slots;
    }

    private void requireHere(byte[] trimmed, int at, int hash) {
        int right = Buckets.of(hash);
        if (right != bucket) {
            String id = new String(trimmed, at + 1, trimmed[at], StandardCharsets.ISO_8859_1);
            throw new IllegalArgumentException(
                    "project %s belongs into bucket %s, not %s"
                            .formatted(id, Buckets.name(right), Buckets.name(bucket)));
        }
    }

    private byte[] packNotes(int[] ends) {
        var byNumber = new Note[ends.length];
        notes.forEach((note, number) -> byNumber[number] = note);
        var packed = new byte[64];
        int end = 0;
        for (int i = 0; i < byNumber.length; i++) {
            byte[] reason = byNumber[i].reason().getBytes(StandardCharsets.UTF_8);
            byte[] error = byNumber[i].error().orElse("").getBytes(StandardCharsets.UTF_8);
            RefusalTerms terms = byNumber[i].terms();
            boolean hasTerms = !terms.equals(RefusalTerms.NONE);
            int start = end;
            int text = start + 4 + (hasTerms ? PackedBucket.TERMS_BYTES : 0);
            end = text + reason.length + error.length;
            if (end > packed.length) {
                packed = Arrays.copyOf(packed, Math.max(end, packed.length * 2));
            }
            Bits.putInteger(packed, start, hasTerms ? ~reason.length : reason.length);
            if (hasTerms) {
                Bits.putInteger(packed, start + 4, seconds(terms.deadline()));
                Bits.putInteger(packed, start + 8, seconds(terms.retryAfter()));
            }
            System.arraycopy(reason, 0, packed, text, reason.length);
            System.arraycopy(error, 0, packed, text + reason.length, error.length);
            ends[i] = byNumber[i].error().isPresent() ? -end : end;
        }
        return Arrays.copyOf(packed, end);
    }

    private static int seconds(Optional<Duration> duration) {
        return duration.map(value -> (int) value.toSeconds()).orElse(-1);
    }
}
