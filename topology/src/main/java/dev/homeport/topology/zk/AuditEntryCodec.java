package dev.homeport.topology.zk;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.homeport.topology.AuditEntry;
import dev.homeport.topology.RouterId;
import dev.homeport.topology.fields.Fields;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** {@code audit/<number>}. */
public final class AuditEntryCodec {
    /** Above all that an entry's own bounds let through. */
    private static final int MOST_BYTES = 32 * 1024;

    private static final int LEAST_STATUS = 100;
    private static final int MOST_STATUS = 599;

    static final Codec<AuditEntry> ZNODE =
            Codec.of(MOST_BYTES, AuditEntryCodec::read, AuditEntryCodec::write);

    private AuditEntryCodec() {}

    private static Optional<AuditEntry> read(Fields fields) {
        Optional<Instant> at = fields.requiredInstant("at");
        var actor =
                new AuditEntry.Actor(
                        fields.string("by"),
                        fields.string("role", ""),
                        fields.string("address", ""));
        Optional<RouterId> router = fields.required("router", RouterId::new);
        var act =
                new AuditEntry.Act(
                        fields.string("id", ""),
                        fields.string("method"),
                        fields.string("route"),
                        fields.string("target", ""));
        String reason = fields.string("reason", "");
        int status = fields.integer("status", LEAST_STATUS, MOST_STATUS);
        Map<String, String> changes = fields.stringMap("changes");
        return fields.build(
                () ->
                        new AuditEntry(
                                at.orElseThrow(),
                                actor,
                                router.orElseThrow(),
                                act,
                                reason,
                                status,
                                changes));
    }

    /** All fields but the format version. */
    public static void write(AuditEntry entry, ObjectNode json) {
        json.put("at", entry.at().toString());
        json.put("by", entry.actor().name());
        Json.optional(json, "role", entry.actor().role());
        Json.optional(json, "address", entry.actor().address());
        json.put("router", entry.router().value());
        Json.optional(json, "id", entry.act().id());
        json.put("method", entry.act().method());
        json.put("route", entry.act().route());
        Json.optional(json, "target", entry.act().target());
        Json.optional(json, "reason", entry.reason());
        json.put("status", entry.status());
        if (!entry.changes().isEmpty()) {
            // In their own order, which is worth reading.
            ObjectNode changes = json.putObject("changes");
            entry.changes().forEach(changes::put);
        }
    }
}
