package dev.homeport.router.admin;

import dev.homeport.topology.RouterId;
import dev.homeport.topology.RouterReport;
import java.time.Clock;
import java.util.Map;
import java.util.TreeMap;

/** Takes pictures of the fleet for answers. Safe for use by several threads. */
final class PictureTaker {
    private final RouterId self;
    private final AdminParts parts;
    private final DaemonMemory daemons;
    private final ConditionMemory conditions;

    PictureTaker(RouterId self, AdminParts parts, Clock clock) {
        this.self = self;
        this.parts = parts;
        this.daemons = DaemonMemory.of(parts.reports(), clock, System::nanoTime);
        this.conditions =
                ConditionMemory.of(parts.source(), parts.reports(), clock, System::nanoTime);
    }

    /**
     * Also of a fleet that has no cluster yet.
     *
     * @throws Refusal 503 while there is no picture
     */
    Picture take() throws Refusal {
        return new Picture(
                parts.source()
                        .current()
                        .or(parts.source()::vacant)
                        .orElseThrow(
                                () ->
                                        Refusal.unavailable(
                                                "no_picture",
                                                "this router has no picture of the fleet yet")),
                parts.source().status(),
                others(),
                parts.reports().agents(),
                parts.sessions().census().counts(),
                notHeardOf(),
                daemons.missingAgents(),
                conditions.standing());
    }

    /**
     * Routers that went within the last minutes, and since when; also while there is no picture.
     * This router itself is heard of, whether or not its report stands there.
     */
    Map<RouterId, Since> notHeardOf() {
        Map<RouterId, Since> gone = daemons.notHeardOf();
        gone.remove(self);
        return gone;
    }

    private Map<RouterId, RouterReport> others() {
        // This router's own report is up to a second old: it is counted here and now instead.
        Map<RouterId, RouterReport> others = new TreeMap<>(parts.reports().routers());
        others.remove(self);
        return others;
    }
}
