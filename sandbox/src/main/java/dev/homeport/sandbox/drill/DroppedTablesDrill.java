package dev.homeport.sandbox.drill;

import com.fasterxml.jackson.databind.JsonNode;
import dev.homeport.sandbox.description.SandboxDescription;
import dev.homeport.sandbox.fleet.Progress;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * Plays every variant of the incident in every mode on a running sandbox, while other projects are
 * used, and leaves the sandbox as it was. One thread, once.
 */
final class DroppedTablesDrill {
    private final DrilledFleet fleet;
    private final Progress progress;
    private final long seed;
    private final int rounds;

    /** So that no drill meets what another one has left: ids of projects are never used again. */
    private final String prefix = "drill" + Long.toString(Instant.now().getEpochSecond(), 36);

    /**
     * @param rounds further losses to measure, 0 for none
     */
    DroppedTablesDrill(SandboxDescription sandbox, Progress progress, long seed, int rounds) {
        this.fleet = new DrilledFleet(sandbox);
        this.progress = progress;
        this.seed = seed;
        this.rounds = rounds;
    }

    /**
     * Plays all of it.
     *
     * @throws InterruptedException if it was told to end; all is put back then, too
     */
    DrillResult run() throws IOException, InterruptedException {
        Incidents incidents = new Incidents(fleet);
        requireCalm(incidents);
        try (FleetSettings settings = new FleetSettings(fleet);
                DrillProjects projects = new DrillProjects(fleet, incidents);
                IncidentWatch watch = new IncidentWatch(incidents);
                Bystanders bystanders = new Bystanders(fleet)) {
            try {
                return play(
                        new DrillStage(fleet, projects, incidents, watch, bystanders), settings);
            } finally {
                // Putting everything back must not be interrupted as well.
                boolean wasInterrupted = Thread.interrupted();
                progress.tell("cleaning up" + (wasInterrupted ? " after an interruption" : ""));
            }
        }
    }

    /** On a cluster that is hurt already nothing can be measured. */
    private void requireCalm(Incidents incidents) {
        for (JsonNode incident : incidents.open()) {
            if (!incident.path("limit").asText().equals("alert")) {
                throw new DrillException(
                        "incident %s is open on cluster %s: close it first"
                                .formatted(incident.path("id").asText(), fleet.cluster()));
            }
        }
    }

    /** Agents that have just started need a while to find their clusters healthy. */
    private void requireRoom() throws InterruptedException {
        for (String cluster : fleet.clusters()) {
            Poll.require(
                    "cluster %1$s takes no new projects: see homeport cluster %1$s"
                            .formatted(cluster),
                    () -> fleet.get("/v1/clusters/" + cluster).path("acceptsProjects").asBoolean());
        }
    }

    private DrillResult play(DrillStage stage, FleetSettings settings)
            throws IOException, InterruptedException {
        settings.preferDrilledCluster();
        requireRoom();
        List<String> neighbours = placeBystanders(stage.projects());
        stage.watch().start();
        stage.bystanders().start(neighbours);
        List<PlayResult> plays = new ArrayList<>();
        PlayRunner runner = new PlayRunner(stage, new Random(seed));
        for (Mode mode : Mode.values()) {
            settings.guard(mode == Mode.OBSERVE);
            for (Variant variant : Variant.values()) {
                Play play =
                        new Play(
                                mode,
                                variant,
                                "%s_%s_%s".formatted(prefix, mode.word(), variant.word()));
                progress.tell("play " + play.name());
                PlayResult result = runner.run(play);
                plays.add(result);
                tellBroken(Promises.of(result));
            }
        }
        Optional<RoundsResult> more =
                rounds == 0
                        ? Optional.empty()
                        : Optional.of(new Rounds(stage, progress).run(rounds, prefix + "_round"));
        return new DrillResult(
                seed, fleet.cluster(), plays, more, promises(stage, plays, more, neighbours));
    }

    /** Whoever waits for minutes wants to know at once. */
    private void tellBroken(List<Promise> promises) {
        promises.stream()
                .filter(promise -> !promise.isKept())
                .forEach(
                        promise ->
                                progress.tell(
                                        "  broken: %s - %s"
                                                .formatted(promise.text(), promise.detail())));
    }

    /** Two on the drilled cluster, one elsewhere. */
    private List<String> placeBystanders(DrillProjects projects) throws InterruptedException {
        List<String> neighbours = List.of(prefix + "_near1", prefix + "_near2", prefix + "_far");
        for (String project : neighbours) {
            boolean isFar = project.endsWith("_far");
            projects.placeOn(isFar ? fleet.clusters().get(1) : fleet.cluster(), project);
        }
        return neighbours;
    }

    private static List<Promise> promises(
            DrillStage stage,
            List<PlayResult> plays,
            Optional<RoundsResult> rounds,
            List<String> neighbours) {
        List<Promise> promises = new ArrayList<>();
        plays.forEach(result -> promises.addAll(Promises.of(result)));
        rounds.ifPresent(result -> promises.addAll(Promises.of(result)));
        List<IncidentFacts> seen =
                stage.watch().seen().stream().map(one -> IncidentFacts.of(one.incident())).toList();
        promises.addAll(Promises.ofAll(plays, seen, neighbours));
        return promises;
    }
}
