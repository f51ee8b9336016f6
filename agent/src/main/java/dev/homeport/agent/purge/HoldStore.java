package dev.homeport.agent.purge;

import dev.homeport.topology.ClusterId;
import dev.homeport.topology.TopologyException;
import dev.homeport.topology.TopologyException.Reason;
import java.io.IOException;
import org.apache.curator.framework.CuratorFramework;
import org.apache.zookeeper.KeeperException;

/**
 * In the znode {@code watch/<cluster>/purge}: what is switched off has to be found by whoever leads
 * when the incident is closed. Blocking, for a few seconds at most.
 */
final class HoldStore {
    private final CuratorFramework client;
    private final String path;

    HoldStore(CuratorFramework client, ClusterId cluster) {
        this.client = client;
        this.path = "/watch/" + cluster + "/purge";
    }

    HoldRecord read() throws TopologyException {
        try {
            return HoldRecord.parse(client.getData().forPath(path));
        } catch (KeeperException.NoNodeException e) {
            return HoldRecord.NONE;
        } catch (IOException e) {
            throw new TopologyException(Reason.INVALID, path + " is no JSON: " + e.getMessage(), e);
        } catch (Exception e) {
            throw unavailable(e);
        }
    }

    void write(HoldRecord record) throws TopologyException {
        try {
            if (record.isEmpty()) {
                client.delete().quietly().forPath(path);
            } else {
                client.create().orSetData().creatingParentsIfNeeded().forPath(path, record.bytes());
            }
        } catch (Exception e) {
            throw unavailable(e);
        }
    }

    private TopologyException unavailable(Exception e) {
        if (e instanceof InterruptedException) {
            Thread.currentThread().interrupt();
        }
        return new TopologyException(Reason.UNAVAILABLE, path + ": " + e, e);
    }
}
