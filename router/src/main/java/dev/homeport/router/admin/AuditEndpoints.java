package dev.homeport.router.admin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.homeport.topology.AuditEntry;
import dev.homeport.topology.AuditLog;
import dev.homeport.topology.TopologyException;
import dev.homeport.topology.zk.AuditEntryCodec;
import java.util.Optional;
import java.util.OptionalLong;

/** {@code /v1/audit}: who did what, read in ZooKeeper. */
final class AuditEndpoints {
    private static final int DEFAULT_LIMIT = 100;
    private static final int MOST = 1000;

    private final AuditLog audit;

    AuditEndpoints(AuditLog audit) {
        this.audit = audit;
    }

    /** The newest first. */
    Answer list(Call call) throws Refusal, TopologyException {
        Optional<Long> after = call.parameter("after", AuditEndpoints::number);
        Optional<String> target = call.parameter("target");
        Optional<String> by = call.parameter("by");
        AuditLog.Page page =
                audit.page(
                        entry -> isWanted(entry, target, by),
                        after.map(OptionalLong::of).orElseGet(OptionalLong::empty),
                        call.numberParameter("limit", DEFAULT_LIMIT, 1, MOST));
        ObjectNode json = Json.object();
        ArrayNode entries = json.putArray("entries");
        for (AuditLog.Numbered one : page.entries()) {
            ObjectNode entry = entries.addObject().put("number", one.number());
            AuditEntryCodec.write(one.entry(), entry);
        }
        if (page.next().isPresent()) {
            json.put("next", page.next().getAsLong());
        } else {
            json.putNull("next");
        }
        return Answer.ok(json);
    }

    private static boolean isWanted(
            AuditEntry entry, Optional<String> target, Optional<String> by) {
        return (target.isEmpty() || target.get().equals(entry.act().target()))
                && (by.isEmpty() || by.get().equals(entry.actor().name()));
    }

    private static long number(String text) {
        if (!text.matches("\\d{1,18}")) {
            throw new IllegalArgumentException("must be the number of an entry, as next has it");
        }
        return Long.parseLong(text);
    }
}
