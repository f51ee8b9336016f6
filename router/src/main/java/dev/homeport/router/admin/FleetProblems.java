package dev.homeport.router.admin;

import dev.homeport.router.admin.FleetProblem.Severity;
import dev.homeport.topology.ClusterIntent;
import dev.homeport.topology.ClusterSnapshot;
import dev.homeport.topology.FleetSource;
import dev.homeport.topology.Intent;
import dev.homeport.topology.Placement;
import dev.homeport.topology.PlacementChoice.Candidate;
import dev.homeport.topology.PlacementChoice.Considered;
import dev.homeport.topology.PlacementMap;
import dev.homeport.topology.ProjectId;
import dev.homeport.topology.RejectedEdit;
import dev.homeport.topology.RouterReport.SessionCounts;
import dev.homeport.topology.Words;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Finds what is wrong with a fleet, worst first. Pure. */
final class FleetProblems {
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
        found.addAll(ofUnread(picture.status(), own));
        found.addAll(RouterProblems.ofSelf(own));
        found.addAll(RouterProblems.ofOthers(picture));
        found.addAll(AgentProblems.of(picture));
        ofGuard(picture).ifPresent(found::add);
        for (ClusterSnapshot cluster : picture.fleet().clusters().values()) {
            ofHealth(picture, cluster).ifPresent(found::add);
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
        found.addAll(ofUnread(status, own));
        found.addAll(RouterProblems.ofSelf(own));
        found.add(
                new FleetProblem(
                        Severity.CRITICAL,
                        "this router",
                        "has no picture of the fleet",
                        Optional.empty(),
                        "it refuses every login",
                        "check that ZooKeeper answers and that zookeeper.connect names the right"
                                + " chroot; edits that were rejected are listed here"));
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
        status.rejected().stream()
                .filter(edit -> !edit.znode().isEmpty())
                .forEach(edit -> found.add(ofEdit(edit)));
        return found;
    }

    /** What cannot be read at all, for each reason once. */
    private static List<FleetProblem> ofUnread(FleetSource.Status status, OwnState own) {
        return Stream.concat(
                        status.rejected().stream()
                                .filter(edit -> edit.znode().isEmpty())
                                .map(RejectedEdit::rule),
                        own.unread().stream())
                .distinct()
                .map(
                        why ->
                                new FleetProblem(
                                        Severity.WARNING,
                                        "ZooKeeper",
                                        "cannot be read: " + why,
                                        Optional.empty(),
                                        "what was read last stays in force; changes, or what other"
                                                + " daemons report, do not arrive",
                                        "this router's log has more; it tries again every second"))
                .toList();
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
        String by = "%s: %s".formatted(intent.by(), intent.reason());
        return switch (intent.intent()) {
            case ACTIVE -> Optional.empty();
            case CORDONED ->
                    intent(
                            cluster,
                            "is cordoned by " + by,
                            residentsAre + " served; new projects go elsewhere",
                            "uncordon");
            case DRAINING ->
                    intent(
                            cluster,
                            "is draining, by " + by,
                            residentsAre
                                    + " let into no new sessions; transactions may finish"
                                    + sessions(picture, cluster),
                            "online");
            case OFFLINE ->
                    intent(
                            cluster,
                            "is taken offline by " + by,
                            residentsAre
                                    + " refused; new projects go elsewhere"
                                    + sessions(picture, cluster),
                            "online");
        };
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
