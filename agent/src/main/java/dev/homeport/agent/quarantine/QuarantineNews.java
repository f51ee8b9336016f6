package dev.homeport.agent.quarantine;

import dev.homeport.quarantine.HeldTable;
import dev.homeport.quarantine.PurgePlan;
import dev.homeport.topology.ClusterId;
import dev.homeport.topology.Incident;
import dev.homeport.topology.IncidentId;
import dev.homeport.topology.IncidentScope;
import dev.homeport.topology.TopologyException;
import dev.homeport.topology.Words;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes people hear of what happens in the quarantine of one cluster. */
public final class QuarantineNews implements QuarantineKeeper.Listener {
    private static final Logger log = LoggerFactory.getLogger(QuarantineNews.class);

    private final ClusterId cluster;
    private final Consumer<PurgePlan.Purge> early;
    private final Incidents incidents;
    private final Clock clock;

    /** Opens an incident that limits nothing; blocks. */
    @FunctionalInterface
    public interface Incidents {
        void open(Incident incident) throws TopologyException;
    }

    /**
     * @param early is told what has gone before its time
     */
    public QuarantineNews(
            ClusterId cluster, Consumer<PurgePlan.Purge> early, Incidents incidents, Clock clock) {
        this.cluster = cluster;
        this.early = early;
        this.incidents = incidents;
        this.clock = clock;
    }

    @Override
    public void onPurged(PurgePlan.Purge purge) {
        if (purge.reason() != PurgePlan.Reason.EXPIRED) {
            early.accept(purge);
        }
    }

    @Override
    public void onMadeAgain(HeldTable table) {
        Incident incident = incident(table);
        log.atWarn()
                .addKeyValue("cluster", cluster)
                .addKeyValue("project", table.project())
                .addKeyValue("table", table.table())
                .addKeyValue("id", table.id())
                .log("what was dropped by rule is kept longer, as its name is taken again");
        try {
            incidents.open(incident);
        } catch (TopologyException e) {
            log.atWarn()
                    .addKeyValue("incident", incident.id())
                    .addKeyValue("reason", e.getMessage())
                    .log("what looked like a mistake could not be told");
        }
    }

    /** The same id for the same table, whoever tells of it. */
    private Incident incident(HeldTable table) {
        return Incident.suspiciousDrop(
                IncidentId.of(table.droppedAt(), cluster, (int) table.id()),
                cluster,
                new IncidentScope(
                        Set.of(table.project()),
                        table.tenant().stream().toList(),
                        List.of(table.table()),
                        false),
                clock.instant().truncatedTo(ChronoUnit.MILLIS),
                table.droppedAt().truncatedTo(ChronoUnit.MILLIS),
                "%s of project %s from %s".formatted(table.user(), table.project(), table.client()),
                table.rows(),
                "%s looks like a mistake: %s was made again, and what was in it is kept"
                        .formatted(Words.of(table.statement()), table.table()));
    }
}
