package dev.homeport.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The servers that definitions of clusters name. Pure. */
final class ServerNames {
    private ServerNames() {}

    /**
     * A server that two definitions name.
     *
     * @param field of the first, such as {@code instances[1]}
     */
    record Shared(String field, String address) {}

    /** The first server of a definition that another one names too. */
    static Optional<Shared> shared(JsonNode definition, JsonNode other) {
        Set<String> others = new TreeSet<>();
        other.path("instances").forEach(one -> address(one).ifPresent(others::add));
        JsonNode instances = definition.path("instances");
        for (int i = 0; i < instances.size(); i++) {
            Optional<String> address = address(instances.path(i)).filter(others::contains);
            if (address.isPresent()) {
                return Optional.of(new Shared("instances[%d]".formatted(i), address.get()));
            }
        }
        return Optional.empty();
    }

    /** In small letters, as routers compare; whatever has none is left to them to complain of. */
    private static Optional<String> address(JsonNode instance) {
        JsonNode host = instance.path("host");
        JsonNode port = instance.path("port");
        return host.isTextual() && port.isInt()
                ? Optional.of(
                        "%s:%d"
                                .formatted(host.textValue(), port.intValue())
                                .toLowerCase(Locale.ROOT))
                : Optional.empty();
    }
}
