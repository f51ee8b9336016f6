package dev.homeport.agent.watch.notify;

import dev.homeport.topology.ClusterId;
import dev.homeport.topology.FleetSnapshot;
import dev.homeport.topology.Incident;
import dev.homeport.topology.IncidentId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Tells people what becomes of the open incidents of one cluster, whoever opened them, while this
 * agent leads. It goes by what stands in ZooKeeper, so nothing is told that is not there, and
 * whoever leads next tells again what was opened a while ago: more than once, rather than never.
 * Thread-safe; never blocks.
 */
public final class IncidentNews {
    private final ClusterId cluster;
    private final BooleanSupplier leads;
    private final Optional<Webhook> webhook;
    private final Duration telling;
    private final Clock clock;
    private final Map<IncidentId, Incident> told = new HashMap<>(); // guarded by this
    private boolean isLeading; // guarded by this
    private int open; // guarded by this

    /**
     * @param leads whether this agent leads at this moment
     * @param telling what was opened longer ago is not told again by who leads next
     */
    public IncidentNews(
            ClusterId cluster,
            BooleanSupplier leads,
            Optional<Webhook> webhook,
            Duration telling,
            Clock clock) {
        this.cluster = cluster;
        this.leads = leads;
        this.webhook = webhook;
        this.telling = telling;
        this.clock = clock;
    }

    /** The fleet may have changed, or who leads. */
    public synchronized void onFleet(FleetSnapshot fleet) {
        List<Incident> incidents =
                fleet.incidents().stream().filter(one -> one.cluster().equals(cluster)).toList();
        if (!leads.getAsBoolean()) {
            told.clear();
            isLeading = false;
            open = 0;
            return;
        }
        Instant since = clock.instant().minus(telling);
        for (Incident incident : incidents) {
            Incident before = told.put(incident.id(), incident);
            if (before == null && (isLeading || incident.opened().isAfter(since))) {
                tell(Webhook.Event.OPENED, incident);
            } else if (before != null && !before.equals(incident)) {
                tell(Webhook.Event.AMENDED, incident);
            }
        }
        isLeading = true;
        open = incidents.size();
        List<IncidentId> gone =
                told.keySet().stream()
                        .filter(id -> incidents.stream().noneMatch(one -> one.id().equals(id)))
                        .toList();
        for (IncidentId id : gone) {
            told.remove(id);
            webhook.ifPresent(one -> one.closed(cluster, id));
        }
    }

    private void tell(Webhook.Event event, Incident incident) {
        webhook.ifPresent(one -> one.tell(event, incident));
    }

    /** Open incidents of the cluster; 0 while this agent does not lead. */
    public synchronized int open() {
        return open;
    }
}
