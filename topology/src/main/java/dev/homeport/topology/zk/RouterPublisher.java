package dev.homeport.topology.zk;

import dev.homeport.topology.RouterId;
import dev.homeport.topology.RouterReport;
import java.time.Duration;
import org.apache.curator.framework.CuratorFramework;

/**
 * Keeps a router's ephemeral znode. Writes are coalesced to at most one a second; after a new
 * ZooKeeper session it registers again by itself. Never blocks the caller, except in {@link
 * #close}.
 */
public final class RouterPublisher implements AutoCloseable {
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final EphemeralPublisher publisher;
    private final Codec<RouterReport> codec;

    RouterPublisher(CuratorFramework client, BlockingCalls calls, RouterId router) {
        publisher = new EphemeralPublisher(client, calls, ZnodePaths.router(router), PAUSE);
        codec = RouterReportCodec.znode(router);
    }

    /** Publishes this report soon, or a newer one. Callable from any thread. */
    public void publish(RouterReport report) {
        publisher.publish(codec.write(report));
    }

    /** Takes the znode away, so that others see at once that the router is gone. */
    @Override
    public void close() {
        publisher.close();
    }
}
