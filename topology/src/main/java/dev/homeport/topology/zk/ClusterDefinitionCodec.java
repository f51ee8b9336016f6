package dev.homeport.topology.zk;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.homeport.topology.BackendLink;
import dev.homeport.topology.Capacity;
import dev.homeport.topology.ClusterDefinition;
import dev.homeport.topology.ClusterId;
import dev.homeport.topology.Compression;
import dev.homeport.topology.Family;
import dev.homeport.topology.IncidentLimit;
import dev.homeport.topology.Instance;
import dev.homeport.topology.InstanceId;
import dev.homeport.topology.TlsMode;
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
        OptionalLong residents = fields.optionalLong("capacity", 0, Long.MAX_VALUE);
        OptionalLong bytes = fields.optionalLong("capacityBytes", 0, Long.MAX_VALUE);
        Map<String, String> labels = fields.stringMap("labels");
        Optional<BackendLink> link = link(fields);
        IncidentLimit onDataLoss =
                fields.optionalWord("onDataLoss", IncidentLimit.class)
                        .orElse(ClusterDefinition.DEFAULT_ON_DATA_LOSS);
        return fields.build(
                () ->
                        new ClusterDefinition(
                                id,
                                family.orElseThrow(),
                                instances,
                                weight,
                                new Capacity(residents, bytes),
                                labels,
                                link.orElseThrow(),
                                onDataLoss));
    }

    private static Optional<BackendLink> link(Fields fields) {
        BackendLink absent = BackendLink.DEFAULT;
        Optional<Fields> tls = fields.object("tls");
        TlsMode mode =
                tls.flatMap(one -> one.optionalWord("mode", TlsMode.class)).orElse(absent.tls());
        Optional<String> authority = tls.flatMap(one -> one.optional("ca", Pem::certificates));
        tls.ifPresent(one -> one.build(() -> mode));
        boolean proxyProtocol = fields.bool("proxyProtocol", absent.proxyProtocol());
        Compression compression =
                fields.optionalWord("compression", Compression.class).orElse(absent.compression());
        return Optional.of(new BackendLink(mode, authority, proxyProtocol, compression));
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
        Capacity capacity = cluster.capacity();
        capacity.residents().ifPresent(most -> json.put("capacity", most));
        capacity.bytes().ifPresent(most -> json.put("capacityBytes", most));
        Json.texts(json, "labels", cluster.labels());
        write(cluster.link(), json);
        if (cluster.onDataLoss() != ClusterDefinition.DEFAULT_ON_DATA_LOSS) {
            Json.word(json, "onDataLoss", cluster.onDataLoss());
        }
    }

    /** Only what is not the default, so that records stay short. */
    private static void write(BackendLink link, ObjectNode json) {
        BackendLink absent = BackendLink.DEFAULT;
        if (link.tls() != absent.tls() || link.authority().isPresent()) {
            ObjectNode tls = json.putObject("tls");
            Json.word(tls, "mode", link.tls());
            Json.optional(tls, "ca", link.authority());
        }
        if (link.proxyProtocol()) {
            json.put("proxyProtocol", true);
        }
        if (link.compression() != absent.compression()) {
            Json.word(json, "compression", link.compression());
        }
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
