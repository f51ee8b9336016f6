package dev.homeport.router;

import dev.homeport.router.session.SessionRegistry;
import dev.homeport.topology.FleetSnapshot;
import dev.homeport.topology.FleetSource;
import dev.homeport.topology.RejectedEdit;
import dev.homeport.topology.RouterId;
import dev.homeport.topology.RouterNumber;
import dev.homeport.topology.RouterReport;
import dev.homeport.topology.zk.RouterPublisher;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** What this router publishes of itself: made anew when something changes, and every second. */
final class SelfReport {
    private final RouterId id;
    private final String mysqlAddress;
    private final String adminUrl;
    private final String version;
    private final Instant started;
    private final FleetSource fleet;
    private final Supplier<List<RouterNumber>> numbers;
    private final SessionRegistry sessions;
    private final RouterPublisher publisher;
    private boolean isStopping;
    private Optional<RouterReport> last = Optional.empty();

    SelfReport(
            RouterId id,
            String mysqlAddress,
            String adminUrl,
            Instant started,
            Supplier<List<RouterNumber>> numbers,
            FleetSource fleet,
            SessionRegistry sessions,
            RouterPublisher publisher) {
        this.id = id;
        this.mysqlAddress = mysqlAddress;
        this.adminUrl = adminUrl;
        this.version =
                Optional.ofNullable(SelfReport.class.getPackage().getImplementationVersion())
                        .orElse("unpackaged");
        this.started = started;
        this.numbers = numbers;
        this.fleet = fleet;
        this.sessions = sessions;
        this.publisher = publisher;
    }

    /** Publishes what has changed since the last call, if anything has. */
    synchronized void publish() {
        RouterReport report = report();
        if (!last.equals(Optional.of(report))) {
            last = Optional.of(report);
            publisher.publish(report);
        }
    }

    /** Publishes that the router stops, and leaves it at that from now on. */
    synchronized void publishStopping() {
        isStopping = true;
        RouterReport report = report();
        last = Optional.of(report);
        publisher.publishFarewell(report);
    }

    private RouterReport report() {
        List<RejectedEdit> rejected = fleet.status().rejected();
        return new RouterReport(
                id,
                mysqlAddress,
                adminUrl,
                version,
                started,
                numbers.get(),
                fleet.current().map(FleetSnapshot::zxid).orElse(0L),
                rejected.subList(0, Math.min(RouterReport.MOST_REJECTED, rejected.size())),
                sessions.counts(),
                isStopping);
    }
}
