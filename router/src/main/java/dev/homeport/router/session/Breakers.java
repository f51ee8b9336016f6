package dev.homeport.router.session;

import dev.homeport.router.config.BreakerConfig;
import dev.homeport.topology.Instance;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/** One breaker per address that was ever connected to; addresses are few. Thread-safe. */
public final class Breakers {
    /** So long a connection that failed says something of now. */
    static final Duration MEMORY = Duration.ofMinutes(1);

    private final Map<String, Breaker> byAddress = new ConcurrentHashMap<>();
    private final BreakerConfig config;

    public Breakers(BreakerConfig config) {
        this.config = config;
    }

    Breaker of(Instance instance) {
        return byAddress.computeIfAbsent(
                instance.address(), address -> new Breaker(config.failures(), config.openFor()));
    }

    /**
     * Addresses that connections are refused to without being tried. One that nobody wanted for a
     * while is not among them: whether it answers again nobody knows.
     */
    public Map<String, Outage> outages(Instant now) {
        Map<String, Outage> found = new TreeMap<>();
        byAddress.forEach(
                (address, breaker) ->
                        breaker.outage()
                                .filter(outage -> isRecent(outage, now))
                                .ifPresent(outage -> found.put(address, outage)));
        return found;
    }

    /** Whether an instance is among {@link #outages}. */
    public boolean isOut(Instance instance, Instant now) {
        Breaker breaker = byAddress.get(instance.address());
        return breaker != null
                && breaker.outage().filter(outage -> isRecent(outage, now)).isPresent();
    }

    private static boolean isRecent(Outage outage, Instant now) {
        return Duration.between(outage.tried(), now).compareTo(MEMORY) <= 0;
    }
}
