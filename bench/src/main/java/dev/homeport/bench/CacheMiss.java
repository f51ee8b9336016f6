package dev.homeport.bench;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Random;

/**
 * What this machine takes for a read of memory: on one that others use, a lookup is little else.
 */
final class CacheMiss {
    private static final int NUMBERS = 16 * 1024 * 1024;
    private static final int READS = 1_000_000;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private CacheMiss() {}

    /** Nanoseconds of CPU, over 64 MB in no order, each read only known after the one before. */
    static double nanos() {
        int[] order = new int[NUMBERS];
        for (int i = 0; i < NUMBERS; i++) {
            order[i] = i;
        }
        // Sattolo's shuffle: one circle through all.
        var random = new Random(1);
        for (int i = NUMBERS - 1; i > 0; i--) {
            int other = random.nextInt(i);
            int moved = order[i];
            order[i] = order[other];
            order[other] = moved;
        }
        follow(order, READS);
        long begun = THREADS.getCurrentThreadCpuTime();
        int end = follow(order, READS);
        double nanos = (THREADS.getCurrentThreadCpuTime() - begun) / (double) READS;
        return end < 0 ? Double.NaN : nanos;
    }

    private static int follow(int[] order, int reads) {
        int at = 0;
        for (int i = 0; i < reads; i++) {
            at = order[at];
        }
        return at;
    }
}
