package dev.homeport.router.admin;

import dev.homeport.router.admin.FleetProblem.Severity;
import dev.homeport.router.session.Outage;
import dev.homeport.topology.ClusterIntent;
import dev.homeport.topology.ClusterSnapshot;
import dev.homeport.topology.FleetSource;
import dev.homeport.topology.Health;
import dev.homeport.topology.Instance;
import dev.homeport.topology.Intent;
import dev.homeport.topology.Placement;
import dev.homeport.topology.PlacementChoice.Candidate;
import dev.homeport.topology.PlacementChoice.Considered;
import dev.homeport.topology.PlacementMap;
import dev.homeport.topology.ProjectId;
import dev.homeport.topology.RejectedEdit;
import dev.homeport.topology.RouterReport.SessionCounts;
import dev.homeport.topology.Words;
import dev.homeport.topology.zk.ZnodePaths;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Finds what is wrong with a fleet, worst first. Pure. */
final class FleetProblems {
    /** Edits that are told one by one. */
    private static final int MOST_EDITS = 10;

    /** Failed provisionings that are named. */
    private static final int MOST_FAILURES = 5;

    private static final Comparator<FleetProblem> WORST_FIRST =
            Comparator.comparing(FleetProblem::severity).thenComparing(FleetProblem::subject);

    private FleetProblems() {}

    /**
     * What is wrong while there is a picture.
     *
     * @param own what this router knows of itself
     */
    static List<FleetProblem> of(Picture picture, OwnState own) {
        List<FleetProblem> found = new ArrayList<>(ofSource(picture.status()));
        ofLost(picture.status().rejected()).ifPresent(found::add);
        found.addAll(ofEdits(ofSingleRecords(picture.status())));
        found.addAll(ofUnread(picture.status(), own));
        found.addAll(RouterProblems.ofSelf(own));
        found.addAll(RouterProblems.ofOthers(picture));
        found.addAll(AgentProblems.of(picture));
        ofGuard(picture).ifPresent(found::add);
        for (ClusterSnapshot cluster : picture.fleet().clusters().values()) {
            ofHealth(picture, cluster).ifPresent(found::add);
            ofOutage(picture, cluster, own).ifPresent(found::add);
            ofIntent(picture, cluster).ifPresent(found::add);
            ofCapacity(picture, cluster).ifPresent(found::add);
        }
        ofPlacement(picture).ifPresent(found::add);
        ofProvisionings(picture.fleet().placements()).ifPresent(found::add);
        found.sort(WORST_FIRST);
        // Lost data before everything that is as bad: each minute makes it harder to mend.
        List<FleetProblem> all = new ArrayList<>(IncidentProblems.of(picture));
        all.addAll(found);
        all.sort(Comparator.comparing(FleetProblem::severity));
        return all;
    }

    /** What is wrong while there is none. */
    static List<FleetProblem> withoutPicture(FleetSource.Status status, OwnState own) {
        List<FleetProblem> found = new ArrayList<>(ofSource(status));
        found.addAll(ofEdits(ofSingleRecords(status)));
        found.addAll(ofUnread(status, own));
        found.addAll(RouterProblems.ofSelf(own));
        // Nothing is lost of a fleet that nobody has seen.
        Optional<String> whyEmpty =
                status.rejected().stream()
                        .filter(FleetProblems::isOfAll)
                        .map(RejectedEdit::rule)
                        .findFirst();
        found.add(
                new FleetProblem(
                        Severity.CRITICAL,
                        "this router",
                        "has no picture of the fleet" + whyEmpty.map(": "::concat).orElse(""),
                        Optional.empty(),
                        "it refuses every login",
                        (whyEmpty.isPresent()
                                        ? "homeport apply -f FILE makes the first clusters; where"
                                                + " there should be some, check that"
                                                + " zookeeper.connect names the right chroot; "
                                        : "check that ZooKeeper answers and that zookeeper.connect"
                                                + " names the right chroot; ")
                                + "edits that were rejected are listed here"));
        found.sort(WORST_FIRST);
        return found;
    }

    private static Optional<FleetProblem> ofGuard(Picture picture) {
        if (!picture.fleet().guard().policy().observe()) {
            return Optional.empty();
        }
        return Optional.of(
                new FleetProblem(
                        Severity.NOTICE,
                        "guard",
                        "only observes: whatever a rule says is logged, and nothing more",
                        picture.since(new Condition.Observing()),
                        "tables that are dropped are gone",
                        "when it is over: homeport guard observe off"));
    }

