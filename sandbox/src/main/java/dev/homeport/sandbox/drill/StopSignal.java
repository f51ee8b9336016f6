package dev.homeport.sandbox.drill;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Lets a signal that ends the process, such as Ctrl-C, interrupt the thread that made this, and
 * keeps the process until that thread has closed it.
 */
final class StopSignal implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final Thread interrupted = Thread.currentThread();
    private final CountDownLatch isOver = new CountDownLatch(1);
    private final Thread hook = new Thread(this::onSignal, "stop");
    private volatile boolean isGiven;

    private StopSignal() {}

    /** From now on. */
    static StopSignal listen() {
        StopSignal signal = new StopSignal();
        Runtime.getRuntime().addShutdownHook(signal.hook);
        return signal;
    }

    private void onSignal() {
        isGiven = true;
        interrupted.interrupt();
        try {
            if (!isOver.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                System.err.println("homeport drill: not everything was put back");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    boolean isGiven() {
        return isGiven;
    }

    @Override
    public void close() {
        isOver.countDown();
        if (!isGiven) {
            Runtime.getRuntime().removeShutdownHook(hook);
        }
    }
}
