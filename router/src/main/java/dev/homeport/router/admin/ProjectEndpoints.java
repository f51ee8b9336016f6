package dev.homeport.router.admin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.linecorp.armeria.common.HttpStatus;
import dev.homeport.router.placement.AppliedWrites;
import dev.homeport.router.placement.PlacementOutcome;
import dev.homeport.router.placement.PlacementRequest;
import dev.homeport.topology.ClusterId;
import dev.homeport.topology.FleetSnapshot;
import dev.homeport.topology.FleetWriter.Written;
import dev.homeport.topology.Placement;
import dev.homeport.topology.ProjectId;
import dev.homeport.topology.ProjectState;
import dev.homeport.topology.RefusalTerms;
import dev.homeport.topology.TopologyException;
import dev.homeport.topology.Words;
import dev.homeport.topology.fields.Fields;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** {@code /v1/projects}. */
final class ProjectEndpoints {
    private static final Duration APPLY_PATIENCE = Duration.ofSeconds(2);
    private static final int DEFAULT_LIMIT = 100;
    private static final int MAX_LIMIT = 1000;

    private final AdminParts parts;
    private final PictureTaker pictures;
    private final AppliedWrites applied;
    private final Clock clock;

    ProjectEndpoints(AdminParts parts, PictureTaker pictures, Clock clock) {
        this.parts = parts;
        this.pictures = pictures;
        this.applied = new AppliedWrites(parts.source());
        this.clock = clock;
    }

    Answer list(Call call) throws Refusal {
        FleetSnapshot fleet = pictures.take().fleet();
        ProjectPage page =
                ProjectPage.of(
                        fleet.placements(),
                        new ProjectPage.Filter(
                                call.parameter("cluster", ClusterId::new),
                                call.wordParameter("state", ProjectState.class)),
                        call.parameter("after", ProjectId::new),
                        call.numberParameter("limit", DEFAULT_LIMIT, 1, MAX_LIMIT));
        ObjectNode json = Json.object();
        ArrayNode projects = json.putArray("projects");
        page.projects()
                .forEach(
                        (project, placement) ->
                                projects.add(ProjectView.json(fleet, project, placement)));
        Json.put(json, "next", page.next());
        json.put("known", fleet.placements().size());
        return Answer.ok(json);
    }

    Answer get(Call call) throws Refusal {
        ProjectId project = call.project();
        FleetSnapshot fleet = pictures.take().fleet();
        Placement placement = find(fleet, project);
        return Answer.ok(ProjectView.json(fleet, project, placement))
                .withEtag(Optional.of(EntityTags.ofProject(project, placement)));
    }

    private static Placement find(FleetSnapshot fleet, ProjectId project) throws Refusal {
        return fleet.placements()
                .find(project)
                .orElseThrow(
                        () ->
                                Refusal.notFound(
                                        "unknown_project", "there is no project " + project));
    }

    Answer place(Call call) throws Refusal {
        PlacementRequest request = call.body(fields -> readPlacement(fields, call.caller().name()));
        return switch (parts.placement().place(request)) {
            case PlacementOutcome.Placed placed -> placed(request.project(), placed);
            case PlacementOutcome.Unfinished unfinished -> throw unfinished(unfinished);
            case PlacementOutcome.AlreadyElsewhere elsewhere ->
                    throw Refusal.conflict(
                            "already_placed",
                            "project %s lives on cluster %s"
                                    .formatted(request.project(), elsewhere.placement().home()));
            case PlacementOutcome.Deleted deleted ->
                    throw Refusal.conflict(
                            "conflict",
                            "project %s was deleted: its id is not placed anew"
                                    .formatted(request.project()));
            case PlacementOutcome.NoClusterAvailable none ->
                    throw Refusal.unavailable(
                            "no_cluster_available",
                            none.considered().stream()
                                    .map(one -> one.cluster() + " is " + one.why())
                                    .collect(
                                            Collectors.joining(
                                                    "; ",
                                                    "no cluster may take a new project: ",
                                                    "")));
            case PlacementOutcome.Refused refused ->
                    throw Refusal.conflict("conflict", refused.why());
            case PlacementOutcome.UnknownCluster unknown ->
                    throw Refusal.notFound(
                            "unknown_cluster", "there is no cluster " + unknown.cluster());
            case PlacementOutcome.Unavailable unavailable ->
                    throw Refusal.unavailable("placement_unavailable", unavailable.why());
            case PlacementOutcome.NotConfigured notConfigured ->
                    throw Refusal.conflict(
                            "provisioning_not_configured",
                            "this router has no section provisioning in its configuration, so it"
                                    + " cannot make schemas; ask another router");
        };
    }

