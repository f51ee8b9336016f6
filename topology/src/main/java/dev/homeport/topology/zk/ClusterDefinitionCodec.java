package dev.homeport.topology.zk;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.homeport.topology.ClusterDefinition;
import dev.homeport.topology.ClusterId;
import dev.homeport.topology.Family;
import dev.homeport.topology.Instance;
import dev.homeport.topology.InstanceId;
import dev.homeport.topology.fields.Fields;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** {@code clusters/<id>}. The id is the znode's name; an {@code id} inside must agree with it. */
public final class ClusterDefinitionCodec {
    private static final int MAX_WEIGHT = 1000;

    private ClusterDefinitionCodec() {}

    /** Reads all fields but the format version, for znodes, REST bodies and files alike. */
    public static Optional<ClusterDefinition> read(ClusterId id, Fields fields) {
        fields.optional("id", ClusterId::new)
                .ifPresent(
                        given ->
                                fields.problems()
                                        .require(
                                                given.equals(id),
                                                fields.pathOf("id"),
                                                "must be " + id + ", was " + given));
        Optional<Family> family = fields.requiredWord("family", Family.class);
        List<Instance> instances = new ArrayList<>();
        for (Fields one : fields.objects("instances")) {
            instance(one).ifPresent(instances::add);
        }
        int weight = fields.integer("weight", ClusterDefinition.DEFAULT_WEIGHT, 1, MAX_WEIGHT);
        OptionalLong capacity = fields.optionalLong("capacity", 0, Long.MAX_VALUE);
        Map<String, String> labels = fields.stringMap("labels");
        return fields.build(
                () ->
                        new ClusterDefinition(
                                id, family.orElseThrow(), instances, weight, capacity, labels));
    }

    /** All fields but the format version and the id. */
    public static void write(ClusterDefinition cluster, ObjectNode json) {
        Json.word(json, "family", cluster.family());
        var instances = json.putArray("instances");
        for (Instance instance : cluster.instances()) {
            instances
                    .addObject()
                    .put("id", instance.id().value())
                    .put("host", instance.host())
                    .put("port", instance.port());
        }
        json.put("weight", cluster.weight());
        cluster.capacity().ifPresent(capacity -> json.put("capacity", capacity));
        Json.texts(json, "labels", cluster.labels());
    }

    static Codec<ClusterDefinition> znode(ClusterId id) {
        return Codec.of(fields -> read(id, fields), ClusterDefinitionCodec::write);
    }

    private static Optional<Instance> instance(Fields fields) {
        Optional<InstanceId> id = fields.required("id", InstanceId::new);
        String host = fields.string("host");
        int port = fields.integer("port", 1, 65535);
        return fields.build(() -> new Instance(id.orElseThrow(), host, port));
    }
}
