package dev.homeport.bench;

import java.lang.management.ManagementFactory;

/** What this process has to keep. */
final class OwnHeap {
    private static final int COLLECTIONS = 4;

    private OwnHeap() {}

    /** Bytes of the heap that are in use once everything was collected that could be. */
    static long retainedBytes() {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < COLLECTIONS; i++) {
            System.gc();
            least =
                    Math.min(
                            least,
                            ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
        }
        return least;
    }
}
