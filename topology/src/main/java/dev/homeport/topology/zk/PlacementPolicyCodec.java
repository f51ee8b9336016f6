package dev.homeport.topology.zk;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.homeport.topology.ClusterId;
import dev.homeport.topology.PlacementPolicy;
import dev.homeport.topology.fields.Fields;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** {@code placement-policy}. */
public final class PlacementPolicyCodec {
    static final Codec<PlacementPolicy> ZNODE =
            Codec.of(PlacementPolicyCodec::read, PlacementPolicyCodec::write);

    private PlacementPolicyCodec() {}

    /** Reads all fields but the format version, for znodes, REST bodies and files alike. */
    public static Optional<PlacementPolicy> read(Fields fields) {
        List<ClusterId> preferred = fields.list("preferred", ClusterId::new);
        List<ClusterId> fallback = fields.list("fallback", ClusterId::new);
        List<String> provision =
                fields.has("provision")
                        ? fields.list("provision", UnaryOperator.identity())
                        : PlacementPolicy.DEFAULT_PROVISION;
        return fields.build(() -> new PlacementPolicy(preferred, fallback, provision));
    }

    /** All fields but the format version. */
    public static void write(PlacementPolicy policy, ObjectNode json) {
        Json.texts(json, "preferred", policy.preferred());
        Json.texts(json, "fallback", policy.fallback());
        Json.texts(json, "provision", policy.provision());
    }
}
