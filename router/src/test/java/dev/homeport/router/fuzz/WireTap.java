package dev.homeport.router.fuzz;

import dev.homeport.testkit.process.FreePorts;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * Passes connections on to a local port and writes down the packets of the first one since {@link
 * #next}, in the order in which they passed, without the greeting.
 */
final class WireTap implements AutoCloseable {
    private final ServerSocket listening;
    private final int target;
    private final List<List<String>> conversations = new ArrayList<>();

    private WireTap(ServerSocket listening, int target) {
        this.listening = listening;
        this.target = target;
    }

    static WireTap start(int target) throws IOException {
        var tap =
                new WireTap(
                        new ServerSocket(FreePorts.next(), 50, InetAddress.getByName("127.0.0.1")),
                        target);
        Thread.ofVirtual().start(tap::accept);
        return tap;
    }

    int port() {
        return listening.getLocalPort();
    }

    /** Forgets what was written down. */
    synchronized void next() {
        conversations.clear();
    }

    /** What was said on the first connection. */
    synchronized List<String> takeFirst() {
        return List.copyOf(conversations.getFirst());
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                Socket client = listening.accept();
                Socket server = new Socket("127.0.0.1", target);
                List<String> conversation = new ArrayList<>();
                synchronized (this) {
                    conversations.add(conversation);
                }
                Thread.ofVirtual().start(() -> pass(client, server, "C ", conversation));
                Thread.ofVirtual().start(() -> pass(server, client, "S ", conversation));
            } catch (IOException e) {
                return; // closed
            }
        }
    }

    private void pass(Socket from, Socket to, String who, List<String> conversation) {
        try (from;
                to) {
            var in = new DataInputStream(from.getInputStream());
            OutputStream out = to.getOutputStream();
            boolean isGreeting = who.equals("S ");
            while (true) {
                byte[] packet = packet(in);
                if (!isGreeting) {
                    synchronized (this) {
                        conversation.add(who + HexFormat.of().formatHex(packet));
                    }
                }
                isGreeting = false;
                out.write(packet);
            }
        } catch (IOException e) {
            // One side has closed; now both are.
        }
    }

    private static byte[] packet(DataInputStream in) throws IOException {
        byte[] header = new byte[4];
        in.readFully(header);
        int length = (header[0] & 0xff) | (header[1] & 0xff) << 8 | (header[2] & 0xff) << 16;
        byte[] packet = new byte[4 + length];
        System.arraycopy(header, 0, packet, 0, 4);
        in.readFully(packet, 4, length);
        return packet;
    }

    @Override
    public void close() throws IOException {
        listening.close();
    }
}
