package dev.homeport.topology.zk;

import dev.homeport.topology.RejectedEdit;
import dev.homeport.topology.fields.Problems.Problem;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Collects what is rejected in one judgement. An edit that was rejected before keeps its time. */
final class Rejections {
    static final int MOST = 100;
    private static final int MOST_RULE_CHARS = 400;
    private static final int MOST_NAME_CHARS = 200;

    private final Map<String, Instant> since = new HashMap<>();
    private final Instant now;
    private final List<RejectedEdit> edits = new ArrayList<>();
    private int untold;

    Rejections(List<RejectedEdit> before, Instant now) {
        before.forEach(
                edit -> since.put(key(edit.znode(), edit.field(), edit.rule()), edit.since()));
        this.now = now;
    }

    void add(String path, String field, String rule) {
        add(path, field, rule, Optional.empty());
    }

    void addAll(String path, List<Problem> problems) {
        problems.forEach(one -> add(path, one.path(), one.rule(), one.suggestion()));
    }

    boolean isEmpty() {
        return edits.isEmpty();
    }

    /** At most {@link #MOST}; where there are more, the last one says how many. */
    List<RejectedEdit> bounded() {
        if (untold == 0) {
            return List.copyOf(edits);
        }
        List<RejectedEdit> shown = new ArrayList<>(edits.subList(0, MOST - 1));
        shown.add(
                new RejectedEdit(
                        "",
                        "",
                        "and %d more that are not listed".formatted(untold + 1),
                        Optional.empty(),
                        now));
        return List.copyOf(shown);
    }

    private void add(String path, String field, String rule, Optional<String> suggestion) {
        if (edits.size() == MOST) {
            // There may be one for each project.
            untold++;
            return;
        }
        // Names are free too: whoever shows these has a bound on what it shows, or on its znode.
        String znode = cut(ZnodePaths.shown(path), MOST_NAME_CHARS);
        String shortField = cut(field, MOST_NAME_CHARS);
        String shortRule = cut(rule, MOST_RULE_CHARS);
        Instant first = since.getOrDefault(key(znode, shortField, shortRule), now);
        edits.add(new RejectedEdit(znode, shortField, shortRule, suggestion, first));
    }

    private static String cut(String text, int mostChars) {
        return text.length() > mostChars ? text.substring(0, mostChars) + "…" : text;
    }

    private static String key(String znode, String field, String rule) {
        return znode + "\n" + field + "\n" + rule;
    }
}
