package dev.homeport.router.session;

import static java.util.Objects.requireNonNull;

import dev.homeport.router.config.ListenerConfig;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * A port that applications connect to, as its sessions see it.
 *
 * @param tls empty where clients are not offered any
 * @param offer the capability flags that the next greeting offers; safe on any thread
 */
public record Listener(ListenerConfig config, Optional<ClientTls> tls, LongSupplier offer) {
    public Listener {
        requireNonNull(config, "config");
        requireNonNull(tls, "tls");
        requireNonNull(offer, "offer");
    }
}
