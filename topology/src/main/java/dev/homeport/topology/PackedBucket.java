package dev.homeport.topology;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * The placements of one bucket, without an object for each. Immutable.
 *
 * <p>One record follows the other in order of the ids: length of the id (1 byte), id, number of its
 * residence (2), number of its note (2), since in seconds (8) and nanoseconds (4). Residences and
 * notes, which are reason, error and terms, stand once for all that have the same. A table of
 * places, open addressing by the hash of the id, finds a record with one comparison in most cases.
 */
public final class PackedBucket {
    /** What the numbers of residences and notes can count. */
    static final int MOST_PROJECTS = 0xffff;

    /** A record without its id. */
    static final int FIXED_BYTES = 17;

    /** Deadline and retry-after in seconds, negative where there is none. */
    static final int TERMS_BYTES = 8;

    private final int bucket;
    private final int size;
    private final int failures;
    private final byte[] records;

    /** See {@link Slot}; a power of two of them. */
    private final long[] slots;

    /** By their numbers. An array, because each step to another object is a cache miss. */
    private final Optional<Residence>[] residences;

    /**
     * Behind each other: length of the reason (4), terms if there are any, reason, and the error if
     * there is one.
     */
    private final byte[] notes;

    /** Where each note ends; negative where it has an error. */
    private final int[] noteEnds;

    /** Of its znode's content, where that is known; otherwise none. No part of what it is. */
    private final byte[] storedAs;

    /** Gets one project after the other. */
    @FunctionalInterface
    public interface Visitor {
        /**
         * Takes one.
         *
         * @return whether to go on
         */
        boolean visit(ProjectId project, Placement placement);
    }

    /** What is said of a placement; stands once for all that have the same. */
    public record Note(String reason, Optional<String> error, RefusalTerms terms) {}

    /** Goes over the records as they are packed, without an object for each. For one thread. */
    public final class Cursor {
        private int at = -1;

        /** Goes on to the next; before the first one it stands on none. */
        public boolean next() {
            at = at < 0 ? 0 : at + length(at);
            return at < records.length;
        }

        public int idBytes() {
            return records[at];
        }

        /** Copies the id, which is ASCII. */
        public void copyId(byte[] target, int to) {
            System.arraycopy(records, at + 1, target, to, records[at]);
        }

        /** See {@link PackedBucket#residence(int)}. */
        public int residence() {
            return residenceNumber(at);
        }

        /** See {@link PackedBucket#note(int)}. */
        public int note() {
            return noteNumber(at);
        }

        public long seconds() {
            return Bits.longInteger(records, behindId(at) + 4);
        }

        public int nanos() {
            return Bits.integer(records, behindId(at) + 12);
        }
    }

    PackedBucket(
            int bucket,
            int size,
            int failures,
            byte[] records,
            long[] slots,
            Optional<Residence>[] residences,
            byte[] notes,
            int[] noteEnds,
            byte[] storedAs) {
        this.bucket = bucket;
        this.size = size;
        this.failures = failures;
        this.records = records;
        this.slots = slots;
        this.residences = residences;
        this.notes = notes;
        this.noteEnds = noteEnds;
        this.storedAs = storedAs;
    }

    /** One without projects. */
    public static PackedBucket empty(int bucket) {
        return new PackedBucketBuilder(bucket).build();
    }

    /**
     * Packs some placements.
     *
     * @throws IllegalArgumentException if a project does not belong into that bucket
     */
    public static PackedBucket of(int bucket, Map<ProjectId, Placement> content) {
        var builder = new PackedBucketBuilder(bucket);
        new TreeMap<>(content).forEach(builder::append);
        return builder.build();
    }

    /** Which one it is: 0 to 4095. */
    public int number() {
        return bucket;
    }

    public int size() {
        return size;
    }

    public boolean isEmpty() {
        return size == 0;
    }

    /** How many projects are being provisioned and have an error. */
    public int failures() {
        return failures;
    }

    /** Where a project of this bucket lives. Allocates nothing. */
    public Optional<Residence> residence(ProjectId project) {
        int at = locate(project);
        return at < 0 ? Optional.empty() : residenceAt(at);
    }

    /** The placement of a project of this bucket. */
    public Optional<Placement> find(ProjectId project) {
        int at = locate(project);
        return at < 0 ? Optional.empty() : Optional.of(placementAt(at));
    }

    /** In order of the ids. */
    public Cursor cursor() {
        return new Cursor();
    }

    /** How many different residences its projects have, which are numbered from 0. */
    public int residenceCount() {
        return residences.length;
    }

    public Residence residence(int number) {
        return residences[number].orElseThrow();
    }

    /** How many different notes its projects have, which are numbered from 0. */
    public int noteCount() {
        return noteEnds.length;
    }

    public Note note(int number) {
        return new Note(reason(number), error(number), terms(number));
    }

