package dev.homeport.topology.zk;

import dev.homeport.topology.RouterId;
import dev.homeport.topology.RouterReport;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.CuratorFramework;

/**
 * Keeps a router's ephemeral znode. Writes are coalesced to at most one a second; after a new
 * ZooKeeper session it registers again by itself. Never blocks the caller, except in {@link
 * #close}.
 */
public final class RouterPublisher implements AutoCloseable {
    private static final Duration PAUSE = Duration.ofSeconds(1);

    /** What is written and taken away in one moment nobody reads who is told of it from afar. */
    private static final Duration FAREWELL = Duration.ofSeconds(1);

    private final EphemeralPublisher publisher;
    private final Codec<RouterReport> codec;

    /** Of {@link System#nanoTime}; empty until the router has said that it stops. */
    private volatile OptionalLong farewellNanos = OptionalLong.empty();

    RouterPublisher(CuratorFramework client, BlockingCalls calls, RouterId router) {
        publisher = new EphemeralPublisher(client, calls, ZnodePaths.router(router), PAUSE);
        codec = RouterReportCodec.znode(router);
    }

    /** Publishes this report soon, or a newer one. Callable from any thread. */
    public void publish(RouterReport report) {
        publisher.publish(codec.write(report));
    }

    /**
     * Publishes at once that the router stops, so that nobody misses it when its znode is gone.
     * Other reports may follow.
     */
    public void publishFarewell(RouterReport last) {
        publisher.publishAtOnce(codec.write(last));
        farewellNanos = OptionalLong.of(System.nanoTime());
    }

    /**
     * Takes the znode away, so that others see at once that the router is gone. After a farewell it
     * waits, for a second at most, until that has stood long enough to be read.
     */
    @Override
    public void close() {
        farewellNanos.ifPresent(this::awaitReaders);
        publisher.close();
    }

    private void awaitReaders(long since) {
        long left = FAREWELL.toNanos() - (System.nanoTime() - since);
        if (left > 0 && publisher.isConnected()) {
            try {
                TimeUnit.NANOSECONDS.sleep(left);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
