package dev.homeport.quarantine;

/**
 * The disk that the instance's data are on.
 *
 * @param totalBytes 0 where nobody knows
 */
public record DiskSpace(long totalBytes, long freeBytes) {
    public static final DiskSpace UNKNOWN = new DiskSpace(0, 0);
}
