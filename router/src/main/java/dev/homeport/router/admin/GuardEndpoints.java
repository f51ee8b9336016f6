package dev.homeport.router.admin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.linecorp.armeria.common.HttpStatus;
import dev.homeport.router.placement.AppliedWrites;
import dev.homeport.topology.Announcement;
import dev.homeport.topology.AnnouncementId;
import dev.homeport.topology.Approval;
import dev.homeport.topology.ApprovalId;
import dev.homeport.topology.FleetSnapshot;
import dev.homeport.topology.FleetWriter.Written;
import dev.homeport.topology.GuardPolicy;
import dev.homeport.topology.GuardState;
import dev.homeport.topology.ProjectId;
import dev.homeport.topology.RecordVersions;
import dev.homeport.topology.StatementClass;
import dev.homeport.topology.TableGlob;
import dev.homeport.topology.TopologyException;
import dev.homeport.topology.Words;
import dev.homeport.topology.fields.Fields;
import dev.homeport.topology.zk.AnnouncementCodec;
import dev.homeport.topology.zk.ApprovalCodec;
import dev.homeport.topology.zk.GuardPolicyCodec;
import dev.homeport.topology.zk.WriteRules;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;

/** {@code /v1/guard}, {@code /v1/approvals} and {@code /v1/announcements}. */
final class GuardEndpoints {
    private static final Duration APPLY_PATIENCE = Duration.ofSeconds(2);
    private static final Duration SHORTEST = Duration.ofSeconds(1);
    private static final Duration DEFAULT_APPROVAL = Duration.ofMinutes(10);
    private static final Duration LONGEST_APPROVAL = Duration.ofDays(1);
    private static final Duration DEFAULT_ANNOUNCEMENT = Duration.ofHours(1);
    private static final Duration LONGEST_ANNOUNCEMENT = Duration.ofDays(30);
    private static final int ID_NUMBERS = 1 << 16;

    private final AdminParts parts;
    private final PictureTaker pictures;
    private final AppliedWrites applied;
    private final Clock clock;

    GuardEndpoints(AdminParts parts, PictureTaker pictures, Clock clock) {
        this.parts = parts;
        this.pictures = pictures;
        this.applied = new AppliedWrites(parts.source());
        this.clock = clock;
    }

    /** In the form in which it is put. */
    Answer policy(Call call) throws Refusal {
        FleetSnapshot fleet = pictures.take().fleet();
        return Answer.ok(json(fleet.guard().policy()))
                .withEtag(EntityTags.of(fleet.versions().guard()));
    }

    Answer putPolicy(Call call) throws Refusal, TopologyException {
        GuardPolicy policy = call.body(GuardPolicyCodec::read);
        OptionalInt expected = EntityTags.expected(call);
        ObjectNode before =
                json(
                        parts.source()
                                .current()
                                .map(fleet -> fleet.guard().policy())
                                .orElse(GuardPolicy.DEFAULT));
        if (call.isDryRun()) {
            Picture picture = pictures.take();
            WriteRules.requireReadable(policy);
            OptionalInt current = picture.fleet().versions().guard();
            EntityTags.requireCurrent(
                    expected, current, EntityTags.of(current.orElse(RecordVersions.ABSENT)));
            return Answer.ok(BlastRadius.ofGuard(picture, Changed.differing(before, json(policy))));
        }
        Written<GuardPolicy> written = parts.writer().putGuard(policy, expected);
        ObjectNode json = json(written.value());
        putWritten(json, written);
        return Answer.ok(json)
                .withEtag(Optional.of(EntityTags.of(written.version())))
                .changing(
                        Changed.of("guard")
                                .with("version", written.version())
                                .fields(before, json(policy)));
    }

    Answer approvals(Call call) throws Refusal {
        ObjectNode json = Json.object();
        ArrayNode approvals = json.putArray("approvals");
        pictures.take().fleet().guard().approvals().forEach(one -> approvals.add(json(one)));
        return Answer.ok(json);
    }

    Answer approve(Call call) throws Refusal, TopologyException {
        Approval approval = call.body(fields -> readApproval(fields, call.caller().name()));
        requireKnown(approval.project());
        Written<Approval> written = parts.writer().putApproval(approval);
        ObjectNode json = json(written.value());
        putWritten(json, written);
        return Answer.of(HttpStatus.CREATED, json)
                .changing(
                        Changed.of(approval.project())
                                .with("approval", approval.id())
                                .with(
                                        "classes",
                                        approval.classes().stream().map(Words::of).toList())
                                .with("tables", approval.tables())
                                .with("statements", approval.statements())
                                .with("until", approval.until()));
    }

