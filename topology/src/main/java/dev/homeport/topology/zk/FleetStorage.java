package dev.homeport.topology.zk;

import dev.homeport.topology.FleetSnapshot;
import dev.homeport.topology.PackedBucket;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** The stored forms of a fleet, for programs that fill a large one or measure it. */
public final class FleetStorage {
    private FleetStorage() {}

    /** Where a bucket stands, below the chroot. */
    public static String bucketPath(int bucket) {
        return ZnodePaths.bucket(bucket);
    }

    /** What stands there. */
    public static byte[] bucketContent(PackedBucket bucket) {
        return PlacementBucketCodec.znode(bucket.number()).write(bucket);
    }

    /** How long its JSON is, compressed or not. */
    public static int jsonBytes(PackedBucket bucket) {
        return PlacementBucketCodec.json(bucket).length;
    }

    /**
     * Replaces a snapshot file.
     *
     * @throws IOException if it cannot be written; the old file is then as it was
     */
    public static void writeSnapshot(Path file, FleetSnapshot fleet) throws IOException {
        new SnapshotFile(file).write(fleet);
    }

    /**
     * The picture in a snapshot file; empty where there is none.
     *
     * @throws IOException if the file cannot be read, or is cut short or damaged
     */
    public static Optional<FleetSnapshot> readSnapshot(Path file) throws IOException {
        return new SnapshotFile(file).read();
    }
}