    private static List<FleetProblem> ofSource(FleetSource.Status status) {
        List<FleetProblem> found = new ArrayList<>();
        if (status.connection() != FleetSource.Connection.CONNECTED) {
            found.add(
                    new FleetProblem(
                            Severity.WARNING,
                            "ZooKeeper",
                            "is away: the connection is " + Words.of(status.connection()),
                            status.asOf(),
                            "running traffic goes on from "
                                    + (status.fromFile() ? "the snapshot file" : "memory")
                                    + "; changes do not arrive, projects cannot be placed",
                            "check the ensemble; this router connects again by itself"));
        }
        status.snapshotFileError()
                .ifPresent(
                        error ->
                                found.add(
                                        new FleetProblem(
                                                Severity.WARNING,
                                                "snapshot file",
                                                "cannot be written: " + error,
                                                Optional.empty(),
                                                "this router could not start without ZooKeeper",
                                                "make room on the disk, or correct snapshotFile"
                                                        + " or its rights")));
        return found;
    }

    private static List<RejectedEdit> ofSingleRecords(FleetSource.Status status) {
        return status.rejected().stream()
                .filter(edit -> !edit.znode().isEmpty() && !isOfAll(edit))
                .toList();
    }

    private static List<FleetProblem> ofEdits(List<RejectedEdit> edits) {
        List<FleetProblem> found = new ArrayList<>();
        edits.stream()
                .filter(edit -> !edit.znode().equals(RejectedEdit.OTHERS))
                .limit(MOST_EDITS)
                .forEach(edit -> found.add(ofEdit(edit)));
        if (edits.size() > MOST_EDITS) {
            found.add(
                    new FleetProblem(
                            Severity.WARNING,
                            "znodes",
                            "more than %d were edited in ways that are not taken over"
                                    .formatted(MOST_EDITS),
                            Optional.empty(),
                            "the last good values stay in force",
                            "homeport validate --live lists them"));
        }
        return found;
    }

    /** Whether it means a whole kind of records: nobody edits so many away on purpose. */
    private static boolean isOfAll(RejectedEdit edit) {
        return edit.field().isEmpty()
                && (ZnodePaths.CLUSTERS.equals("/" + edit.znode())
                        || ZnodePaths.PROJECTS.equals("/" + edit.znode()));
    }

    private static Optional<FleetProblem> ofLost(List<RejectedEdit> rejected) {
        List<RejectedEdit> lost = rejected.stream().filter(FleetProblems::isOfAll).toList();
        if (lost.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                new FleetProblem(
                        Severity.CRITICAL,
                        "ZooKeeper",
                        "has lost records: "
                                + lost.stream()
                                        .map(edit -> edit.znode() + ": " + edit.rule())
                                        .collect(Collectors.joining("; ")),
                        lost.stream().map(RejectedEdit::since).min(Comparator.naturalOrder()),
                        "nobody yet: this router serves what it knows; a daemon that starts without"
                                + " a snapshot file knows nothing of them",
                        "leave the routers running, place nothing; homeport ensemble restore puts"
                                + " back what a router's snapshot file has"));
    }

    /** What cannot be read at all, for each reason once. */
    private static List<FleetProblem> ofUnread(FleetSource.Status status, OwnState own) {
        Map<String, Optional<Instant>> since = new LinkedHashMap<>();
        status.rejected().stream()
                .filter(edit -> edit.znode().isEmpty())
                .forEach(edit -> since.put(edit.rule(), Optional.of(edit.since())));
        own.unread().ifPresent(why -> since.putIfAbsent(why, Optional.empty()));
        List<FleetProblem> found = new ArrayList<>();
        since.forEach(
                (why, when) ->
                        found.add(
                                new FleetProblem(
                                        Severity.WARNING,
                                        "ZooKeeper",
                                        "cannot be read: " + why,
                                        when,
                                        "what was read last stays in force; changes, or what other"
                                                + " daemons report, do not arrive",
                                        "this router's log has more; it tries again every"
                                                + " second")));
        return found;
    }

    private static FleetProblem ofEdit(RejectedEdit edit) {
        String field = edit.field().isEmpty() ? "" : edit.field() + ": ";
        return new FleetProblem(
                Severity.WARNING,
                "znode " + edit.znode(),
                "was edited in a way that is not taken over: " + field + edit.rule(),
                Optional.of(edit.since()),
                "the last good value stays in force",
                edit.suggestion()
                                .map(name -> "correct the znode; did you mean \"" + name + "\"? ")
                                .orElse("correct the znode; ")
                        + "homeport validate --live lists what each router rejects");
    }

