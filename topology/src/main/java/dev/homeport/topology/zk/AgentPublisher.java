package dev.homeport.topology.zk;

import dev.homeport.topology.AgentId;
import dev.homeport.topology.AgentReport;
import dev.homeport.topology.ClusterId;
import java.time.Duration;
import org.apache.curator.framework.CuratorFramework;

/**
 * Keeps an agent's ephemeral znode. Writes at once, and only what differs from what stands there;
 * after a new ZooKeeper session it registers again by itself. Never blocks the caller, except in
 * {@link #close}.
 */
public final class AgentPublisher implements AutoCloseable {
    private final EphemeralPublisher publisher;
    private final Codec<AgentReport> codec;

    AgentPublisher(CuratorFramework client, BlockingCalls calls, ClusterId cluster, AgentId agent) {
        publisher =
                new EphemeralPublisher(
                        client, calls, ZnodePaths.health(cluster, agent), Duration.ZERO);
        codec = AgentReportCodec.znode(cluster, agent);
    }

    /** Publishes this report, or a newer one. Callable from any thread. */
    public void publish(AgentReport report) {
        publisher.publish(codec.write(report));
    }

    /** Takes the znode away, so that others see at once that the agent is gone. */
    @Override
    public void close() {
        publisher.close();
    }
}
