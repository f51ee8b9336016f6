package dev.homeport.router.protocol;

import dev.homeport.router.protocol.Command.ReplyShape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Reads a server's replies the slow and simple way: all packets are there, and each reply is read
 * from its first to its last, as the MySQL source docs describe it. What {@link ReplyTracker} is
 * held against.
 */
final class SlowReplies {
    private final List<byte[]> packets;
    private final boolean deprecateEof;
    private final boolean optionalDefinitions;
    private final boolean optionalPreparedDefinitions;
    private final boolean progress;
    private int next;
    private int status;
    private boolean fileWanted;

    /**
     * What is known at the end of the packets.
     *
     * @param consumed how many packets belong to a reply
     */
    record State(
            int consumed,
            int unanswered,
            boolean begun,
            boolean inTransaction,
            boolean fileWanted) {}

    private static final class EndOfPackets extends Exception {
        private static final long serialVersionUID = 1;
    }

    private SlowReplies(List<byte[]> packets, long capabilities, int status) {
        this.packets = packets;
        deprecateEof = Capabilities.has(capabilities, Capabilities.CLIENT_DEPRECATE_EOF);
        optionalPreparedDefinitions =
                Capabilities.has(capabilities, Capabilities.CLIENT_OPTIONAL_RESULTSET_METADATA);
        optionalDefinitions =
                optionalPreparedDefinitions
                        || Capabilities.has(
                                capabilities, Capabilities.MARIADB_CLIENT_CACHE_METADATA);
        progress = Capabilities.has(capabilities, Capabilities.MARIADB_CLIENT_PROGRESS);
        this.status = status;
    }

    /** The payloads of the packets that are whole. */
    static List<byte[]> wholePackets(byte[] bytes) {
        List<byte[]> payloads = new ArrayList<>();
        int at = 0;
        while (at + 4 <= bytes.length) {
            int length = number(bytes, at, 3);
            if (at + 4 + length > bytes.length) {
                break;
            }
            payloads.add(Arrays.copyOfRange(bytes, at + 4, at + 4 + length));
            at += 4 + length;
        }
        return payloads;
    }

    static State read(
            List<byte[]> packets, List<ReplyShape> commands, long capabilities, int status) {
        List<ReplyShape> answered =
                commands.stream().filter(shape -> shape != ReplyShape.NONE).toList();
        var replies = new SlowReplies(packets, capabilities, status);
        for (int i = 0; i < answered.size(); i++) {
            int start = replies.next;
            try {
                replies.reply(answered.get(i));
            } catch (EndOfPackets e) {
                return replies.state(answered.size() - i, replies.next > start);
            }
        }
        return replies.state(0, false);
    }

    private State state(int unanswered, boolean begun) {
        return new State(
                next,
                unanswered,
                begun,
                (status & StatusFlags.SERVER_STATUS_IN_TRANS) != 0,
                fileWanted);
    }

    private byte[] anyPacket() throws EndOfPackets {
        if (next == packets.size()) {
            throw new EndOfPackets();
        }
        return packets.get(next++);
    }

    /** The next that is no report of progress. */
    private byte[] packet() throws EndOfPackets {
        byte[] packet = anyPacket();
        while (progress
                && packet.length >= 3
                && head(packet) == 0xff
                && number(packet, 1, 2) == 0xffff) {
            packet = anyPacket();
        }
        return packet;
    }

    private void reply(ReplyShape shape) throws EndOfPackets {
        switch (shape) {
            case NONE -> {}
            case TEXT -> anyPacket();
            case OK -> takeStatus(packet());
            case ROWS -> {
                boolean more = true;
                while (more) {
                    more = rows() && hasMore();
                }
            }
            case STREAM -> rows();
            case PREPARED -> prepared();
            case RESULTS, RESULTS_OR_CURSOR -> {
                boolean more = true;
                while (more) {
                    more = result(shape == ReplyShape.RESULTS_OR_CURSOR);
                }
            }
        }
    }

