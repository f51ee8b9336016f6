package dev.homeport.sandbox.drill;

import com.fasterxml.jackson.databind.JsonNode;
import dev.homeport.sandbox.drill.IncidentWatch.Sighting;
import dev.homeport.sandbox.drill.PlayResult.Containment;
import dev.homeport.sandbox.drill.PlayResult.Detection;
import dev.homeport.sandbox.drill.PlayResult.Recovery;
import dev.homeport.testkit.mysql.MySqlTestClient;
import dev.homeport.testkit.mysql.QueryResult.Failure;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Plays one play after the other, and measures what becomes of it. One thread. */
final class PlayRunner {
    private static final String CLOSING = "homeport drill: was meant to be";

    private final DrilledFleet fleet;
    private final DrillProjects projects;
    private final Incidents incidents;
    private final IncidentWatch watch;
    private final Bystanders bystanders;
    private final Random random;

    PlayRunner(DrillStage stage, Random random) {
        this.fleet = stage.fleet();
        this.projects = stage.projects();
        this.incidents = stage.incidents();
        this.watch = stage.watch();
        this.bystanders = stage.bystanders();
        this.random = random;
    }

    /** Plays it in a project of its own, which is gone afterwards. */
    PlayResult run(Play play) throws IOException, InterruptedException {
        projects.placeOn(fleet.cluster(), play.project());
        PlayResult result;
        try (Application application = new Application(fleet, play);
                MySqlTestClient idle = fleet.connect(fleet.routers().getFirst(), play.project())) {
            Contents before = prepare(application, play);
            bystanders.take();
            result =
                    play.mode().isLoss()
                            ? lose(application, play, before, idle)
                            : keep(application, play, before);
        }
        incidents.closeOf(play.project(), CLOSING);
        projects.remove(play.project());
        return result;
    }

    private Contents prepare(Application application, Play play) throws IOException {
        try {
            application.connect();
            play.variant().tables().make(application, random);
        } catch (ContainedException e) {
            throw new DrillException("refused before anything was lost: " + e.getMessage(), e);
        }
        return contents(play);
    }

    private Contents contents(Play play) throws IOException {
        try (MySqlTestClient root = fleet.connectAsRoot(fleet.cluster())) {
            return Contents.of(root, play.project(), play.variant().tables().all());
        }
    }

    private static void perform(Application application, Play play) throws IOException {
        try {
            play.variant().script().play(application);
        } catch (ContainedException e) {
            // As it should be: the rest of the script does no more harm.
        }
    }

    /** The guard is on: what is dropped is held, and comes back. */
    private PlayResult keep(Application application, Play play, Contents before)
            throws IOException, InterruptedException {
        perform(application, play);
        Instant loss = application.firstLoss().resultNow();
        Detection detection = detection(loss, one -> Incidents.isSuspicionOf(one, play.project()));
        List<String> missing = before.missingIn(contents(play));
        List<JsonNode> held = awaitHeld(play.project(), missing.size());
        Instant begun = Instant.now();
        new Undrop(fleet, play.project()).all(held);
        Duration took = Duration.between(begun, Instant.now());
        Recovery recovery =
                new Recovery(took, before.missingIn(contents(play)), isServed(play.project()));
        return new PlayResult(
                play,
                before.tables().size(),
                notAmong(held, missing),
                held.size(),
                detection,
                Optional.empty(),
                Optional.of(recovery),
                bystanders.take(),
                application.wrongAnswers());
    }

    /** Nothing holds what is dropped: the agents find out, and the routers refuse the project. */
    private PlayResult lose(
            Application application, Play play, Contents before, MySqlTestClient idle)
            throws IOException, InterruptedException {
        CompletableFuture<Instant> loss = application.firstLoss();
        try (ContainmentProbe probe =
                ContainmentProbe.start(fleet, projects, play.project(), loss)) {
            perform(application, play);
            Detection detection =
                    detection(loss.resultNow(), one -> Incidents.isLossOf(one, play.project()));
            Optional<Duration> elsewhere = since(loss.resultNow(), probe.elsewhere());
            Optional<Duration> refused = since(loss.resultNow(), probe.refused());
            boolean sessionRefused =
                    idle.query("SELECT 1") instanceof Failure failure
                            && Refusal.isDataLoss(failure);
            List<String> missing = before.missingIn(contents(play));
            List<JsonNode> held = projects.held(play.project());
            // Whoever closes it sooner is told of the rest as of another loss.
            detection = complete(detection, play.project(), missing.size());
            Containment containment =
                    new Containment(
                            elsewhere, refused, sessionRefused, closeAndAwait(play.project()));
            return new PlayResult(
                    play,
                    before.tables().size(),
                    notAmong(held, missing),
                    held.size(),
                    detection,
                    Optional.of(containment),
                    Optional.empty(),
                    bystanders.take(),
                    application.wrongAnswers());
        }
    }

    private Detection detection(Instant loss, Predicate<JsonNode> which)
            throws InterruptedException {
        Optional<Sighting> sighting = watch.await(which, Poll.PATIENCE);
        return new Detection(
                since(loss, sighting.map(Sighting::seen)),
                since(loss, sighting.map(Sighting::opened)),
                sighting.map(one -> IncidentFacts.of(one.incident())));
    }

    /** What the incident says when it counts all of them; what it said last if it never does. */
    private Detection complete(Detection detection, String project, int tables)
            throws InterruptedException {
        Optional<Sighting> full =
                watch.await(
                        one ->
                                Incidents.isLossOf(one, project)
                                        && one.path("tablesLost").asInt() >= tables,
                        detection.incident().isPresent() ? Poll.PATIENCE : Duration.ZERO);
        return new Detection(
                detection.seen(),
                detection.opened(),
                full.map(one -> IncidentFacts.of(one.incident())).or(detection::incident));
    }

    private static Optional<Duration> since(Instant begin, Optional<Instant> end) {
        return end.map(moment -> Duration.between(begin, moment));
    }

    /** A router may still be busy with the last ones while their client has its answer. */
    private List<JsonNode> awaitHeld(String project, int count) throws InterruptedException {
        return Poll.until(
                        Poll.PATIENCE,
                        () ->
                                Optional.of(projects.held(project))
                                        .filter(held -> held.size() >= count))
                .orElseGet(() -> projects.held(project));
    }

    private static int notAmong(List<JsonNode> held, List<String> missing) {
        Set<String> names =
                held.stream().map(one -> one.path("table").asText()).collect(Collectors.toSet());
        return (int) missing.stream().filter(name -> !names.contains(name)).count();
    }

    private boolean isServed(String project) throws IOException {
        for (String router : fleet.routers()) {
            if (Refusal.atLogin(fleet.port(router), fleet.login(project)).isPresent()) {
                return false;
            }
        }
        return true;
    }

    /** Closes the incident and waits until all is as before; how long that took. */
    private Optional<Duration> closeAndAwait(String project) throws InterruptedException {
        incidents.closeOf(project, CLOSING);
        Instant closed = Instant.now();
        return Poll.until(
                Poll.PATIENCE,
                () ->
                        isServed(project) && takesProjects()
                                ? Optional.of(Duration.between(closed, Instant.now()))
                                : Optional.empty());
    }

    private boolean takesProjects() {
        return fleet.admins().stream()
                .allMatch(
                        router ->
                                router.get("/v1/clusters/" + fleet.cluster())
                                        .body()
                                        .path("acceptsProjects")
                                        .asBoolean());
    }
}
