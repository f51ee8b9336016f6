package dev.homeport.agent.watch;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.homeport.agent.watch.binlog.GtidPosition;
import dev.homeport.topology.ClusterId;
import dev.homeport.topology.Family;
import dev.homeport.topology.IncidentId;
import dev.homeport.topology.TopologyException;
import dev.homeport.topology.TopologyException.Reason;
import dev.homeport.topology.Words;
import dev.homeport.topology.zk.ZnodePaths;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.api.transaction.CuratorOp;
import org.apache.zookeeper.KeeperException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * In the znode {@code watch/<cluster>}, which only the leader writes. Not on the cluster itself:
 * each write there would be one more event of the log that it is about, impossible while the
 * primary is read-only, and gone with whatever else is dropped. And an incident can be opened only
 * where this can be written, too, so that neither gets ahead of the other.
 */
public final class ZnodeWatchStore implements WatchStore {
    private static final Logger log = LoggerFactory.getLogger(ZnodeWatchStore.class);
    private static final String PARENT = ZnodePaths.WATCH;
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final CuratorFramework client;
    private final ClusterId cluster;
    private final Supplier<Optional<String>> leaderZnode;

    /**
     * @param leaderZnode the znode that this agent leads by; empty while it does not lead
     */
    public ZnodeWatchStore(
            CuratorFramework client, ClusterId cluster, Supplier<Optional<String>> leaderZnode) {
        this.client = client;
        this.cluster = cluster;
        this.leaderZnode = leaderZnode;
    }

    private String path() {
        return PARENT + "/" + cluster;
    }

    @Override
    public Optional<Progress> read(Family family) throws TopologyException {
        try {
            return parse(family, client.getData().forPath(path()));
        } catch (KeeperException.NoNodeException e) {
            return Optional.empty();
        } catch (Exception e) {
            throw unavailable(e);
        }
    }

    private Optional<Progress> parse(Family family, byte[] bytes) {
        try {
            JsonNode node = MAPPER.readTree(bytes);
            Optional<GtidPosition> resume = position(family, node, "resume");
            Optional<GtidPosition> judged = position(family, node, "judged");
            boolean isOurs = node.path("family").asText("").equals(Words.of(family));
            if (isOurs && resume.isPresent() && judged.isPresent()) {
                return Optional.of(new Progress(resume.get(), judged.get(), closed(family, node)));
            }
        } catch (IOException | IllegalArgumentException e) {
            log.atDebug().setCause(e).log("not what an agent has written");
        }
        log.atWarn()
                .addKeyValue("cluster", cluster)
                .log("how far the data-loss watch had come cannot be read");
        return Optional.empty();
    }

    private static List<Closed> closed(Family family, JsonNode node) {
        List<Closed> closed = new ArrayList<>();
        for (JsonNode one : node.path("closed")) {
            Optional<GtidPosition> at = position(family, one, "at");
            if (at.isPresent()) {
                closed.add(new Closed(new IncidentId(one.path("id").asText("")), at.get()));
            }
        }
        return closed;
    }

    private static Optional<GtidPosition> position(Family family, JsonNode node, String field) {
        return node.hasNonNull(field)
                ? GtidPosition.parse(family, node.get(field).asText())
                : Optional.empty();
    }

    @Override
    public void write(Progress progress) throws TopologyException {
        String leader =
                leaderZnode
                        .get()
                        .orElseThrow(
                                () ->
                                        new TopologyException(
                                                Reason.CONFLICT, "no longer the leader"));
        try {
            put(leader, bytes(progress));
        } catch (KeeperException.NoNodeException e) {
            throw new TopologyException(
                    Reason.CONFLICT, "no longer the leader, or no such cluster");
        } catch (Exception e) {
            throw unavailable(e);
        }
    }

    private void put(String leader, byte[] bytes) throws Exception {
        boolean exists = client.checkExists().forPath(path()) != null;
        if (!exists) {
            try {
                client.create().forPath(PARENT, new byte[0]);
            } catch (KeeperException.NodeExistsException e) {
                log.trace("made by another agent");
            }
        }
        CuratorOp check = client.transactionOp().check().forPath(leader);
        CuratorOp write =
                exists
                        ? client.transactionOp().setData().forPath(path(), bytes)
                        : client.transactionOp().create().forPath(path(), bytes);
        client.transaction().forOperations(List.of(check, write));
    }

    private static byte[] bytes(Progress progress) {
        ObjectNode node = MAPPER.createObjectNode();
        node.put("v", 1);
        node.put(
                "family",
                Words.of(
                        progress.judged() instanceof GtidPosition.MariaDb
                                ? Family.MARIADB
                                : Family.MYSQL));
        node.put("resume", progress.resume().toString());
        node.put("judged", progress.judged().toString());
        ArrayNode closed = node.putArray("closed");
        progress.closed()
                .forEach(
                        one ->
                                closed.addObject()
                                        .put("id", one.id().value())
                                        .put("at", one.at().toString()));
        try {
            return MAPPER.writeValueAsBytes(node);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of texts cannot be written", e);
        }
    }

    private TopologyException unavailable(Exception e) {
        if (e instanceof InterruptedException) {
            Thread.currentThread().interrupt();
        }
        return new TopologyException(
                Reason.UNAVAILABLE, "progress of the watch of cluster " + cluster + ": " + e, e);
    }
}
