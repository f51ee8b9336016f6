package dev.homeport.router.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.homeport.topology.AuditEntry;
import dev.homeport.topology.RouterId;
import dev.homeport.topology.Words;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells who did what: everything that is asked for in the log, and in the fleet's audit what was
 * done or may have been done. Dry runs and what routers tell each other are no acts.
 */
final class Auditor {
    private static final Logger LOG = LoggerFactory.getLogger(Auditor.class);

    private final RouterId self;
    private final AuditTrail trail;
    private final Clock clock;

    Auditor(RouterId self, AuditTrail trail, Clock clock) {
        this.self = self;
        this.trail = trail;
        this.clock = clock;
    }

    /**
     * One request.
     *
     * @param id for log and audit alike
     */
    record Request(
            String id,
            Endpoint endpoint,
            Caller caller,
            ServiceRequestContext context,
            JsonNode body) {
        static Request of(
                Endpoint endpoint, Caller caller, ServiceRequestContext context, JsonNode body) {
            String id = Long.toHexString(ThreadLocalRandom.current().nextLong());
            return new Request(id, endpoint, caller, context, body);
        }

        Request with(JsonNode parsed) {
            return new Request(id, endpoint, caller, context, parsed);
        }

        private boolean isDryRun() {
            return context.queryParams().contains("dryRun", "true");
        }

        private boolean isAct() {
            return endpoint.isWrite()
                    && !isDryRun()
                    && endpoint.role().filter(Role.PEER::equals).isEmpty();
        }

        private String address() {
            return Auditor.address(context);
        }

        private String reason() {
            String inQuery = context.queryParams().get("reason", "");
            return Reasons.shown(body.path("reason").asText(inQuery));
        }
    }

    /** Where a request came from, as text without a port. */
    static String address(ServiceRequestContext context) {
        InetSocketAddress remote = context.remoteAddress();
        return remote.isUnresolved()
                ? remote.getHostString()
                : remote.getAddress().getHostAddress();
    }

    /** It was answered; blocks until the entry is written, for a few seconds at most. */
    void answered(Request request, Answer answer) {
        Changed changed = answer.changed().orElseGet(() -> targetOf(request));
        log(request, answer.status().codeAsText(), changed);
        if (request.isAct() && !answer.changesNothing()) {
            trail.record(entry(request, changed, answer.status().code()));
        }
    }

    /** It was refused. */
    void refused(Request request, Refusal refusal) {
        Changed changed = targetOf(request);
        log(request, refusal.code(), changed);
        if (request.isAct() && refusal.isDoubtful()) {
            trail.recordLater(entry(request, changed, refusal.status().code()));
        }
    }

    private static Changed targetOf(Request request) {
        String id = request.context.pathParam("id");
        return Changed.of(id == null ? request.body.path("id").asText("") : id);
    }

    private AuditEntry entry(Request request, Changed changed, int status) {
        return new AuditEntry(
                clock.instant().truncatedTo(ChronoUnit.MILLIS),
                new AuditEntry.Actor(
                        request.caller.name(), Words.of(request.caller.role()), request.address()),
                self,
                new AuditEntry.Act(
                        request.id,
                        request.endpoint.method().name(),
                        request.endpoint.path(),
                        changed.target()),
                request.reason(),
                status,
                changed.facts());
    }

    private static void log(Request request, String outcome, Changed changed) {
        if (!request.endpoint.isWrite()) {
            return;
        }
        Map<String, String> facts = changed.facts();
        LOG.atInfo()
                .addKeyValue("by", request.caller.name())
                .addKeyValue("address", request.address())
                .addKeyValue("action", request.endpoint.method() + " " + request.context.path())
                .addKeyValue("id", request.id)
                .addKeyValue("dryRun", request.isDryRun())
                .addKeyValue("reason", request.reason())
                .addKeyValue("outcome", outcome)
                .addKeyValue("changes", Reasons.shown(facts.isEmpty() ? "" : facts.toString()))
                .log("change asked for");
    }
}
