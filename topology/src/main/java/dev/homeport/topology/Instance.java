package dev.homeport.topology;

import static java.util.Objects.requireNonNull;

/**
 * Where one server listens.
 *
 * @param host name or address, not empty
 * @param port 1 to 65535
 */
public record Instance(InstanceId id, String host, int port) {
    /**
     * @throws IllegalArgumentException if host or port is out of range
     */
    public Instance {
        requireNonNull(id, "id");
        if (host.isBlank()) {
            throw new IllegalArgumentException("host of instance " + id + " is empty");
        }
        if (port < 1 || port > 65535) {
            throw new IllegalArgumentException(
                    "port of instance " + id + " must be 1 to 65535, was " + port);
        }
    }

    /** {@code host:port}, as people write it. */
    public String address() {
        return host.indexOf(':') >= 0 ? "[" + host + "]:" + port : host + ":" + port;
    }
}
