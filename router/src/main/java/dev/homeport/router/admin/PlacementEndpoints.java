package dev.homeport.router.admin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.homeport.topology.ClusterId;
import dev.homeport.topology.Placement;
import dev.homeport.topology.PlacementChoice;
import dev.homeport.topology.PlacementChoice.Candidate;
import dev.homeport.topology.PlacementChoice.Choice;
import dev.homeport.topology.PlacementChoice.Considered;
import dev.homeport.topology.PlacementPolicy;
import dev.homeport.topology.PlacementSimulation;
import dev.homeport.topology.ProjectId;
import dev.homeport.topology.Words;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/** {@code /v1/placement}: where new projects would go, and why. Places nothing. */
final class PlacementEndpoints {
    private static final int DEFAULT_PROJECTS = 1000;
    private static final String DEFAULT_PREFIX = "sample-";

    /** Longer ones leave no room for a number in an id. */
    private static final int LONGEST_PREFIX = 50;

    private final PictureTaker pictures;

    PlacementEndpoints(PictureTaker pictures) {
        this.pictures = pictures;
    }

    Answer explain(Call call) throws Refusal {
        ProjectId project = call.required("project", ProjectId::new);
        Picture picture = pictures.take();
        PlacementPolicy policy = picture.fleet().policy();
        List<Candidate> candidates = picture.candidates();
        Choice choice = PlacementChoice.choose(project, policy, candidates);
        ObjectNode json = Json.object().put("project", project.value());
        Optional<Placement> home = picture.fleet().placements().find(project);
        home.ifPresent(
                one -> {
                    json.put("home", one.home().value());
                    json.put("state", Words.of(one.state()));
                });
        policy.pinOf(project).ifPresent(cluster -> json.put("pinned", cluster.value()));
        policy.ruleFor(project).ifPresent(number -> json.put("rule", number));
        switch (choice) {
            case Choice.Chosen chosen -> {
                json.put("chosen", chosen.cluster().value());
                json.put("reason", chosen.reason());
            }
            case Choice.NoneAvailable none ->
                    json.put("reason", "no cluster may take the project at the moment");
        }
        putClusters(json.putArray("clusters"), policy, candidates, choice.considered());
        return Answer.ok(json);
    }

    private static void putClusters(
            ArrayNode clusters,
            PlacementPolicy policy,
            List<Candidate> candidates,
            List<Considered> considered) {
        Map<ClusterId, Candidate> byId =
                candidates.stream()
                        .collect(Collectors.toMap(Candidate::cluster, Function.identity()));
        Comparator<Considered> bestFirst =
                Comparator.<Considered, Boolean>comparing(one -> one.step().isEmpty())
                        .thenComparing(
                                one -> one.step().orElse(null),
                                Comparator.nullsLast(Comparator.naturalOrder()))
                        .thenComparing(Considered::cluster);
        considered.stream()
                .sorted(bestFirst)
                .forEach(
                        one -> {
                            Candidate candidate = byId.get(one.cluster());
                            ObjectNode json = clusters.addObject();
                            json.put("id", one.cluster().value());
                            json.put("fit", one.isFit());
                            json.put("why", one.why());
                            policy.tierOf(candidate.cluster(), candidate.labels())
                                    .ifPresent(tier -> json.put("tier", tier.toString()));
                            put(json, candidate);
                        });
    }

    private static void put(ObjectNode json, Candidate candidate) {
        json.put("intent", Words.of(candidate.intent()));
        json.put("health", Words.of(candidate.health()));
        json.put("weight", candidate.weight());
        json.put("residents", candidate.residents());
        candidate.capacity().residents().ifPresent(most -> json.put("capacity", most));
        candidate.dataBytes().ifPresent(bytes -> json.put("dataBytes", bytes));
        candidate.capacity().bytes().ifPresent(most -> json.put("capacityBytes", most));
    }

    Answer simulate(Call call) throws Refusal {
        int projects =
                call.numberParameter(
                        "projects", DEFAULT_PROJECTS, 1, PlacementSimulation.MOST_PROJECTS);
        String prefix = call.parameter("prefix", PlacementEndpoints::prefix).orElse(DEFAULT_PREFIX);
        Picture picture = pictures.take();
        PlacementSimulation.Result result =
                PlacementSimulation.run(
                                picture.fleet().policy(),
                                picture.candidates(),
                                number -> new ProjectId(prefix + number),
                                projects,
                                call.isUnwanted())
                        .orElseThrow(
                                () ->
                                        Refusal.unavailable(
                                                "too_late",
                                                "nobody waits for the answer any more"));
        ObjectNode json = Json.object().put("projects", projects).put("prefix", prefix);
        json.put("refused", result.refused());
        ArrayNode steps = json.putArray("steps");
        new TreeMap<>(result.steps())
                .forEach(
                        (step, count) ->
                                steps.addObject().put("step", step.text()).put("projects", count));
        ArrayNode clusters = json.putArray("clusters");
        result.after().stream()
                .sorted(Comparator.comparing(Candidate::cluster))
                .forEach(
                        after -> {
                            ObjectNode one = clusters.addObject();
                            one.put("id", after.cluster().value());
                            one.put("placed", result.placed().getOrDefault(after.cluster(), 0));
                            put(one, after);
                        });
        return Answer.ok(json);
    }

    private static String prefix(String text) {
        if (text.length() > LONGEST_PREFIX || ProjectId.parse(text + "0").isEmpty()) {
            throw new IllegalArgumentException(
                    "must be the beginning of a project id, at most %d characters"
                            .formatted(LONGEST_PREFIX));
        }
        return text;
    }
}
