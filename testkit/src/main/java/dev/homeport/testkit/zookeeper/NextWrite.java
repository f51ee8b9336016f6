package dev.homeport.testkit.zookeeper;

import dev.homeport.testkit.net.TcpProxy.Translation;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;

/**
 * For a proxy before a server of ZooKeeper: tells of a write when it has left the client and
 * nothing of it has arrived. Safe for use by several threads.
 */
public final class NextWrite {
    private final AtomicReference<Optional<Runnable>> listener =
            new AtomicReference<>(Optional.empty());

    /** What the proxy has to do with the bytes: they pass as they are. */
    public Translation translation() {
        return new Translation(() -> new Frames(this::seen), UnaryOperator::identity);
    }

    private boolean seen(ByteBuffer request) {
        if (Requests.isWrite(request)) {
            listener.getAndSet(Optional.empty()).ifPresent(Runnable::run);
        }
        return true;
    }

    /** What is to happen at the next write, and not at those after it. */
    public void then(Runnable act) {
        listener.set(Optional.of(act));
    }
}
