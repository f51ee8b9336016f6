package dev.homeport.sandbox.fleet;

import java.util.stream.Stream;

/** Tells a full disk from other trouble; Java has no exception of its own for it. */
final class DiskFull {
    private DiskFull() {}

    static boolean isCauseOf(Throwable trouble) {
        return Stream.iterate(trouble, one -> one != null, Throwable::getCause)
                .map(one -> String.valueOf(one.getMessage()))
                .anyMatch(text -> text.contains("No space left on device"));
    }
}
