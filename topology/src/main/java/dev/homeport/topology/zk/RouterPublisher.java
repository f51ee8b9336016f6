package dev.homeport.topology.zk;

import dev.homeport.topology.RouterId;
import dev.homeport.topology.RouterReport;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.curator.framework.CuratorFramework;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a router's ephemeral znode. Writes are coalesced to at most one a second; after a new
 * ZooKeeper session it registers again by itself. Never blocks the caller, except in {@link
 * #close}.
 */
public final class RouterPublisher implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(RouterPublisher.class);
    private static final Duration PAUSE = Duration.ofSeconds(1);

    /** What is written and taken away in one moment nobody reads who is told of it from afar. */
    private static final Duration FAREWELL = Duration.ofSeconds(1);

    /** Longer than an attempt to write takes. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final EphemeralPublisher publisher;
    private final Codec<RouterReport> codec;

    /**
     * When it stood there, of {@link System#nanoTime}; empty until the router said that it stops.
     */
    private volatile Optional<CompletableFuture<Long>> farewell = Optional.empty();

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
        farewell =
                Optional.of(
                        publisher
                                .publishAtOnce(codec.write(last))
                                .thenApply(ignored -> System.nanoTime()));
    }

    /**
     * Takes the znode away, so that others see at once that the router is gone. After a farewell it
     * waits until that has stood for a second, long enough to be read; for six at most.
     */
    @Override
    public void close() {
        farewell.ifPresent(this::awaitReaders);
        publisher.close();
    }

    private void awaitReaders(CompletableFuture<Long> written) {
        try {
            long since = written.get(PATIENCE.toNanos(), TimeUnit.NANOSECONDS);
            if (publisher.isConnected()) {
                TimeUnit.NANOSECONDS.sleep(FAREWELL.toNanos() - (System.nanoTime() - since));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            log.atDebug().setCause(e).log("nobody heard that this router stops");
        }
    }
}
