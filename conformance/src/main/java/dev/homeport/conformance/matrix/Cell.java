package dev.homeport.conformance.matrix;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * One combination that is tried: the same script direct and through the router.
 *
 * @param plugin one of the server's
 */
public record Cell(Driver driver, ServerKind server, AuthPlugin plugin, Legs legs) {
    public Cell {
        requireNonNull(driver, "driver");
        requireNonNull(legs, "legs");
        if (!server.plugins().contains(plugin)) {
            throw new IllegalArgumentException(server + " is not tried with " + plugin);
        }
    }

    /** Why it is not tried, if it is not. */
    public Optional<Limitation> limitation() {
        return Limitation.of(driver, plugin);
    }

    /** Whether the driver can log in at all. */
    public boolean isLoginExpected() {
        return driver.has(plugin, legs.isClientTls());
    }

    /**
     * What this cell covers: two things together that may go wrong together. A driver that cannot
     * log in covers nothing.
     */
    public Set<String> covers() {
        if (!isLoginExpected() || limitation().isPresent()) {
            return Set.of();
        }
        return new TreeSet<>(
                List.of(
                        driver + " with " + server.family(),
                        driver + (legs.isClientTls() ? " with TLS" : " without TLS"),
                        server + " with " + plugin + " over " + legs));
    }

    @Override
    public String toString() {
        return "%s, %s, %s, %s"
                .formatted(driver.title(), server.title(), plugin.title(), legs.title());
    }
}
