package dev.homeport.topology.zk;

import dev.homeport.topology.Buckets;
import dev.homeport.topology.FleetSnapshot;
import dev.homeport.topology.PackedBucket;
import dev.homeport.topology.fields.Problems;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * Reads buckets, and need not unpack and parse what is known already: those in the picture, which a
 * router reads again before it changes them, and those that it has just written, which it reads as
 * everybody else does. What counts is the content alone, by its SHA-256, so it does not matter
 * which version of which ensemble it is, nor whether what was written came to stand there.
 * Thread-safe.
 */
final class KnownBuckets {
    /** They go when they are in the picture, which takes milliseconds. */
    private static final int MOST_WRITTEN = 1024;

    private final Supplier<Optional<FleetSnapshot>> picture;
    private final AtomicLong parsed = new AtomicLong();
    private final AtomicIntegerArray lengths = new AtomicIntegerArray(Buckets.COUNT);

    /** By number, the oldest first; guarded by itself. */
    private final Map<Integer, PackedBucket> written =
            new LinkedHashMap<>() {
                @Override
                protected boolean removeEldestEntry(Map.Entry<Integer, PackedBucket> eldest) {
                    return size() > MOST_WRITTEN;
                }
            };

    /**
     * @param picture the one in force now
     */
    KnownBuckets(Supplier<Optional<FleetSnapshot>> picture) {
        this.picture = picture;
    }

    /** Reads the same as {@link PlacementBucketCodec#znode}. */
    Codec<PackedBucket> znode(int bucket) {
        Codec<PackedBucket> codec = PlacementBucketCodec.znode(bucket);
        return new Codec<>() {
            @Override
            public byte[] write(PackedBucket value) {
                return codec.write(value);
            }

            @Override
            public Optional<PackedBucket> read(byte[] bytes, Problems problems) {
                lengths.set(bucket, bytes.length);
                byte[] sha256 = sha256(bytes);
                return find(bucket, sha256).or(() -> parse(codec, bytes, problems, sha256));
            }
        };
    }

    private Optional<PackedBucket> parse(
            Codec<PackedBucket> codec, byte[] bytes, Problems problems, byte[] sha256) {
        parsed.incrementAndGet();
        return codec.read(bytes, problems).map(one -> one.storedAs(sha256));
    }

    /** That content is on its way into the bucket's znode. */
    void writing(PackedBucket bucket, byte[] content) {
        PackedBucket stored = bucket.storedAs(sha256(content));
        synchronized (written) {
            written.remove(bucket.number());
            written.put(bucket.number(), stored);
        }
    }

    /** There is another picture: what was written and is in it now need not be kept here. */
    void settle(FleetSnapshot fleet) {
        synchronized (written) {
            written.values()
                    .removeIf(one -> one.isStoredAs(fleet.placements().bucket(one.number())));
        }
    }

    /** How long its content was when it was read last, good or not; negative if never. */
    int length(int bucket) {
        return lengths.get(bucket) == 0 ? -1 : lengths.get(bucket);
    }

    /** How many contents had to be parsed, good or not. */
    long parsed() {
        return parsed.get();
    }

    private Optional<PackedBucket> find(int bucket, byte[] sha256) {
        return picture.get()
                .map(fleet -> fleet.placements().bucket(bucket))
                .filter(one -> one.isStoredAs(sha256))
                .or(() -> written(bucket).filter(one -> one.isStoredAs(sha256)));
    }

    private Optional<PackedBucket> written(int bucket) {
        synchronized (written) {
            return Optional.ofNullable(written.get(bucket));
        }
    }

    private static byte[] sha256(byte[] content) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(content);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
