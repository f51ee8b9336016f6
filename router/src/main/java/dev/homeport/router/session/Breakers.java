package dev.homeport.router.session;

import dev.homeport.router.config.BreakerConfig;
import dev.homeport.topology.Instance;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** One breaker per address that was ever connected to; addresses are few. Thread-safe. */
public final class Breakers {
    private final Map<String, Breaker> byAddress = new ConcurrentHashMap<>();
    private final BreakerConfig config;

    public Breakers(BreakerConfig config) {
        this.config = config;
    }

    Breaker of(Instance instance) {
        return byAddress.computeIfAbsent(
                instance.address(), address -> new Breaker(config.failures(), config.openFor()));
    }

    /** Whether connections to the instance are refused without being tried. */
    public boolean isOpen(Instance instance) {
        Breaker breaker = byAddress.get(instance.address());
        return breaker != null && breaker.isOpen();
    }
}
