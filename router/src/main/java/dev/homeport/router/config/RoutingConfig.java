package dev.homeport.router.config;

import dev.homeport.topology.fields.Fields;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Section {@code routing}: where in a connection the project's name stands.
 *
 * @param keys asked in this order; the first that matches decides, also when nobody knows the
 *     project it names
 */
public record RoutingConfig(List<RouteKeyConfig> keys) {
    public static final RoutingConfig DEFAULT =
            new RoutingConfig(
                    List.of(
                            new RouteKeyConfig.User(RouteKeyConfig.User.DEFAULT_SEPARATOR),
                            new RouteKeyConfig.Attribute(
                                    "project", Pattern.compile("(?<project>.+)")),
                            new RouteKeyConfig.Schema(Pattern.compile("(?<project>.+)"))));

    public RoutingConfig {
        keys = List.copyOf(keys);
    }

    /** Whether any key is of that kind. */
    public boolean has(Class<? extends RouteKeyConfig> kind) {
        return keys.stream().anyMatch(kind::isInstance);
    }

    static Optional<RoutingConfig> read(Fields fields) {
        List<Fields> entries = fields.objects("keys");
        List<RouteKeyConfig> keys = new ArrayList<>();
        for (Fields entry : entries) {
            RouteKeyConfig.read(entry).ifPresent(keys::add);
        }
        if (!fields.has("keys")) {
            keys.addAll(DEFAULT.keys);
        }
        fields.problems()
                .require(
                        !fields.has("keys") || !entries.isEmpty(),
                        fields.pathOf("keys"),
                        "must have at least one key");
        requireReachable(fields, keys);
        return fields.build(() -> new RoutingConfig(keys));
    }

    private static void requireReachable(Fields fields, List<RouteKeyConfig> keys) {
        for (int i = 0; i < keys.size(); i++) {
            fields.problems()
                    .require(
                            !(keys.get(i) instanceof RouteKeyConfig.Default)
                                    || i == keys.size() - 1,
                            fields.pathOf("keys"),
                            "key default always matches, so it must be the last");
            fields.problems()
                    .require(
                            keys.indexOf(keys.get(i)) == i,
                            fields.pathOf("keys"),
                            "key %s stands there twice".formatted(keys.get(i).kind()));
        }
    }
}