    Answer removeApproval(Call call) throws Refusal, TopologyException {
        ApprovalId id = call.id(ApprovalId::new);
        Optional<ProjectId> project =
                guardState()
                        .flatMap(guard -> guard.approvals().stream())
                        .filter(one -> one.id().equals(id))
                        .map(Approval::project)
                        .findFirst();
        parts.writer().removeApproval(id);
        return Answer.ok(Json.object().put("id", id.value()).put("deleted", true))
                .changing(removal(project, "approval", id));
    }

    private Stream<GuardState> guardState() {
        return parts.source().current().map(FleetSnapshot::guard).stream();
    }

    /** About a project, where it is known which. */
    private static Changed removal(Optional<ProjectId> project, String kind, Object id) {
        return Changed.of(project.isPresent() ? project.get() : id).with(kind, id + " removed");
    }

    Answer announcements(Call call) throws Refusal {
        ObjectNode json = Json.object();
        ArrayNode announcements = json.putArray("announcements");
        pictures.take()
                .fleet()
                .guard()
                .announcements()
                .forEach(one -> announcements.add(json(one)));
        return Answer.ok(json);
    }

    Answer announce(Call call) throws Refusal, TopologyException {
        Announcement announcement =
                call.body(fields -> readAnnouncement(fields, call.caller().name()));
        requireKnown(announcement.project());
        Written<Announcement> written = parts.writer().putAnnouncement(announcement);
        ObjectNode json = json(written.value());
        putWritten(json, written);
        return Answer.of(HttpStatus.CREATED, json)
                .changing(
                        Changed.of(announcement.project())
                                .with("announcement", announcement.id())
                                .with("tenant", announcement.tenant())
                                .with("until", announcement.until()));
    }

    Answer removeAnnouncement(Call call) throws Refusal, TopologyException {
        AnnouncementId id = call.id(AnnouncementId::new);
        Optional<ProjectId> project =
                guardState()
                        .flatMap(guard -> guard.announcements().stream())
                        .filter(one -> one.id().equals(id))
                        .map(Announcement::project)
                        .findFirst();
        parts.writer().removeAnnouncement(id);
        return Answer.ok(Json.object().put("id", id.value()).put("deleted", true))
                .changing(removal(project, "announcement", id));
    }

    private Optional<Approval> readApproval(Fields fields, String by) {
        Optional<ProjectId> project = fields.required("project", ProjectId::new);
        Set<StatementClass> classes = ApprovalCodec.classes(fields);
        List<TableGlob> tables = fields.list("tables", TableGlob::parse);
        int statements = fields.integer("statements", 1, 1, Approval.MOST_STATEMENTS);
        Duration lasts = fields.duration("for", DEFAULT_APPROVAL, SHORTEST, LONGEST_APPROVAL);
        String reason = Reasons.read(fields);
        Instant now = now();
        return fields.build(
                () ->
                        new Approval(
                                ApprovalId.of(now, number()),
                                project.orElseThrow(),
                                classes,
                                tables,
                                statements,
                                now.plus(lasts),
                                by,
                                reason));
    }

    private Optional<Announcement> readAnnouncement(Fields fields, String by) {
        Optional<ProjectId> project = fields.required("project", ProjectId::new);
        Optional<String> tenant = fields.optionalString("tenant");
        Duration lasts =
                fields.duration("for", DEFAULT_ANNOUNCEMENT, SHORTEST, LONGEST_ANNOUNCEMENT);
        String reason = Reasons.read(fields);
        Instant now = now();
        return fields.build(
                () ->
                        new Announcement(
                                AnnouncementId.of(now, number()),
                                project.orElseThrow(),
                                tenant,
                                now.plus(lasts),
                                by,
                                reason));
    }

    /** A misspelled project would permit nothing, and nobody would notice until it counts. */
    private void requireKnown(ProjectId project) throws Refusal {
        if (pictures.take().fleet().placements().find(project).isEmpty()) {
            throw Refusal.notFound("unknown_project", "there is no project " + project);
        }
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    private static int number() {
        return ThreadLocalRandom.current().nextInt(ID_NUMBERS);
    }

    private static ObjectNode json(GuardPolicy policy) {
        ObjectNode json = Json.object();
        GuardPolicyCodec.write(policy, json);
        return json;
    }

    private ObjectNode json(Approval approval) {
        ObjectNode json = Json.object().put("id", approval.id().value());
        ApprovalCodec.write(approval, json);
        json.put("good", approval.isGood(clock.instant()));
        return json;
    }

    private ObjectNode json(Announcement announcement) {
        ObjectNode json = Json.object().put("id", announcement.id().value());
        AnnouncementCodec.write(announcement, json);
        json.put("good", clock.instant().isBefore(announcement.until()));
        return json;
    }

    private void putWritten(ObjectNode json, Written<?> written) {
        json.put("zxid", written.zxid());
        json.put("applied", applied.await(written.zxid(), APPLY_PATIENCE));
    }
}
