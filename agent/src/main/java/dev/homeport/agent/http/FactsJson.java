package dev.homeport.agent.http;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.homeport.agent.probe.InstanceFacts;
import dev.homeport.topology.InstanceId;
import java.util.Map;

/** What the instances said, as JSON: an object by instance id. */
final class FactsJson {
    private FactsJson() {}

    static String of(Map<InstanceId, InstanceFacts> facts) {
        ObjectNode all = JsonNodeFactory.instance.objectNode();
        facts.forEach((id, one) -> all.set(id.value(), of(one)));
        return all.toString();
    }

    private static ObjectNode of(InstanceFacts facts) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("version", facts.version());
        node.put("capabilities", facts.capabilities().toString());
        node.put("serverId", facts.serverId());
        node.put("readOnly", facts.readOnly());
        node.put("gtidPosition", facts.gtidPosition());
        facts.replication().ifPresent(replication -> node.set("replication", of(replication)));
        facts.galera().ifPresent(galera -> node.set("galera", of(galera)));
        return node;
    }

    private static ObjectNode of(InstanceFacts.Replication replication) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("source", replication.source());
        node.put("ioRunning", replication.ioRunning());
        node.put("sqlRunning", replication.sqlRunning());
        replication.lag().ifPresent(lag -> node.put("lagSeconds", lag.toSeconds()));
        node.put("ioError", replication.ioError());
        node.put("sqlError", replication.sqlError());
        return node;
    }

    private static ObjectNode of(InstanceFacts.Galera galera) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("ready", galera.ready());
        node.put("clusterStatus", galera.componentStatus());
        node.put("localState", galera.localState());
        return node;
    }
}
