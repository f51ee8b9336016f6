package dev.homeport.router.netty;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.util.ResourceLeakDetector;
import java.lang.ref.PhantomReference;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** The buffers that were garbage before they were released, as far as Netty has reported them. */
public final class Leaks {
    private static final Queue<String> REPORTED = new ConcurrentLinkedQueue<>();
    private static final int ROUNDS = 2;
    private static final long PATIENCE_MILLIS = 10_000;

    private Leaks() {}

    /** Reports every leak from now on. Idempotent. */
    public static void watch() {
        watch(true);
    }

    /** Reports leaks from now on: every one, or those among a sample of all buffers. */
    public static void watch(boolean everyBuffer) {
        ResourceLeakDetector.setLevel(
                everyBuffer
                        ? ResourceLeakDetector.Level.PARANOID
                        : ResourceLeakDetector.Level.ADVANCED);
        ByteBufUtil.setLeakListener((type, records) -> REPORTED.add(type + records));
    }

    /** Collects the garbage and takes what was reported since the last time. */
    public static List<String> collect() throws InterruptedException {
        for (int round = 0; round < ROUNDS; round++) {
            collectGarbage();
            // Leaks are reported when the next buffer is tracked.
            ByteBufAllocator.DEFAULT.directBuffer().release();
        }
        List<String> leaks = new ArrayList<>();
        for (String leak = REPORTED.poll(); leak != null; leak = REPORTED.poll()) {
            leaks.add(leak);
        }
        return leaks;
    }

    /** Returns when the references to what is garbage now are in their queues. */
    private static void collectGarbage() throws InterruptedException {
        ReferenceQueue<Object> queue = new ReferenceQueue<>();
        Reference<Object> canary = new PhantomReference<>(new Object(), queue);
        try {
            System.gc();
            queue.remove(PATIENCE_MILLIS);
        } finally {
            Reference.reachabilityFence(canary);
        }
    }
}
