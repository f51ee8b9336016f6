package dev.homeport.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** CPU time of a process, user and system, as the kernel accounts it: {@code /proc/PID/stat}. */
record ProcessCpu(long pid) {
    private static final int FIELDS_BEFORE_UTIME = 11;
    private static final double TICKS_PER_SECOND = 100;

    /** Microseconds since the process started, in steps of 10 ms. */
    double micros() {
        try {
            String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            long ticks =
                    Long.parseLong(fields[FIELDS_BEFORE_UTIME])
                            + Long.parseLong(fields[FIELDS_BEFORE_UTIME + 1]);
            return ticks / TICKS_PER_SECOND * 1e6;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
