package dev.homeport.router.placement;

import dev.homeport.topology.ClusterId;
import dev.homeport.topology.Placement;
import dev.homeport.topology.RouterId;

/**
 * What stands in {@link Placement#error} while a project is not provisioned. It begins with {@code
 * begun} from the moment before the first statement ran: whatever is in the schema then came from
 * Homeport, so a later attempt may go on with it.
 */
final class ProvisioningNote {
    private static final String BEGUN = "begun on ";

    private ProvisioningNote() {}

    /** Whether an attempt found the schema on this home free and began to fill it. */
    static boolean isBegun(Placement placement) {
        return placement
                .error()
                .map(note -> note.startsWith(beginning(placement.home())))
                .orElse(false);
    }

    static String begun(ClusterId home, RouterId router) {
        return beginning(home) + router + ", not finished";
    }

    /** The note after a failure; it keeps that an earlier attempt began. */
    static String failed(Placement placement, RouterId router, String error) {
        return isBegun(placement)
                ? beginning(placement.home()) + router + ", then failed: " + error
                : error;
    }

    private static String beginning(ClusterId home) {
        return BEGUN + home + " by ";
    }
}