    private static Optional<FleetProblem> ofHealth(Picture picture, ClusterSnapshot cluster) {
        Picture.ShownHealth shown = picture.health(cluster);
        if (cluster.intent().intent() == Intent.OFFLINE) {
            return ofHealthOffline(cluster, shown);
        }
        String residentsAre = residentsAre(picture, cluster);
        String sessions = sessions(picture, cluster);
        String look = "homeport cluster " + cluster.id();
        String announce =
                "; if it takes long, homeport offline %s --reason ... tells its users why"
                        .formatted(cluster.id());
        return switch (shown.health()) {
            case HEALTHY -> Optional.empty();
            case DEGRADED ->
                    health(
                            Severity.WARNING,
                            cluster,
                            shown,
                            "is degraded: " + shown.reason(),
                            residentsAre + " served" + sessions,
                            look + " shows its instances; repair what is named before more breaks");
            case NO_PRIMARY ->
                    health(
                            Severity.CRITICAL,
                            cluster,
                            shown,
                            "has no primary: " + shown.reason(),
                            residentsAre + " refused" + sessions,
                            look
                                    + " shows its instances; once you are sure which one holds the"
                                    + " newest data, let that one alone be writable"
                                    + announce);
            case UNREACHABLE ->
                    health(
                            Severity.CRITICAL,
                            cluster,
                            shown,
                            "does not answer: " + shown.reason(),
                            residentsAre
                                    + " refused where a router cannot connect either; new projects"
                                    + " go elsewhere"
                                    + sessions,
                            look + " has the addresses; check hosts, network, servers" + announce);
            case UNKNOWN ->
                    health(
                            Severity.WARNING,
                            cluster,
                            shown,
                            "is of unknown health: " + shown.reason(),
                            residentsAre
                                    + " served as before; a failure would not be noticed"
                                    + sessions,
                            "homeport agents lists those that are there; start its agent, or read"
                                    + " the agent's log");
        };
    }

    /** An operator has taken it away from its users, and may well have switched it off. */
    private static Optional<FleetProblem> ofHealthOffline(
            ClusterSnapshot cluster, Picture.ShownHealth shown) {
        if (shown.health() == Health.HEALTHY) {
            return Optional.empty();
        }
        return health(
                Severity.NOTICE,
                cluster,
                shown,
                "is %s: %s".formatted(Words.of(shown.health()), shown.reason()),
                "nobody more: it is offline",
                "let it be healthy before homeport online %s; homeport cluster %s shows its instances"
                        .formatted(cluster.id(), cluster.id()));
    }

    /** This router alone does not reach a primary that the agents find well. */
    private static Optional<FleetProblem> ofOutage(
            Picture picture, ClusterSnapshot cluster, OwnState own) {
        Optional<Instance> primary = cluster.primary();
        Health health = picture.health(cluster).health();
        if (primary.isEmpty()
                || cluster.intent().intent() == Intent.OFFLINE
                || health == Health.UNREACHABLE
                || health == Health.NO_PRIMARY) {
            return Optional.empty();
        }
        Outage outage = own.outages().get(primary.get().address());
        Optional<Instant> verdict = cluster.verdict().since();
        // What failed before the agents found it well says nothing of now.
        if (outage == null || verdict.filter(outage.tried()::isBefore).isPresent()) {
            return Optional.empty();
        }
        return Optional.of(
                new FleetProblem(
                        Severity.CRITICAL,
                        "cluster " + cluster.id(),
                        "is not reached by this router: connections to its primary %s at %s fail, the last one at %s"
                                .formatted(
                                        primary.get().id(),
                                        primary.get().address(),
                                        outage.tried()),
                        Optional.of(outage.since()),
                        residentsAre(picture, cluster)
                                + " refused by this router as long as that lasts, also where the"
                                + " agents see nothing wrong; others have their own status",
                        "check the network between this router and that address; its log has what"
                                + " it was told"));
    }

    private static Optional<FleetProblem> health(
            Severity severity,
            ClusterSnapshot cluster,
            Picture.ShownHealth shown,
            String what,
            String affects,
            String advice) {
        return Optional.of(
                new FleetProblem(
                        severity, "cluster " + cluster.id(), what, shown.since(), affects, advice));
    }

