package dev.homeport.topology.zk;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.homeport.topology.Health;
import dev.homeport.topology.InstanceId;
import dev.homeport.topology.ServerCapabilities;
import dev.homeport.topology.Verdict;
import dev.homeport.topology.fields.Fields;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;

/** {@code verdicts/<cluster>}. */
final class VerdictCodec {
    static final Codec<Verdict> ZNODE = Codec.of(VerdictCodec::read, VerdictCodec::write);

    private VerdictCodec() {}

    private static Optional<Verdict> read(Fields fields) {
        Optional<Health> health = fields.requiredWord("health", Health.class);
        Optional<InstanceId> primary = fields.optional("primary", InstanceId::new);
        List<InstanceId> replicas = fields.list("replicas", InstanceId::new);
        if (!fields.has("epoch")) {
            fields.problems().add(fields.pathOf("epoch"), "is required");
        }
        long epoch = fields.longInteger("epoch", 0, 0, Long.MAX_VALUE);
        String reason = fields.string("reason", "");
        List<String> evidence = fields.list("evidence", UnaryOperator.identity());
        Optional<Instant> since = fields.optionalInstant("since");
        Optional<ServerCapabilities> capabilities =
                fields.optional("capabilities", ServerCapabilities::parse);
        OptionalLong dataBytes = fields.optionalLong("dataBytes", 0, Long.MAX_VALUE);
        return fields.build(
                () ->
                        new Verdict(
                                health.orElseThrow(),
                                primary,
                                replicas,
                                epoch,
                                reason,
                                evidence,
                                since,
                                capabilities,
                                dataBytes));
    }

    private static void write(Verdict verdict, ObjectNode json) {
        Json.word(json, "health", verdict.health());
        Json.optional(json, "primary", verdict.primary());
        Json.texts(json, "replicas", verdict.replicas());
        json.put("epoch", verdict.epoch());
        Json.optional(json, "reason", verdict.reason());
        Json.texts(json, "evidence", verdict.evidence());
        Json.optional(json, "since", verdict.since());
        Json.optional(json, "capabilities", verdict.capabilities());
        verdict.dataBytes().ifPresent(bytes -> json.put("dataBytes", bytes));
    }
}