    private Answer placed(ProjectId project, PlacementOutcome.Placed placed) throws Refusal {
        Answer.Document answer =
                Answer.of(
                        placed.isNew() ? HttpStatus.CREATED : HttpStatus.OK,
                        view(project, placed.placement()));
        if (!placed.isNew()) {
            // Applications ask so at every start: it would push out what somebody did.
            return answer.withoutChange();
        }
        return answer.changing(
                Changed.of(project)
                        .with("cluster", placed.placement().home())
                        .with("state", Words.of(placed.placement().state()))
                        .with("because", placed.placement().reason()));
    }

    Answer offline(Call call) throws Refusal, TopologyException {
        IntentRequest request = request(call, IntentVerb.OFFLINE);
        return change(call, found -> madeOffline(found, request));
    }

    Answer online(Call call) throws Refusal, TopologyException {
        IntentRequest request = request(call, IntentVerb.ONLINE);
        return change(call, found -> madeOnline(found, request.reason()));
    }

    /** Only the consequences need no reason. */
    private static IntentRequest request(Call call, IntentVerb verb) throws Refusal {
        return call.isDryRun()
                ? new IntentRequest("", Optional.empty(), Optional.empty())
                : call.body(fields -> IntentRequest.read(verb, fields));
    }

    /** A tombstone; deleting a project once more changes nothing. */
    Answer delete(Call call) throws Refusal, TopologyException {
        String reason = Reasons.shown(call.parameter("reason").orElse("deleted"));
        var terms =
                new RefusalTerms(
                        call.parameter("deadline", ProjectEndpoints::seconds), Optional.empty());
        return change(call, found -> buried(found, reason, terms));
    }

    /** As far as a record can say it. */
    private static Duration seconds(String text) {
        try {
            int seconds = Integer.parseInt(text);
            if (seconds >= 0) {
                return Duration.ofSeconds(seconds);
            }
        } catch (NumberFormatException e) {
            // No number, or one beyond what it can be.
        }
        throw new IllegalArgumentException(
                "must be a whole number of seconds from 0 to %d, was \"%s\""
                        .formatted(Integer.MAX_VALUE, Reasons.shown(text)));
    }

    private Placement buried(Placement found, String reason, RefusalTerms terms) {
        return switch (found.state()) {
            // Once more changes nothing but how long what is left may go on.
            case DELETED -> terms.equals(RefusalTerms.NONE) ? found : found.on(terms);
            case SERVING, OFFLINE, PROVISIONING ->
                    found.in(ProjectState.DELETED, clock.instant(), reason).on(terms);
            case MOVING, RESTORING ->
                    throw new IllegalStateException(
                            "a project that is %s cannot be deleted: wait until that is over"
                                    .formatted(Words.of(found.state())));
        };
    }

    private Answer change(Call call, UnaryOperator<Placement> change)
            throws Refusal, TopologyException {
        ProjectId project = call.project();
        Optional<String> expected = EntityTags.expectedProject(call);
        if (call.isDryRun()) {
            return dryRun(project, expected, change);
        }
        // The last one that is asked about is the one that was replaced.
        var before = new AtomicReference<Placement>();
        Written<Placement> written =
                write(
                        project,
                        found -> {
                            requireSeen(project, expected, found);
                            before.set(found);
                            return change.apply(found);
                        });
        Placement after = written.value();
        ObjectNode json = view(project, after);
        json.put("zxid", written.zxid());
        json.put("applied", applied.await(written.zxid(), APPLY_PATIENCE));
        return Answer.ok(json)
                .withEtag(Optional.of(EntityTags.ofProject(project, after)))
                .changing(
                        Changed.of(project)
                                .with("cluster", after.home())
                                .fromTo("state", before.get().state(), after.state()));
    }