    /** Visits all projects in order of their ids. */
    public void forEach(BiConsumer<ProjectId, Placement> visitor) {
        for (int at = 0; at < records.length; at += length(at)) {
            visitor.accept(projectAt(at), placementAt(at));
        }
    }

    /**
     * Visits the projects whose residence is wanted in order of their ids.
     *
     * @param after begins behind that one, whether it is there or not
     * @return whether the visitor wants to go on
     */
    boolean visit(Optional<ProjectId> after, Predicate<Residence> wanted, Visitor visitor) {
        var isWanted = new boolean[residences.length];
        boolean isAnyWanted = false;
        for (int i = 0; i < isWanted.length; i++) {
            isWanted[i] = wanted.test(residences[i].orElseThrow());
            isAnyWanted |= isWanted[i];
        }
        for (int at = 0; isAnyWanted && at < records.length; at += length(at)) {
            boolean isSeen = after.isPresent() && compare(at, after.get().value()) <= 0;
            if (!isSeen
                    && isWanted[residenceNumber(at)]
                    && !visitor.visit(projectAt(at), placementAt(at))) {
                return false;
            }
        }
        return true;
    }

    /** A copy as a map, in order of the ids. */
    public Map<ProjectId, Placement> toMap() {
        Map<ProjectId, Placement> map = new LinkedHashMap<>();
        forEach(map::put);
        return Collections.unmodifiableMap(map);
    }

    /** The clusters that its projects live on. */
    public Set<ClusterId> homes() {
        Set<ClusterId> homes = new HashSet<>();
        for (Optional<Residence> one : residences) {
            homes.add(one.orElseThrow().home());
        }
        return homes;
    }

    /** How many records name that cluster, tombstones included. */
    public int records(ClusterId cluster) {
        int[] counts = counts();
        int records = 0;
        for (int i = 0; i < counts.length; i++) {
            records += residences[i].orElseThrow().home().equals(cluster) ? counts[i] : 0;
        }
        return records;
    }

    /** How many of its projects are not in another one. */
    public int countMissing(PackedBucket other) {
        int missing = 0;
        int there = 0;
        for (int at = 0; at < records.length; at += length(at)) {
            while (there < other.records.length && other.compare(there, records, at) < 0) {
                there += other.length(there);
            }
            if (there >= other.records.length || other.compare(there, records, at) > 0) {
                missing++;
            }
        }
        return missing;
    }

    /**
     * Visits the projects whose residence is not the one that it was, or that have come or gone, in
     * order of their ids. Makes no object for all others.
     *
     * @param before the same bucket in an earlier picture
     */
    public void forEachMoved(PackedBucket before, Consumer<ProjectId> visitor) {
        int at = 0;
        int there = 0;
        while (at < records.length || there < before.records.length) {
            int order = order(at, before, there);
            if (order < 0 || (order == 0 && !residenceAt(at).equals(before.residenceAt(there)))) {
                visitor.accept(projectAt(at));
            } else if (order > 0) {
                visitor.accept(before.projectAt(there));
            }
            at += order <= 0 ? length(at) : 0;
            there += order >= 0 ? before.length(there) : 0;
        }
    }

    /** Of the ids of two records; behind the last one comes everything. */
    private int order(int at, PackedBucket other, int there) {
        if (at >= records.length) {
            return 1;
        }
        return there >= other.records.length ? -1 : compare(at, other.records, there);
    }

    /** One with that project's placement added or replaced. */
    public PackedBucket with(ProjectId project, Placement placement) {
        var builder = new PackedBucketBuilder(bucket);
        int at = 0;
        for (; at < records.length && compare(at, project.value()) < 0; at += length(at)) {
            builder.copy(this, at);
        }
        builder.append(project, placement);
        if (at < records.length && compare(at, project.value()) == 0) {
            at += length(at);
        }
        for (; at < records.length; at += length(at)) {
            builder.copy(this, at);
        }
        return builder.build();
    }

    /** How many projects have each residence, in the order of {@link #residences}. */
    int[] counts() {
        var counts = new int[residences.length];
        for (int at = 0; at < records.length; at += length(at)) {
            counts[residenceNumber(at)]++;
        }
        return counts;
    }

    /** The different ones of its projects. */
    List<Optional<Residence>> residences() {
        return List.of(residences);
    }

    /**
     * The same with other objects for the same residences, which it then shares with other buckets.
     *
     * @param numbers which the map has for them, at most {@link Slot#NO_NUMBER}
     */
    PackedBucket sharing(Optional<Residence>[] equal, int[] numbers) {
        var numbered = new long[slots.length];
        for (int i = 0; i < slots.length; i++) {
            if (slots[i] != Slot.EMPTY) {
                int at = Slot.at(slots[i]);
                numbered[i] = Slot.numbered(slots[i], numbers[residenceNumber(at)]);
            }
        }
        return new PackedBucket(
                bucket, size, failures, records, numbered, equal, notes, noteEnds, storedAs);
    }

