package dev.homeport.topology;

import static java.util.Objects.requireNonNull;

import java.util.Map;
import java.util.OptionalInt;

/**
 * In which versions of their znodes the records that people change are in force. Empty where that
 * is not known: the picture is from the file, or what was in force is kept against what stands
 * there.
 */
public record RecordVersions(
        Map<ClusterId, Integer> definitions,
        Map<ClusterId, Integer> intents,
        OptionalInt policy,
        OptionalInt guard) {
    /** The version of a znode that does not stand there: its default is in force. */
    public static final int ABSENT = -1;

    /** Nothing is known. */
    public static final RecordVersions UNKNOWN =
            new RecordVersions(Map.of(), Map.of(), OptionalInt.empty(), OptionalInt.empty());

    public RecordVersions {
        definitions = Map.copyOf(definitions);
        intents = Map.copyOf(intents);
        requireNonNull(policy, "policy");
        requireNonNull(guard, "guard");
    }

    /** Of what a cluster is. */
    public OptionalInt definition(ClusterId cluster) {
        return of(definitions.get(cluster));
    }

    /** Of what operators want of a cluster. */
    public OptionalInt intent(ClusterId cluster) {
        return of(intents.get(cluster));
    }

    private static OptionalInt of(Integer version) {
        return version == null ? OptionalInt.empty() : OptionalInt.of(version);
    }
}
