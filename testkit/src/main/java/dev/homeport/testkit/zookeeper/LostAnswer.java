package dev.homeport.testkit.zookeeper;

import dev.homeport.testkit.net.TcpProxy.Translation;
import java.nio.ByteBuffer;

/**
 * For a proxy before a server of ZooKeeper: lets the next write through, and from then on no answer
 * any more: the server does it, and the client never hears of it. Safe for use by several threads.
 */
public final class LostAnswer {
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
        if (state == State.WAITING_FOR_A_WRITE && Requests.isWrite(request)) {
            state = State.SWALLOWING;
        }
        return true;
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
