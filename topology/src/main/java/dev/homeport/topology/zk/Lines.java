package dev.homeport.topology.zk;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Optional;

/** Lines of bytes, each as long as it likes. For one thread. */
final class Lines {
    private final InputStream in;
    private byte[] buffer = new byte[1 << 16];
    private int start;
    private int end;
    private boolean isAtEnd;

    Lines(InputStream in) {
        this.in = in;
    }

    /** The next one without its line feed; empty at the end. */
    Optional<byte[]> next() throws IOException {
        int at = start;
        while (true) {
            for (; at < end; at++) {
                if (buffer[at] == '\n') {
                    byte[] line = Arrays.copyOfRange(buffer, start, at);
                    start = at + 1;
                    return Optional.of(line);
                }
            }
            if (isAtEnd) {
                return last();
            }
            at -= start;
            fill();
        }
    }

    private Optional<byte[]> last() {
        byte[] line = Arrays.copyOfRange(buffer, start, end);
        start = end;
        return line.length == 0 ? Optional.empty() : Optional.of(line);
    }

    /** Moves what is left of the line to the beginning, and reads behind it. */
    private void fill() throws IOException {
        System.arraycopy(buffer, start, buffer, 0, end - start);
        end -= start;
        start = 0;
        if (end == buffer.length) {
            buffer = Arrays.copyOf(buffer, buffer.length * 2);
        }
        int read = in.read(buffer, end, buffer.length - end);
        isAtEnd = read < 0;
        end += Math.max(0, read);
    }
}