    /** One result; whether another follows. */
    private boolean result(boolean mayBeCursor) throws EndOfPackets {
        byte[] first = packet();
        return switch (head(first)) {
            case -1, 0xff -> false;
            case 0x00, 0xfe -> {
                takeStatus(first);
                yield hasMore();
            }
            case 0xfb -> {
                fileWanted = true;
                yield true;
            }
            default -> resultSet(first, mayBeCursor);
        };
    }

    private boolean resultSet(byte[] head, boolean mayBeCursor) throws EndOfPackets {
        int columns = columns(head);
        int width = width(head[0] & 0xff);
        boolean isWithout = optionalDefinitions && width < head.length && head[width] == 0;
        for (int i = 0; i < columns && !isWithout; i++) {
            if (head(packet()) == 0xff) {
                return false;
            }
        }
        if ((columns > 0 || isWithout) && !deprecateEof) {
            byte[] end = packet();
            if (head(end) == 0xff) {
                return false;
            }
            takeStatusOfEof(end);
            if (mayBeCursor && (status & StatusFlags.SERVER_STATUS_CURSOR_EXISTS) != 0) {
                return hasMore();
            }
        }
        return rows() && hasMore();
    }

    /** Whether they ended in order, not in an error. */
    private boolean rows() throws EndOfPackets {
        while (true) {
            byte[] row = packet();
            if (head(row) == 0xff) {
                return false;
            }
            if (head(row) == 0xfe && row.length < (deprecateEof ? 0xffffff : 9)) {
                takeStatus(row);
                return true;
            }
        }
    }

    private void prepared() throws EndOfPackets {
        byte[] first = packet();
        if (head(first) == 0xff || first.length < 9) {
            return;
        }
        int columns = number(first, 5, 2);
        int parameters = number(first, 7, 2);
        boolean isWithout = optionalPreparedDefinitions && first.length >= 13 && first[12] == 0;
        if (!isWithout && definitions(parameters)) {
            definitions(columns);
        }
    }

    private boolean definitions(int count) throws EndOfPackets {
        for (int i = 0; i < count; i++) {
            if (head(packet()) == 0xff) {
                return false;
            }
        }
        if (count > 0 && !deprecateEof) {
            byte[] end = packet();
            takeStatusOfEof(end);
            return head(end) != 0xff;
        }
        return true;
    }

    private boolean hasMore() {
        return (status & StatusFlags.SERVER_MORE_RESULTS_EXISTS) != 0;
    }

    private static int head(byte[] packet) {
        return packet.length == 0 ? -1 : packet[0] & 0xff;
    }

    private static int columns(byte[] packet) {
        int width = width(packet[0] & 0xff);
        return width > packet.length
                ? 0
                : width == 1 ? packet[0] & 0xff : Math.min(0xffff, number(packet, 1, width - 1));
    }

    private static int width(int first) {
        return first == 0xfc ? 3 : first == 0xfd ? 4 : first == 0xfe ? 9 : 1;
    }

    /** Of what should be a classic EOF, and nothing of what is none. */
    private void takeStatusOfEof(byte[] packet) {
        if (head(packet) == 0xfe && packet.length < 9) {
            takeStatus(packet);
        }
    }

    private void takeStatus(byte[] packet) {
        if (head(packet) == 0xfe && !deprecateEof) {
            if (packet.length >= 5) {
                status = number(packet, 3, 2);
            }
        } else if (head(packet) == 0x00 || head(packet) == 0xfe) {
            int at = 1;
            for (int i = 0; i < 2 && at < packet.length; i++) {
                at += width(packet[at] & 0xff);
            }
            if (at + 2 <= packet.length) {
                status = number(packet, at, 2);
            }
        }
    }

    private static int number(byte[] bytes, int at, int count) {
        int value = 0;
        for (int i = 0; i < count; i++) {
            value |= (bytes[at + i] & 0xff) << (8 * i);
        }
        return value;
    }
}