    private Written<Placement> write(ProjectId project, UnaryOperator<Placement> change)
            throws Refusal, TopologyException {
        try {
            return parts.writer().changePlacement(project, change);
        } catch (TopologyException e) {
            if (e.getCause() instanceof OtherRecord other) {
                throw other.refusal();
            }
            throw e;
        }
    }

    /** Ends a write that would go over what its caller has not seen. */
    private static final class OtherRecord extends IllegalStateException {
        private static final long serialVersionUID = 1;

        private final String etag;

        OtherRecord(String message, String etag) {
            super(message);
            this.etag = etag;
        }

        Refusal refusal() {
            return Refusal.versionConflict(getMessage(), etag);
        }
    }

    /** Asked inside the write, of the record that it would replace. */
    private static void requireSeen(ProjectId project, Optional<String> expected, Placement found) {
        if (expected.isEmpty()) {
            return;
        }
        String etag = EntityTags.ofProject(project, found);
        if (!expected.get().equals(etag)) {
            throw new OtherRecord(
                    "the record of project %s is %s now, not %s"
                            .formatted(project, etag, expected.get()),
                    etag);
        }
    }

    /** A dry run is refused as the act itself would be. */
    private Answer dryRun(
            ProjectId project, Optional<String> expected, UnaryOperator<Placement> change)
            throws Refusal {
        Picture picture = pictures.take();
        Placement found = find(picture.fleet(), project);
        try {
            requireSeen(project, expected, found);
            return Answer.ok(
                            BlastRadius.ofProject(
                                    picture, project, found, change.apply(found).state()))
                    .withEtag(Optional.of(EntityTags.ofProject(project, found)));
        } catch (OtherRecord e) {
            throw e.refusal();
        } catch (IllegalStateException e) {
            throw Refusal.conflict("conflict", e.getMessage());
        }
    }

    /** What is offline already gets what is said of it brought up to date. */
    private Placement madeOffline(Placement found, IntentRequest request) {
        requireState(found, ProjectState.SERVING, ProjectState.OFFLINE);
        boolean isSame = found.state() == ProjectState.OFFLINE;
        return found.in(
                        ProjectState.OFFLINE,
                        isSame ? found.since() : clock.instant(),
                        request.reason())
                .on(new RefusalTerms(request.deadline(), request.retryAfter()));
    }

    private Placement madeOnline(Placement found, String reason) {
        requireState(found, ProjectState.OFFLINE, ProjectState.SERVING);
        return found.state() == ProjectState.SERVING
                ? found
                : found.in(ProjectState.SERVING, clock.instant(), reason);
    }

    private static void requireState(Placement found, ProjectState from, ProjectState to) {
        if (found.state() != from && found.state() != to) {
            throw new IllegalStateException(
                    "a project that is %s cannot be made %s: only one that is %s can"
                            .formatted(Words.of(found.state()), Words.of(to), Words.of(from)));
        }
    }

    private ObjectNode view(ProjectId project, Placement placement) throws Refusal {
        return ProjectView.json(pictures.take().fleet(), project, placement);
    }

    private static Refusal unfinished(PlacementOutcome.Unfinished unfinished) {
        String message =
                "the record stands on cluster %s, its schema is not made: %s"
                        .formatted(unfinished.placement().home(), unfinished.error());
        Refusal refusal =
                unfinished.isForeign()
                        ? Refusal.conflict("schema_not_empty", message)
                        : Refusal.unavailable("provisioning_failed", message);
        // Applications ask again, and what somebody did is not to be pushed out by that.
        return unfinished.isNew() ? refusal.doubtful() : refusal;
    }

    private static Optional<PlacementRequest> readPlacement(Fields fields, String by) {
        Optional<ProjectId> project = fields.required("id", ProjectId::new);
        Optional<ClusterId> cluster = fields.optional("cluster", ClusterId::new);
        boolean adopt = fields.bool("adopt", false);
        return fields.build(() -> new PlacementRequest(project.orElseThrow(), cluster, adopt, by));
    }
}
