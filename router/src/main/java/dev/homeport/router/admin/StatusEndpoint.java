package dev.homeport.router.admin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.homeport.topology.ClusterId;
import dev.homeport.topology.ClusterSnapshot;
import dev.homeport.topology.FleetSnapshot;
import dev.homeport.topology.FleetSource;
import dev.homeport.topology.PlacementChoice.Considered;
import dev.homeport.topology.PlacementMap;
import dev.homeport.topology.ProjectState;
import dev.homeport.topology.RouterId;
import dev.homeport.topology.Words;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** {@code /v1/status}: the fleet at a glance, and what is wrong first. */
final class StatusEndpoint {
    private final RouterId self;
    private final AdminParts parts;
    private final Supplier<Map<String, Instant>> staleFiles;
    private final PictureTaker pictures;
    private final Clock clock;

    StatusEndpoint(
            RouterId self,
            AdminParts parts,
            Supplier<Map<String, Instant>> staleFiles,
            PictureTaker pictures,
            Clock clock) {
        this.self = self;
        this.parts = parts;
        this.staleFiles = staleFiles;
        this.pictures = pictures;
        this.clock = clock;
    }

    Answer status(Call call) throws Refusal {
        ObjectNode json = Json.object();
        json.put("router", self.value());
        json.put("time", clock.instant().toString());
        Optional<FleetSnapshot> fleet = parts.source().current();
        Optional<String> notReady = ProcessEndpoints.notReady(parts);
        json.put("ready", notReady.isEmpty());
        Json.put(json, "notReadyReason", notReady);
        FleetSource.Status status = parts.source().status();
        putMap(json, status, fleet);
        if (fleet.isPresent()) {
            putFleet(json, pictures.take());
        } else {
            putProblems(json, FleetProblems.withoutPicture(status, own()));
        }
        putRejected(json, status);
        json.put("routers", parts.reports().routers().size());
        json.put("agents", parts.reports().agents().values().stream().mapToInt(Map::size).sum());
        return Answer.ok(json);
    }

    private OwnState own() {
        return new OwnState(
                parts.own().nearLimits().get(),
                staleFiles.get(),
                parts.own().outages().get(),
                parts.own().certificates().get(),
                parts.reports().problem());
    }

    private void putMap(ObjectNode json, FleetSource.Status status, Optional<FleetSnapshot> fleet) {
        ObjectNode map = json.putObject("map");
        map.put("connection", Words.of(status.connection()));
        map.put("fromFile", status.fromFile());
        Json.put(map, "asOf", status.asOf());
        map.put(
                "ageSeconds",
                status.asOf()
                        .map(asOf -> Duration.between(asOf, clock.instant()).toMillis() / 1000.0)
                        .map(age -> Math.max(0, age))
                        .orElse(null));
        map.put("zxid", fleet.map(FleetSnapshot::zxid).orElse(null));
        Json.put(map, "snapshotFileError", status.snapshotFileError());
    }

    private void putFleet(ObjectNode json, Picture picture) {
        PlacementMap placements = picture.fleet().placements();
        putProblems(json, FleetProblems.of(picture, own()));
        Map<ClusterId, Considered> considered = picture.considered();
        ArrayNode clusters = json.putArray("clusters");
        int sessions = 0;
        int transactions = 0;
        for (ClusterSnapshot cluster : picture.fleet().clusters().values()) {
            clusters.add(ClusterView.json(picture, cluster, considered.get(cluster.id())));
            sessions += picture.sessions(cluster.id()).open();
            transactions += picture.sessions(cluster.id()).inTransaction();
        }
        ObjectNode projects = json.putObject("projects");
        projects.put("total", placements.size());
        for (ProjectState state : ProjectState.values()) {
            projects.put(Words.of(state), placements.count(state));
        }
        json.put("openIncidents", picture.fleet().incidents().size());
        json.put("sessions", sessions);
        json.put("transactions", transactions);
    }

    private static void putProblems(ObjectNode json, List<FleetProblem> problems) {
        ArrayNode array = json.putArray("problems");
        for (FleetProblem problem : problems) {
            ObjectNode one = array.addObject();
            one.put("severity", Words.of(problem.severity()));
            one.put("subject", problem.subject());
            one.put("what", problem.what());
            Json.put(one, "since", problem.since());
            one.put("affects", problem.affects());
            one.put("advice", problem.advice());
        }
    }

    private static void putRejected(ObjectNode json, FleetSource.Status status) {
        ArrayNode array = json.putArray("rejected");
        status.rejected().forEach(edit -> array.add(RejectedEditView.json(edit)));
    }
}
