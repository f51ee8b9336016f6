package dev.homeport.router.admin;

import dev.homeport.topology.Placement;
import dev.homeport.topology.ProjectId;
import dev.homeport.topology.Words;
import dev.homeport.topology.zk.PlacementDigest;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * ETags of records that people change: the version of the znode. A cluster is two records, and its
 * tag has both: {@code "3.5"} is version 3 of what it is and version 5 of what is wanted of it;
 * {@code "3"} and {@code ".5"} are either one alone. -1 stands for a znode that is not there. A
 * project shares its znode with others, so its tag is a digest of its own record: {@code
 * "5f1d0c9a2b7e4483"}.
 */
final class EntityTags {
    private static final String ANY = "*";
    private static final String NUMBER = "(-1|\\d{1,9})";
    private static final Pattern FORM =
            Pattern.compile("\"(?=[^\"])" + NUMBER + "?(?:\\." + NUMBER + ")?\"");
    private static final Pattern DIGEST = Pattern.compile("\"[0-9a-f]{16}\"");
    private static final String HEADER = "If-Match";

    private EntityTags() {}

    static String of(int version) {
        return "\"" + version + "\"";
    }

    static Optional<String> of(OptionalInt version) {
        return version.isPresent() ? Optional.of(of(version.getAsInt())) : Optional.empty();
    }

    static String ofIntent(int version) {
        return "\"." + version + "\"";
    }

    static Optional<String> ofIntent(OptionalInt version) {
        return version.isPresent() ? Optional.of(ofIntent(version.getAsInt())) : Optional.empty();
    }

    /** Always known: it follows from what the record says. */
    static String ofProject(ProjectId project, Placement placement) {
        return "\"" + PlacementDigest.of(project, placement) + "\"";
    }

    /** Empty where either is not known. */
    static Optional<String> ofCluster(OptionalInt definition, OptionalInt intent) {
        return definition.isPresent() && intent.isPresent()
                ? Optional.of("\"%d.%d\"".formatted(definition.getAsInt(), intent.getAsInt()))
                : Optional.empty();
    }

    /** Whether a route that changes something looks at {@code If-Match}. */
    static boolean areTakenBy(Endpoint endpoint) {
        String cluster = "/v1/clusters/{id}";
        String project = "/v1/projects/{id}";
        return endpoint.path().equals(cluster)
                || endpoint.path().equals(project)
                || endpoint.path().equals(project + "/offline")
                || endpoint.path().equals(project + "/online")
                || endpoint.path().equals("/v1/placement-policy")
                || endpoint.path().equals("/v1/guard")
                || Arrays.stream(IntentVerb.values())
                        .anyMatch(verb -> endpoint.path().equals(cluster + "/" + Words.of(verb)));
    }

    /** Whether any version will do, as long as there is one. */
    static boolean isAny(Call call) {
        return call.ifMatch().filter(ANY::equals).isPresent();
    }

    /**
     * The version of the record itself that the request goes by; empty where it goes by none.
     *
     * @throws Refusal 400 if the header is none of the tags that this interface gives
     */
    static OptionalInt expected(Call call) throws Refusal {
        return group(call, 1, "a tag such as \"3\" or \"3.5\"");
    }

    /** The version of a cluster's intent that the request goes by, likewise. */
    static OptionalInt expectedIntent(Call call) throws Refusal {
        return group(call, 2, "a tag such as \"3.5\" or \".5\", as GET /v1/clusters/{id} gives it");
    }

    /**
     * The tag of a project's record that the request goes by; empty where it goes by none.
     *
     * @throws Refusal 400 if the header is none of the tags that this interface gives
     */
    static Optional<String> expectedProject(Call call) throws Refusal {
        Optional<String> tag = call.ifMatch().map(String::strip).filter(one -> !one.equals(ANY));
        if (tag.isPresent() && !DIGEST.matcher(tag.get()).matches()) {
            throw wrong(
                    tag.get(), "a tag of 16 hexadecimal digits, as GET /v1/projects/{id} gives it");
        }
        return tag;
    }

    /**
     * For what writes nothing.
     *
     * @throws Refusal 409 if the version is known to be another one
     */
    static void requireCurrent(OptionalInt expected, OptionalInt current, String tag)
            throws Refusal {
        if (expected.isPresent() && current.isPresent() && !expected.equals(current)) {
            throw Refusal.versionConflict(
                    "the version is %d, not %d".formatted(current.getAsInt(), expected.getAsInt()),
                    tag);
        }
    }

    private static OptionalInt group(Call call, int group, String expected) throws Refusal {
        Optional<String> header = call.ifMatch();
        if (header.isEmpty() || isAny(call)) {
            return OptionalInt.empty();
        }
        Matcher matcher = FORM.matcher(header.get().strip());
        if (!matcher.matches() || matcher.group(group) == null) {
            throw wrong(header.get(), expected);
        }
        return OptionalInt.of(Integer.parseInt(matcher.group(group)));
    }

    private static Refusal wrong(String header, String expected) {
        return Refusal.invalid(
                HEADER, "must be * or %s, was %s".formatted(expected, Reasons.shown(header)));
    }
}
