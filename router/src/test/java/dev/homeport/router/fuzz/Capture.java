package dev.homeport.router.fuzz;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * What a driver and a server once said to each other, packet by packet, from the driver's answer to
 * the greeting on. {@link CaptureRecorder} makes them.
 *
 * <p>As a file: a line per packet, {@code C} from the client or {@code S} from the server, and the
 * packet with its header in hexadecimal digits.
 */
public record Capture(String name, List<Turn> turns) {
    private static final String FOLDER = "/captures/";
    private static final String INDEX = FOLDER + "index";

    /** One packet. */
    public record Turn(boolean fromClient, Packet packet) {}

    /** The bytes of a packet with its header. */
    public static final class Packet {
        private final byte[] bytes;

        public Packet(byte[] bytes) {
            this.bytes = bytes.clone();
        }

        public byte[] bytes() {
            return bytes.clone();
        }

        @Override
        public String toString() {
            return HexFormat.of().formatHex(bytes);
        }
    }

    public Capture {
        turns = List.copyOf(turns);
    }

    /** All that were recorded, in a fixed order. */
    public static List<Capture> all() {
        return lines(INDEX).stream().map(Capture::read).toList();
    }

    /** One of them. */
    public static Capture read(String name) {
        return parse(name, lines(FOLDER + name));
    }

    static Capture parse(String name, List<String> lines) {
        List<Turn> turns = new ArrayList<>();
        for (String line : lines) {
            byte[] packet = HexFormat.of().parseHex(line.substring(2));
            turns.add(new Turn(line.startsWith("C "), new Packet(packet)));
        }
        return new Capture(name, turns);
    }

    private static List<String> lines(String resource) {
        try (InputStream in = Capture.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("no resource " + resource);
            }
            var reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
            return reader.lines().filter(line -> !line.isBlank() && !line.startsWith("#")).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The driver's HandshakeResponse41, with its header. */
    public byte[] login() {
        return turns.getFirst().packet().bytes();
    }

    /** The capability flags that the driver asked for; MariaDB's own in the upper half. */
    public long capabilities() {
        byte[] login = login();
        long flags = word(login, 4);
        return (flags & 1) == 0 ? flags | word(login, 4 + 28) << 32 : flags;
    }

    private static long word(byte[] bytes, int at) {
        long word = 0;
        for (int i = 0; i < 4; i++) {
            word |= (bytes[at + i] & 0xffL) << (8 * i);
        }
        return word;
    }

    /** Everything behind the OK that ended the login. */
    public List<Turn> commands() {
        return turns.subList(endOfLogin(), turns.size());
    }

    /** What the server said during the login: a switch, maybe more, the OK. */
    public List<Turn> loginReplies() {
        return turns.subList(1, endOfLogin()).stream().filter(turn -> !turn.fromClient()).toList();
    }

    private int endOfLogin() {
        for (int i = 1; i < turns.size(); i++) {
            byte[] packet = turns.get(i).packet().bytes();
            if (!turns.get(i).fromClient() && packet.length > 4 && packet[4] == 0) {
                return i + 1;
            }
        }
        throw new IllegalStateException(name + " has no OK");
    }

    @Override
    public String toString() {
        return name;
    }
}
