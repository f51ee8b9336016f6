package dev.homeport.agent.election;

import dev.homeport.topology.AgentId;
import java.io.IOException;
import java.util.Optional;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.recipes.leader.LeaderLatch;
import org.apache.curator.framework.recipes.leader.LeaderLatchListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stands for election among the agents of one cluster. Whoever leads may be replaced without
 * knowing it yet (a long pause, a cut network): being leader is checked again in the transaction
 * that writes, with {@link #leaderZnode}. A SUSPENDED connection ends the claim at once.
 */
public final class ClusterElection implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ClusterElection.class);

    private final LeaderLatch latch;

    /**
     * @param path parent of the candidates' znodes
     */
    public ClusterElection(CuratorFramework client, String path, AgentId agent) {
        this.latch = new LeaderLatch(client, path, agent.value());
    }

    /**
     * Becomes a candidate as soon as ZooKeeper is there; does not wait for that.
     *
     * @param onChange called after leadership was won or lost, on Curator's thread; must not block
     */
    public void start(Runnable onChange) {
        latch.addListener(
                new LeaderLatchListener() {
                    @Override
                    public void isLeader() {
                        log.atInfo().addKeyValue("agent", latch.getId()).log("leads the cluster");
                        onChange.run();
                    }

                    @Override
                    public void notLeader() {
                        log.atInfo().addKeyValue("agent", latch.getId()).log("no longer leads");
                        onChange.run();
                    }
                });
        try {
            latch.start();
        } catch (Exception e) {
            // It starts in the background and declares what it does not throw.
            throw new IllegalStateException("the election cannot be started", e);
        }
    }

    public boolean isLeader() {
        return latch.hasLeadership();
    }

    /** The znode that this agent leads by; empty while it does not lead. */
    public Optional<String> leaderZnode() {
        // Not getOurPath: after a lost session that may be a new znode, which does not lead yet.
        return latch.hasLeadership()
                ? Optional.ofNullable(latch.getLastPathIsLeader())
                : Optional.empty();
    }

    /** Steps back, so that another agent leads at once. */
    @Override
    public void close() {
        try {
            latch.close();
        } catch (IOException e) {
            log.atDebug().setCause(e).log("left the election the hard way");
        }
    }
}