    private static Optional<FleetProblem> ofIntent(Picture picture, ClusterSnapshot cluster) {
        ClusterIntent intent = cluster.intent();
        String residentsAre = residentsAre(picture, cluster);
        String by = by(intent);
        return switch (intent.intent()) {
            case ACTIVE -> Optional.empty();
            case CORDONED ->
                    intent(
                            cluster,
                            "is cordoned" + by,
                            residentsAre + " served; new projects go elsewhere",
                            "uncordon");
            case DRAINING ->
                    intent(
                            cluster,
                            "is draining" + by,
                            residentsAre
                                    + " let into no new sessions; transactions may finish"
                                    + sessions(picture, cluster),
                            "online");
            case OFFLINE ->
                    intent(
                            cluster,
                            "is taken offline" + by,
                            residentsAre
                                    + " refused; new projects go elsewhere"
                                    + sessions(picture, cluster),
                            "online");
        };
    }

    /** {@code " by bob: new disks"}; who edits by hand may have left out either. */
    private static String by(ClusterIntent intent) {
        return (intent.by().isEmpty() ? "" : " by " + intent.by())
                + (intent.reason().isEmpty() ? "" : ": " + intent.reason());
    }

    private static Optional<FleetProblem> intent(
            ClusterSnapshot cluster, String what, String affects, String verb) {
        return Optional.of(
                new FleetProblem(
                        Severity.NOTICE,
                        "cluster " + cluster.id(),
                        what,
                        cluster.intent().since(),
                        affects,
                        "when it is over: homeport %s %s --reason ..."
                                .formatted(verb, cluster.id())));
    }

    /** Of one that an operator wants to take new projects. */
    private static Optional<FleetProblem> ofCapacity(Picture picture, ClusterSnapshot cluster) {
        Candidate candidate = Candidate.of(cluster, picture.fleet().placements());
        if (candidate.intent() != Intent.ACTIVE
                || picture.fleet()
                        .policy()
                        .tierOf(candidate.cluster(), candidate.labels())
                        .isEmpty()) {
            return Optional.empty();
        }
        return candidate
                .fullness()
                .map(
                        full ->
                                new FleetProblem(
                                        Severity.NOTICE,
                                        "cluster " + cluster.id(),
                                        "is " + full,
                                        picture.since(new Condition.Full(cluster.id())),
                                        residentsAre(picture, cluster)
                                                + " served; it takes no new projects but those"
                                                + " that are pinned to it",
                                        "homeport edit cluster %s raises its capacity"
                                                .formatted(cluster.id())));
    }

    private static Optional<FleetProblem> ofPlacement(Picture picture) {
        if (picture.fleet().clusters().isEmpty()
                || picture.considered().values().stream().anyMatch(Considered::isFit)) {
            return Optional.empty();
        }
        return Optional.of(
                new FleetProblem(
                        Severity.CRITICAL,
                        "placement",
                        "no cluster takes new projects",
                        Optional.empty(),
                        "new projects are refused; those that have a home are not affected",
                        "homeport clusters says why for each; uncordon one or extend the"
                                + " placement policy"));
    }

    private static Optional<FleetProblem> ofProvisionings(PlacementMap placements) {
        List<ProjectId> failed = placements.failures(MOST_FAILURES + 1);
        if (failed.isEmpty()) {
            return Optional.empty();
        }
        String names =
                failed.stream()
                        .limit(MOST_FAILURES)
                        .map(ProjectId::value)
                        .collect(Collectors.joining(", "));
        // Of many, the eldest may be one that was not looked at.
        Optional<Instant> since =
                failed.size() > MOST_FAILURES
                        ? Optional.empty()
                        : failed.stream()
                                .flatMap(project -> placements.find(project).stream())
                                .map(Placement::since)
                                .min(Comparator.naturalOrder());
        return Optional.of(
                new FleetProblem(
                        Severity.WARNING,
                        "provisioning",
                        "has failed or is under way, among others for " + names,
                        since,
                        "these projects are refused",
                        "homeport where PROJECT says why; homeport place PROJECT tries again"));
    }

    /** How many are open, if any are. */
    private static String sessions(Picture picture, ClusterSnapshot cluster) {
        SessionCounts counts = picture.sessions(cluster.id());
        if (counts.open() == 0) {
            return "";
        }
        return "; %s, %d of them in a transaction"
                .formatted(
                        counts.open() == 1
                                ? "1 session is open"
                                : counts.open() + " sessions are open",
                        counts.inTransaction());
    }

    /** Subject and verb. */
    private static String residentsAre(Picture picture, ClusterSnapshot cluster) {
        int residents = picture.fleet().placements().residents(cluster.id());
        return residents == 1 ? "its 1 project is" : "its %d projects are".formatted(residents);
    }
}
