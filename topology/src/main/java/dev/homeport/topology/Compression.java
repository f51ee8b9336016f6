package dev.homeport.topology;

/** How packets of a connection are compressed. */
public enum Compression {
    OFF,
    /** {@code CLIENT_COMPRESS}, both families. */
    ZLIB,
    /** {@code CLIENT_ZSTD_COMPRESSION_ALGORITHM}, MySQL from 8.0.18 on. */
    ZSTD
}
