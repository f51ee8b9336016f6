package dev.homeport.conformance.transcript;

import dev.homeport.conformance.matrix.Cell;
import dev.homeport.conformance.transcript.Transcript.Step;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What is not the same.
 *
 * @param findings differences that nothing accounts for, one line each
 * @param accepted those of {@link Difference} that showed
 * @param steps how many steps were the same
 */
public record Comparison(List<String> findings, Set<Difference> accepted, int steps) {
    private static final int SHOWN = 400;

    public Comparison {
        findings = List.copyOf(findings);
        accepted = Set.copyOf(accepted);
    }

    /** Compares value by value. */
    public static Comparison of(Cell cell, Transcript direct, Transcript routed) {
        List<String> findings = new ArrayList<>();
        Set<Difference> accepted = EnumSet.noneOf(Difference.class);
        int same = 0;
        Set<String> names = new LinkedHashSet<>(direct.steps().keySet());
        names.addAll(routed.steps().keySet());
        for (String name : names) {
            Optional<Step> one = Optional.ofNullable(direct.steps().get(name));
            Optional<Step> other = Optional.ofNullable(routed.steps().get(name));
            Optional<Difference> expected = Difference.of(cell, name, one, other);
            if (expected.isPresent()) {
                accepted.add(expected.get());
            } else if (one.equals(other)) {
                same++;
            } else {
                findings.add(finding(name, one, other));
            }
        }
        return new Comparison(findings, accepted, same);
    }

    private static String finding(String name, Optional<Step> direct, Optional<Step> routed) {
        if (direct.orElse(null) instanceof Step.Seen one
                && routed.orElse(null) instanceof Step.Seen other) {
            int at = firstDifference(one.values(), other.values());
            return "%s, value %d: direct \"%s\", routed \"%s\""
                    .formatted(name, at + 1, value(one.values(), at), value(other.values(), at));
        }
        return "%s: direct %s, routed %s".formatted(name, told(direct), told(routed));
    }

    private static int firstDifference(List<String> one, List<String> other) {
        int at = 0;
        while (at < one.size() && at < other.size() && one.get(at).equals(other.get(at))) {
            at++;
        }
        return at;
    }

    private static String value(List<String> values, int at) {
        return at < values.size() ? shortened(values.get(at)) : "(no more)";
    }

    private static String told(Optional<Step> step) {
        return step.map(one -> shortened(one.toString())).orElse("nothing");
    }

    private static String shortened(String text) {
        return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "...";
    }
}
