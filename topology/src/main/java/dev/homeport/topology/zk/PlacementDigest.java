package dev.homeport.topology.zk;

import dev.homeport.topology.Buckets;
import dev.homeport.topology.PackedBucket;
import dev.homeport.topology.Placement;
import dev.homeport.topology.ProjectId;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;

/**
 * Names one state of a project's record: the beginning of the SHA-256 of what stands in its bucket
 * for it. The version of the znode would not do, as that is another one whenever any project of the
 * bucket changes. Whatever is in the record is in the digest, and no router needs to be asked for
 * it.
 */
public final class PlacementDigest {
    private static final int BYTES = 8;

    private PlacementDigest() {}

    /** 16 hexadecimal digits, the same in every router. Pure. */
    public static String of(ProjectId project, Placement placement) {
        PackedBucket alone = PackedBucket.of(Buckets.of(project), Map.of(project, placement));
        byte[] sha256 = sha256().digest(PlacementBucketCodec.json(alone));
        return HexFormat.of().formatHex(sha256, 0, BYTES);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
