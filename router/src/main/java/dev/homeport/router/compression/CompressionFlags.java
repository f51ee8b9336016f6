package dev.homeport.router.compression;

import dev.homeport.router.protocol.Capabilities;
import dev.homeport.topology.Compression;
import java.util.Collection;

/** The capability flags by which the two ends of a leg agree on compression. */
public final class CompressionFlags {
    private CompressionFlags() {}

    /** The flag that offers it, or asks for it; none for {@link Compression#OFF}. */
    public static long of(Compression algorithm) {
        return switch (algorithm) {
            case OFF -> 0;
            case ZLIB -> Capabilities.CLIENT_COMPRESS;
            case ZSTD -> Capabilities.CLIENT_ZSTD_COMPRESSION_ALGORITHM;
        };
    }

    /** The flags that offer all of them. */
    public static long of(Collection<Compression> algorithms) {
        return algorithms.stream().mapToLong(CompressionFlags::of).reduce(0, (a, b) -> a | b);
    }

    /** What two ends use that have these flags in common. Of both, drivers and servers use zlib. */
    public static Compression agreed(long flags) {
        if (Capabilities.has(flags, Capabilities.CLIENT_COMPRESS)) {
            return Compression.ZLIB;
        }
        return Capabilities.has(flags, Capabilities.CLIENT_ZSTD_COMPRESSION_ALGORITHM)
                ? Compression.ZSTD
                : Compression.OFF;
    }
}
