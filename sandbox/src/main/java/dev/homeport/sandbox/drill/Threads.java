package dev.homeport.sandbox.drill;

import java.util.List;

/** Waits for threads that have been told to end. */
final class Threads {
    private Threads() {}

    /** Waits whatever happens, and interrupts the caller only then. */
    static void join(List<Thread> threads) {
        boolean isInterrupted = false;
        for (Thread thread : threads) {
            while (thread.isAlive()) {
                try {
                    thread.join();
                } catch (InterruptedException e) {
                    isInterrupted = true;
                }
            }
        }
        if (isInterrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
