package dev.homeport.topology.zk;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.homeport.topology.ClusterIntent;
import dev.homeport.topology.Intent;
import dev.homeport.topology.fields.Fields;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** {@code intents/<cluster>}. By hand, {@code {"v":1,"intent":"offline"}} is enough. */
final class ClusterIntentCodec {
    static final Codec<ClusterIntent> ZNODE =
            Codec.of(ClusterIntentCodec::read, ClusterIntentCodec::write);

    private ClusterIntentCodec() {}

    private static Optional<ClusterIntent> read(Fields fields) {
        Optional<Intent> intent = fields.requiredWord("intent", Intent.class);
        String reason = fields.string("reason", "");
        String by = fields.string("by", "");
        Optional<Instant> since = fields.optionalInstant("since");
        Optional<Duration> retryAfter = fields.optionalSeconds("retryAfter");
        Optional<Duration> deadline = fields.optionalSeconds("deadline");
        Optional<Intent> previous = fields.optionalWord("previous", Intent.class);
        return fields.build(
                () ->
                        new ClusterIntent(
                                intent.orElseThrow(),
                                reason,
                                by,
                                since,
                                retryAfter,
                                deadline,
                                previous));
    }

    private static void write(ClusterIntent intent, ObjectNode json) {
        Json.word(json, "intent", intent.intent());
        Json.optional(json, "reason", intent.reason());
        Json.optional(json, "by", intent.by());
        Json.optional(json, "since", intent.since());
        intent.retryAfter().ifPresent(value -> json.put("retryAfter", value.toSeconds()));
        intent.deadline().ifPresent(value -> json.put("deadline", value.toSeconds()));
        intent.previous().ifPresent(value -> Json.word(json, "previous", value));
    }
}
