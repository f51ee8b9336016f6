package dev.homeport.router.admin;

import dev.homeport.router.tls.ServerCertificate.Reload;
import dev.homeport.topology.Words;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.function.Supplier;

/**
 * What became of files that changed while the router runs.
 *
 * <ul>
 *   <li>{@code router.admin.reloads{file,outcome}}
 *   <li>{@code router.admin.stale{file}}: 1 while the file as it is now is not in use
 * </ul>
 */
final class ReloadMeters {
    private static final String RELOADS = "router.admin.reloads";

    private final MeterRegistry registry;

    /** All at zero from the start, also those of files that are not configured. */
    ReloadMeters(MeterRegistry registry) {
        this.registry = registry;
        for (String file : List.of("tokens", "peer-token", "certificate")) {
            counter(file, Reload.DONE);
            counter(file, Reload.FAILED);
        }
    }

    void bindStale(String file, Supplier<Boolean> isStale) {
        Gauge.builder("router.admin.stale", () -> isStale.get() ? 1 : 0)
                .description("1 while a file of the admin interface cannot be used as it is now")
                .tag("file", file)
                .strongReference(true)
                .register(registry);
    }

    void count(String file, Reload outcome) {
        if (outcome != Reload.NOTHING_NEW) {
            counter(file, outcome).increment();
        }
    }

    private Counter counter(String file, Reload outcome) {
        return Counter.builder(RELOADS)
                .description("Files of the admin interface that were read again")
                .tag("file", file)
                .tag("outcome", Words.of(outcome))
                .register(registry);
    }
}
