package dev.homeport.router.netty;

import dev.homeport.topology.Family;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Function;

/** The home of each family that a test class needs, started once. For one thread. */
final class Homes implements AutoCloseable {
    private final Function<Family, Home> start;
    private final Map<Family, Home> started = new EnumMap<>(Family.class);

    Homes(Function<Family, Home> start) {
        this.start = start;
    }

    Home of(Family family) {
        return started.computeIfAbsent(family, start);
    }

    @Override
    public void close() {
        started.values().forEach(Home::close);
    }
}