    /** Its table, for the map that it is in. */
    long[] slots() {
        return slots;
    }

    /**
     * The same, which remembers which content of its znode says so.
     *
     * @param sha256 of that content
     */
    public PackedBucket storedAs(byte[] sha256) {
        return new PackedBucket(
                bucket,
                size,
                failures,
                records,
                slots,
                residences,
                notes,
                noteEnds,
                sha256.clone());
    }

    /** Whether it is known which content of its znode says so. */
    public boolean isStored() {
        return storedAs.length > 0;
    }

    /** Whether it was read from a content with that SHA-256, or written as one. */
    public boolean isStoredAs(byte[] sha256) {
        return isStored() && Arrays.equals(storedAs, sha256);
    }

    /** Whether both are known to be stored as the same content. */
    public boolean isStoredAs(PackedBucket other) {
        return isStoredAs(other.storedAs);
    }

    byte[] records() {
        return records;
    }

    /** How many bytes the record there has. */
    int length(int at) {
        return records[at] + FIXED_BYTES;
    }

    int residenceNumber(int at) {
        return Bits.unsignedShort(records, behindId(at));
    }

    int noteNumber(int at) {
        return Bits.unsignedShort(records, behindId(at) + 2);
    }

    private String reason(int note) {
        int start = noteStart(note);
        return text(start + fixedBytes(start), reasonBytes(start));
    }

    Optional<String> error(int note) {
        if (noteEnds[note] >= 0) {
            return Optional.empty();
        }
        int start = noteStart(note);
        int error = start + fixedBytes(start) + reasonBytes(start);
        return Optional.of(text(error, -noteEnds[note] - error));
    }

    private RefusalTerms terms(int note) {
        int start = noteStart(note);
        return hasTerms(start)
                ? new RefusalTerms(seconds(start + 4), seconds(start + 8))
                : RefusalTerms.NONE;
    }

    /** The complement of the reason's length says that terms stand behind it: few have any. */
    private boolean hasTerms(int start) {
        return Bits.integer(notes, start) < 0;
    }

    private int fixedBytes(int start) {
        return hasTerms(start) ? 4 + TERMS_BYTES : 4;
    }

    private int reasonBytes(int start) {
        int length = Bits.integer(notes, start);
        return length < 0 ? ~length : length;
    }

    private Optional<Duration> seconds(int at) {
        int seconds = Bits.integer(notes, at);
        return seconds < 0 ? Optional.empty() : Optional.of(Duration.ofSeconds(seconds));
    }

    private ProjectId projectAt(int at) {
        return new ProjectId(new String(records, at + 1, records[at], StandardCharsets.ISO_8859_1));
    }

    private Placement placementAt(int at) {
        Residence residence = residenceAt(at).orElseThrow();
        Note note = note(noteNumber(at));
        return new Placement(
                residence.home(),
                residence.state(),
                Instant.ofEpochSecond(
                        Bits.longInteger(records, behindId(at) + 4),
                        Bits.integer(records, behindId(at) + 12)),
                note.reason(),
                note.error(),
                note.terms());
    }

    private Optional<Residence> residenceAt(int at) {
        return residences[residenceNumber(at)];
    }

    private int behindId(int at) {
        return at + 1 + records[at];
    }

    private int noteStart(int note) {
        return note == 0 ? 0 : Math.abs(noteEnds[note - 1]);
    }

    private String text(int from, int bytes) {
        return new String(notes, from, bytes, StandardCharsets.UTF_8);
    }

    /** Where the project's record begins; negative if there is none. */
    private int locate(ProjectId project) {
        int mask = slots.length - 1;
        int place = Slot.first(project.crc(), mask);
        for (; slots[place] != Slot.EMPTY; place = (place + 1) & mask) {
            int at = Slot.at(slots[place]);
            if (Slot.mayBe(slots[place], project.crc()) && project.isAt(records, at)) {
                return at;
            }
        }
        return -1;
    }

    private int compare(int at, String id) {
        int common = Math.min(records[at], id.length());
        for (int i = 0; i < common; i++) {
            int difference = records[at + 1 + i] - id.charAt(i);
            if (difference != 0) {
                return difference;
            }
        }
        return records[at] - id.length();
    }

    private int compare(int at, byte[] others, int there) {
        return Arrays.compare(
                records,
                at + 1,
                at + 1 + records[at],
                others,
                there + 1,
                there + 1 + others[there]);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PackedBucket that
                && bucket == that.bucket
                && size == that.size
                && Arrays.equals(records, that.records)
                && Arrays.equals(residences, that.residences)
                && Arrays.equals(noteEnds, that.noteEnds)
                && Arrays.equals(notes, that.notes);
    }

    @Override
    public int hashCode() {
        return Objects.hash(bucket, size, Arrays.hashCode(records));
    }

    @Override
    public String toString() {
        return "bucket " + Buckets.name(bucket) + " with " + size + " projects";
    }
}
