package dev.homeport.testkit.mysql;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.util.Arrays;

/** A socket that can hold bytes back until the next write, and send both at once. */
final class PrefixingSocket extends Socket {
    private byte[] prefix = {};

    void prefixNextWrite(byte... bytes) {
        prefix = bytes.clone();
    }

    @Override
    public OutputStream getOutputStream() throws IOException {
        return new FilterOutputStream(super.getOutputStream()) {
            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                byte[] all = Arrays.copyOf(prefix, prefix.length + length);
                System.arraycopy(bytes, offset, all, prefix.length, length);
                prefix = new byte[0];
                out.write(all);
            }
        };
    }
}
