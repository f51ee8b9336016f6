package dev.homeport.router.admission;

/**
 * How many projects logins may place on one router, on average: each of these may come at once,
 * too, after a while without any.
 *
 * @param perSecond all together; ten seconds' worth may come at once
 * @param perAddressPerMinute by clients of one source address
 * @param perUserPerMinute by one user, as it is sent on to the instance
 */
public record OnDemandLimits(int perSecond, int perAddressPerMinute, int perUserPerMinute) {
    public static final OnDemandLimits DEFAULT = new OnDemandLimits(10, 10, 10);

    /**
     * @throws IllegalArgumentException if one is less than 1
     */
    public OnDemandLimits {
        if (Math.min(perSecond, Math.min(perAddressPerMinute, perUserPerMinute)) < 1) {
            throw new IllegalArgumentException("each limit must be at least 1");
        }
    }
}
