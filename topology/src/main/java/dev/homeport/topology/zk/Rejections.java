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

    /** Of what was rejected before: by all that it says, and by znode where it means all of it. */
    private final Map<String, Instant> since = new HashMap<>();

    private final Instant now;
    private final List<RejectedEdit> edits = new ArrayList<>();
    private int untold;

    Rejections(List<RejectedEdit> before, Instant now) {
        for (RejectedEdit edit : before) {
            since.put(key(edit.znode(), edit.field(), edit.rule()), edit.since());
            if (edit.field().isEmpty()) {
                since.merge(
                        edit.znode(),
                        edit.since(),
                        (one, other) -> one.isBefore(other) ? one : other);
            }
        }
        this.now = now;
    }

    void add(String path, String field, String rule) {
        add(path, field, rule, Optional.empty());
    }

    /**
     * Adds what is wrong with a parent and all that stands below it. It keeps its time whatever
     * becomes of the numbers in the rule.
     */
    void addOfAll(String parent, String rule) {
        String znode = ZnodePaths.shown(parent);
        add(new RejectedEdit(znode, "", rule, Optional.empty(), since.getOrDefault(znode, now)));
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
                        RejectedEdit.OTHERS,
                        "",
                        "and %d more that are not listed".formatted(untold + 1),
                        Optional.empty(),
                        now));
        return List.copyOf(shown);
    }

    private void add(String path, String field, String rule, Optional<String> suggestion) {
        // Names are free too: whoever shows these has a bound on what it shows, or on its znode.
        String znode = cut(ZnodePaths.shown(path), MOST_NAME_CHARS);
        String shortField = cut(field, MOST_NAME_CHARS);
        String shortRule = cut(rule, MOST_RULE_CHARS);
        Instant first = since.getOrDefault(key(znode, shortField, shortRule), now);
        add(new RejectedEdit(znode, shortField, shortRule, suggestion, first));
    }

    private void add(RejectedEdit edit) {
        if (edits.size() == MOST) {
            // There may be one for each project.
            untold++;
        } else {
            edits.add(edit);
        }
    }

    private static String cut(String text, int mostChars) {
        return text.length() > mostChars ? text.substring(0, mostChars) + "…" : text;
    }

    private static String key(String znode, String field, String rule) {
        return znode + "\n" + field + "\n" + rule;
    }
}
