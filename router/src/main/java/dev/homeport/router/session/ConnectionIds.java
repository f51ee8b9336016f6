package dev.homeport.router.session;

/**
 * The ids that clients know their connections by: 31 bits, because drivers keep them in signed
 * integers. The upper nine are the router's number, from 1 on, the lower 22 a counter, so that an
 * id tells any router of the fleet whose connection it is.
 */
public final class ConnectionIds {
    private static final int COUNTER_BITS = 22;

    /** Counters go from 1 to this, which is more than a router takes connections. */
    static final int MOST_COUNTER = (1 << COUNTER_BITS) - 1;

    private ConnectionIds() {}

    static int of(int routerNumber, int counter) {
        return routerNumber << COUNTER_BITS | counter;
    }

    /** The number of the router that gave that id. */
    public static int routerNumber(int connectionId) {
        return connectionId >>> COUNTER_BITS;
    }
}
