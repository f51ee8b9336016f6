package dev.homeport.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Set;
import java.util.TreeSet;

/** The clusters that a placement policy names, in tiers and in pins. Pure. */
final class PolicyNames {
    private PolicyNames() {}

    /** Sorted; whatever is no text is left to the router to complain of. */
    static Set<String> of(JsonNode policy) {
        Set<String> names = new TreeSet<>();
        addTiers(names, policy.path("preferred"));
        addTiers(names, policy.path("fallback"));
        policy.path("pinned").forEach(cluster -> addText(names, cluster));
        return names;
    }

    private static void addTiers(Set<String> names, JsonNode tiers) {
        for (JsonNode tier : tiers) {
            addText(names, tier);
            if (tier.isArray()) {
                tier.forEach(cluster -> addText(names, cluster));
            }
            tier.path("clusters").forEach(cluster -> addText(names, cluster));
        }
    }

    private static void addText(Set<String> names, JsonNode node) {
        if (node.isTextual()) {
            names.add(node.textValue());
        }
    }
}
