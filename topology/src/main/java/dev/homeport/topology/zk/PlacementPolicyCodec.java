package dev.homeport.topology.zk;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.homeport.topology.ClusterId;
import dev.homeport.topology.ClusterSelector;
import dev.homeport.topology.Glob;
import dev.homeport.topology.PlacementPolicy;
import dev.homeport.topology.PlacementRule;
import dev.homeport.topology.ProjectId;
import dev.homeport.topology.UnknownProjects;
import dev.homeport.topology.Words;
import dev.homeport.topology.fields.Fields;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * {@code placement-policy}. A list of tiers whose elements are all texts is one tier of clusters;
 * otherwise each element is a tier: a cluster, a list of clusters, or an object with {@code
 * clusters}, {@code labels} or both.
 */
public final class PlacementPolicyCodec {
    static final Codec<PlacementPolicy> ZNODE =
            Codec.of(PlacementPolicyCodec::read, PlacementPolicyCodec::write);

    private PlacementPolicyCodec() {}

    /** Reads all fields but the format version, for znodes, REST bodies and files alike. */
    public static Optional<PlacementPolicy> read(Fields fields) {
        List<ClusterSelector> preferred = tiers(fields, "preferred");
        List<ClusterSelector> fallback = tiers(fields, "fallback");
        List<PlacementRule> rules = new ArrayList<>();
        for (Fields one : fields.objects("rules")) {
            rule(one).ifPresent(rules::add);
        }
        Map<ProjectId, ClusterId> pinned = pinned(fields);
        List<String> provision =
                fields.has("provision")
                        ? fields.list("provision", UnaryOperator.identity())
                        : PlacementPolicy.DEFAULT_PROVISION;
        UnknownProjects unknownProjects =
                fields.optionalWord("unknownProjects", UnknownProjects.class)
                        .orElse(UnknownProjects.REFUSE);
        return fields.build(
                () ->
                        new PlacementPolicy(
                                preferred, fallback, rules, pinned, provision, unknownProjects));
    }

    private static List<ClusterSelector> tiers(Fields fields, String name) {
        List<Fields.Element> elements = fields.mixed(name);
        List<ClusterSelector> tiers = new ArrayList<>();
        List<String> names = new ArrayList<>();
        boolean isOneTier =
                !elements.isEmpty()
                        && elements.stream().allMatch(Fields.Element.Text.class::isInstance);
        for (Fields.Element element : elements) {
            switch (element) {
                case Fields.Element.Text(String text) when isOneTier -> names.add(text);
                case Fields.Element.Text(String text) ->
                        named(fields, name, List.of(text)).ifPresent(tiers::add);
                case Fields.Element.Texts(List<String> texts) ->
                        named(fields, name, texts).ifPresent(tiers::add);
                case Fields.Element.Nested(Fields selector) ->
                        selector(selector).ifPresent(tiers::add);
            }
        }
        if (isOneTier) {
            named(fields, name, names).ifPresent(tiers::add);
        }
        return tiers;
    }

    private static Optional<ClusterSelector> named(Fields fields, String name, List<String> texts) {
        try {
            return Optional.of(ClusterSelector.of(texts.stream().map(ClusterId::new).toList()));
        } catch (IllegalArgumentException e) {
            fields.problems().add(fields.pathOf(name), String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }

    private static Optional<ClusterSelector> selector(Fields fields) {
        List<ClusterId> clusters = fields.list("clusters", ClusterId::new);
        Map<String, String> labels = fields.stringMap("labels");
        return fields.build(() -> new ClusterSelector(clusters, labels));
    }

    private static Optional<PlacementRule> rule(Fields fields) {
        List<Glob> projects = fields.list("projects", Glob::new);
        Map<String, String> require = fields.stringMap("require");
        Map<String, String> avoid = fields.stringMap("avoid");
        return fields.build(() -> new PlacementRule(projects, require, avoid));
    }

    private static Map<ProjectId, ClusterId> pinned(Fields fields) {
        Map<ProjectId, ClusterId> pinned = new LinkedHashMap<>();
        fields.stringMap("pinned")
                .forEach(
                        (project, cluster) -> {
                            try {
                                pinned.put(new ProjectId(project), new ClusterId(cluster));
                            } catch (IllegalArgumentException e) {
                                fields.problems()
                                        .add(
                                                fields.pathOf("pinned"),
                                                String.valueOf(e.getMessage()));
                            }
                        });
        return pinned;
    }

    /** All fields but the format version. */
    public static void write(PlacementPolicy policy, ObjectNode json) {
        write(policy.preferred(), "preferred", json);
        write(policy.fallback(), "fallback", json);
        if (!policy.rules().isEmpty()) {
            ArrayNode rules = json.putArray("rules");
            for (PlacementRule rule : policy.rules()) {
                ObjectNode one = rules.addObject();
                Json.texts(one, "projects", rule.projects());
                Json.texts(one, "require", rule.require());
                Json.texts(one, "avoid", rule.avoid());
            }
        }
        if (!policy.pinned().isEmpty()) {
            ObjectNode pinned = json.putObject("pinned");
            new TreeMap<>(policy.pinned())
                    .forEach((project, cluster) -> pinned.put(project.value(), cluster.value()));
        }
        Json.texts(json, "provision", policy.provision());
        if (policy.unknownProjects() != UnknownProjects.REFUSE) {
            json.put("unknownProjects", Words.of(policy.unknownProjects()));
        }
    }

    private static void write(List<ClusterSelector> tiers, String name, ObjectNode json) {
        if (tiers.size() == 1 && tiers.getFirst().labels().isEmpty()) {
            Json.texts(json, name, tiers.getFirst().clusters());
            return;
        }
        if (tiers.isEmpty()) {
            return;
        }
        ArrayNode list = json.putArray(name);
        for (ClusterSelector tier : tiers) {
            if (tier.labels().isEmpty()) {
                ArrayNode clusters = list.addArray();
                tier.clusters().forEach(cluster -> clusters.add(cluster.value()));
            } else {
                ObjectNode one = list.addObject();
                Json.texts(one, "clusters", tier.clusters());
                Json.texts(one, "labels", tier.labels());
            }
        }
    }
}
