package dev.homeport.testkit.zookeeper;

import dev.homeport.testkit.net.TcpProxy.Translation;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.LongAdder;

/**
 * For a proxy before a server of ZooKeeper: swallows the watch events that it sends while {@link
 * #lose} is on, and nothing else, as if the server had forgotten the watches. Safe for use by
 * several threads.
 */
public final class LostWatches {
    /** The xid of a watch event ({@code ClientCnxn.NOTIFICATION_XID}). */
    private static final int EVENT = -1;

    private final LongAdder lost = new LongAdder();
    private volatile boolean isLosing;

    /** What the proxy has to do with the bytes. */
    public Translation translation() {
        return Translation.ofAnswers(() -> new Frames(this::passes));
    }

    private boolean passes(ByteBuffer answer) {
        boolean isLost = isLosing && answer.getInt(0) == EVENT;
        if (isLost) {
            lost.increment();
        }
        return !isLost;
    }

    public void lose(boolean isOn) {
        isLosing = isOn;
    }

    /** How many events were swallowed. */
    public long count() {
        return lost.sum();
    }
}
