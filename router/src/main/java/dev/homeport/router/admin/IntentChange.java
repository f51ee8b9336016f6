package dev.homeport.router.admin;

import dev.homeport.topology.ClusterIntent;
import dev.homeport.topology.Intent;
import dev.homeport.topology.Words;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * Which intent follows which. Pure.
 *
 * <pre>
 *  active --cordon--> cordoned --uncordon--> active
 *  active, cordoned --drain--> draining --offline--> offline
 *  active, cordoned --offline--> offline
 *  draining, offline --online--> what it was before
 * </pre>
 *
 * A verb on an intent that it leads to itself only brings reason and deadline up to date.
 */
final class IntentChange {
    private IntentChange() {}

    /**
     * The new intent.
     *
     * @throws IllegalStateException if the verb does not fit to the intent in force
     */
    static ClusterIntent apply(
            IntentVerb verb, ClusterIntent found, IntentRequest request, String by, Instant now) {
        Intent target = checked(verb, found);
        boolean isSame = target == found.intent();
        return new ClusterIntent(
                target,
                request.reason(),
                by,
                isSame ? found.since() : Optional.of(now),
                request.retryAfter(),
                request.deadline(),
                verb.endsSessions() ? Optional.of(before(found)) : Optional.empty());
    }

    /**
     * What the verb leads to.
     *
     * @throws IllegalStateException if the verb does not fit to the intent in force
     */
    static Intent checked(IntentVerb verb, ClusterIntent found) {
        if (!from(verb).contains(found.intent())) {
            throw new IllegalStateException(
                    "a cluster that is %s cannot be asked to %s"
                            .formatted(Words.of(found.intent()), phrase(verb)));
        }
        return target(verb, found);
    }

    private static Intent target(IntentVerb verb, ClusterIntent found) {
        return switch (verb) {
            case CORDON -> Intent.CORDONED;
            case UNCORDON -> Intent.ACTIVE;
            case DRAIN -> Intent.DRAINING;
            case OFFLINE -> Intent.OFFLINE;
            case ONLINE -> before(found);
        };
    }

    private static Set<Intent> from(IntentVerb verb) {
        return switch (verb) {
            case CORDON -> EnumSet.of(Intent.ACTIVE, Intent.CORDONED);
            case UNCORDON -> EnumSet.of(Intent.CORDONED);
            case DRAIN -> EnumSet.of(Intent.ACTIVE, Intent.CORDONED, Intent.DRAINING);
            case OFFLINE -> EnumSet.allOf(Intent.class);
            case ONLINE -> EnumSet.of(Intent.DRAINING, Intent.OFFLINE);
        };
    }

    private static Intent before(ClusterIntent found) {
        return switch (found.intent()) {
            case ACTIVE, CORDONED -> found.intent();
            // Somebody who edits the znode by hand need not say what was before.
            case DRAINING, OFFLINE -> found.previous().orElse(Intent.ACTIVE);
        };
    }

    private static String phrase(IntentVerb verb) {
        return switch (verb) {
            case CORDON -> "cordon: it takes no new projects already";
            case UNCORDON -> "uncordon: only a cordoned one can";
            case DRAIN -> "drain: it is refused already; bring it online first";
            case OFFLINE -> "go offline";
            case ONLINE -> "go online: only a draining or an offline one can";
        };
    }
}
