package dev.homeport.testkit.zookeeper;

import dev.homeport.testkit.net.TcpProxy.Translation;
import java.nio.ByteBuffer;
import java.util.Set;
import org.apache.zookeeper.ZooDefs.OpCode;

/**
 * For a proxy before a server of ZooKeeper: lets the next write through, and from then on no answer
 * any more: the server does it, and the client never hears of it. Safe for use by several threads.
 */
public final class LostAnswer {
    private static final Set<Integer> WRITES =
            Set.of(
                    OpCode.create,
                    OpCode.create2,
                    OpCode.createContainer,
                    OpCode.setData,
                    OpCode.delete,
                    OpCode.multi);

    private volatile State state = State.PASSING;

    private enum State {
        PASSING,
        WAITING_FOR_A_WRITE,
        SWALLOWING
    }

    /** What the proxy has to do with the bytes. */
    public Translation translation() {
        return new Translation(() -> new Frames(this::seen), () -> this::arriving);
    }

    private boolean seen(ByteBuffer request) {
        if (state == State.WAITING_FOR_A_WRITE && isWrite(request)) {
            state = State.SWALLOWING;
        }
        return true;
    }

    /** An xid and a kind; what opens a connection has neither, and 0 in place of an xid. */
    private static boolean isWrite(ByteBuffer request) {
        if (request.remaining() < 2 * Integer.BYTES || request.getInt(0) <= 0) {
            return false;
        }
        int kind = request.getInt(Integer.BYTES);
        return WRITES.contains(kind) && !(kind == OpCode.multi && isOneCheck(request));
    }

    /**
     * A transaction that changes nothing: each operation has its kind, a flag and a code before it,
     * and a check is a path and a version.
     */
    private static boolean isOneCheck(ByteBuffer multi) {
        int header = 2 * Integer.BYTES;
        int pathAt = header + Integer.BYTES + 1 + Integer.BYTES;
        int nextAt = pathAt + Integer.BYTES + multi.getInt(pathAt) + Integer.BYTES;
        return multi.getInt(header) == OpCode.check && multi.getInt(nextAt) == OpCode.error;
    }

    private byte[] arriving(byte[] answers) {
        return state == State.SWALLOWING ? new byte[0] : answers;
    }

    /** The answer to the next write is lost, and all that come after it. */
    public void arm() {
        state = State.WAITING_FOR_A_WRITE;
    }

    /** Whether that write went by. */
    public boolean isLosing() {
        return state == State.SWALLOWING;
    }

    /** Answers arrive again; those that were lost stay so. */
    public void end() {
        state = State.PASSING;
    }
}
