package dev.homeport.router.config;

import static java.util.Objects.requireNonNull;

import dev.homeport.topology.fields.Fields;
import java.util.Optional;

/**
 * Section {@code network}: threads and sockets.
 *
 * @param eventLoops how many threads carry sessions, 0 to 1024; 0 takes one per core, and one in
 *     all on a machine with two cores or fewer
 */
public record NetworkConfig(Transport transport, int eventLoops) {
    public static final NetworkConfig DEFAULT = new NetworkConfig(Transport.AUTO, 0);

    public NetworkConfig {
        requireNonNull(transport, "transport");
    }

    static Optional<NetworkConfig> read(Fields fields) {
        Transport transport =
                fields.optionalWord("transport", Transport.class).orElse(DEFAULT.transport);
        int eventLoops = fields.integer("eventLoops", DEFAULT.eventLoops, 0, 1024);
        return fields.build(() -> new NetworkConfig(transport, eventLoops));
    }
}
