package dev.homeport.agent.config;

import static java.util.Objects.requireNonNull;

import dev.homeport.topology.fields.Fields;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * The data-loss watch: section {@code watch}. docs/data-loss-watch.md explains what it does.
 *
 * @param enabled whether there is one
 * @param inventoryInterval from one inventory of the tables to the next, 5s to 1h
 * @param inventoryFile where the last one is kept, so that an agent that starts knows what there
 *     was
 * @param ownership whose a table is
 * @param limits from when on something is a loss
 * @param canary present if a canary is to be written and read through a router
 * @param webhook present if somebody is to be told by HTTP
 */
public record WatchConfig(
        boolean enabled,
        Duration inventoryInterval,
        Path inventoryFile,
        Ownership ownership,
        Limits limits,
        Optional<CanaryConfig> canary,
        Optional<WebhookConfig> webhook) {
    public static final WatchConfig DEFAULT =
            new WatchConfig(
                    true,
                    Duration.ofMinutes(1),
                    Path.of("/var/lib/homeport-agent/inventory.gz"),
                    Ownership.DEFAULT,
                    Limits.DEFAULT,
                    Optional.empty(),
                    Optional.empty());

    private static final Duration HOUR = Duration.ofHours(1);

    public WatchConfig {
        requireNonNull(inventoryInterval, "inventoryInterval");
        requireNonNull(inventoryFile, "inventoryFile");
        requireNonNull(ownership, "ownership");
        requireNonNull(limits, "limits");
        requireNonNull(canary, "canary");
        requireNonNull(webhook, "webhook");
    }

    /**
     * Patterns by which a table's names tell its owner, as texts: patterns are not equal to each
     * other.
     *
     * @param schema has to match a schema's whole name; its group {@code project} is the project
     * @param table where several projects share a schema: is looked for in a table's name and asked
     *     first
     * @param tenant is looked for in a table's name; its group {@code tenant} is the tenant
     */
    public record Ownership(String schema, Optional<String> table, Optional<String> tenant) {
        public static final Ownership DEFAULT =
                new Ownership("(?<project>.+)", Optional.empty(), Optional.empty());

        public Ownership {
            requireNonNull(schema, "schema");
            requireNonNull(table, "table");
            requireNonNull(tenant, "tenant");
        }

        private static Optional<Ownership> read(Fields fields) {
            String schema = fields.string("schema", DEFAULT.schema());
            requireGroup(fields, "schema", schema, "project");
            Optional<String> table = fields.optionalString("table");
            table.ifPresent(text -> requireGroup(fields, "table", text, "project"));
            Optional<String> tenant = fields.optionalString("tenant");
            tenant.ifPresent(text -> requireGroup(fields, "tenant", text, "tenant"));
            return fields.build(() -> new Ownership(schema, table, tenant));
        }

        private static void requireGroup(Fields fields, String key, String text, String group) {
            try {
                boolean has = Pattern.compile(text).namedGroups().containsKey(group);
                fields.problems()
                        .require(
                                has,
                                fields.pathOf(key),
                                "must have the group (?<%s>...)".formatted(group));
            } catch (PatternSyntaxException e) {
                fields.problems().add(fields.pathOf(key), "is no pattern: " + e.getDescription());
            }
        }
    }

    /**
     * From when on something is a loss.
     *
     * @param window over which tables and rows are summed up, 10s to 1h
     * @param tables of one project that nobody announced, 1 to 10000
     * @param sharePercent of a project's tables, or of its rows with the tables, 1 to 100
     * @param deletedSharePercent of a project's rows deleted by DELETE, not below {@code
     *     sharePercent}
     * @param minRows fewer rows are never a matter of shares
     * @param allowedTables of one project, dropped through routers whose rules allow it
     * @param clusterTables of several projects together
     * @param errors answers "no such table" of one project within a minute that are a hint
     */
    public record Limits(
            Duration window,
            int tables,
            int sharePercent,
            int deletedSharePercent,
            long minRows,
            int allowedTables,
            int clusterTables,
            int errors) {
        public static final Limits DEFAULT =
                new Limits(Duration.ofMinutes(1), 2, 10, 50, 1000, 100, 10, 50);

        private static final Duration MIN_WINDOW = Duration.ofSeconds(10);
        private static final int MOST = 1_000_000;

        public Limits {
            requireNonNull(window, "window");
        }

        private static Optional<Limits> read(Fields fields) {
            Duration window = fields.duration("window", DEFAULT.window(), MIN_WINDOW, HOUR);
            int tables = fields.integer("tables", DEFAULT.tables(), 1, 10_000);
            int share = fields.integer("sharePercent", DEFAULT.sharePercent(), 1, 100);
            int deleted =
                    fields.integer("deletedSharePercent", DEFAULT.deletedSharePercent(), 1, 100);
            long minRows = fields.longInteger("minRows", DEFAULT.minRows(), 1, Integer.MAX_VALUE);
            int allowed = fields.integer("allowedTables", DEFAULT.allowedTables(), 0, MOST);
            int cluster = fields.integer("clusterTables", DEFAULT.clusterTables(), 2, MOST);
            int errors = fields.integer("errors", DEFAULT.errors(), 1, MOST);
            fields.problems()
                    .require(
                            deleted >= share,
                            fields.pathOf("deletedSharePercent"),
                            "must not be below sharePercent (%d), was %d"
                                    .formatted(share, deleted));
            return fields.build(
                    () ->
                            new Limits(
                                    window, tables, share, deleted, minRows, allowed, cluster,
                                    errors));
        }
    }

    /** Reads the section; empty if it has problems, which are then in the fields' problems. */
    static Optional<WatchConfig> read(Fields fields) {
        boolean enabled = fields.bool("enabled", DEFAULT.enabled());
        Duration interval =
                fields.duration(
                        "inventoryInterval",
                        DEFAULT.inventoryInterval(),
                        Duration.ofSeconds(5),
                        HOUR);
        String file = fields.string("inventoryFile", DEFAULT.inventoryFile().toString());
        fields.problems()
                .require(!file.isBlank(), fields.pathOf("inventoryFile"), "must not be empty");
        Optional<Ownership> ownership =
                fields.has("ownership")
                        ? fields.object("ownership").flatMap(Ownership::read)
                        : Optional.of(Ownership.DEFAULT);
        Optional<Limits> limits =
                fields.has("limits")
                        ? fields.object("limits").flatMap(Limits::read)
                        : Optional.of(Limits.DEFAULT);
        Optional<CanaryConfig> canary = fields.object("canary").flatMap(CanaryConfig::read);
        Optional<WebhookConfig> webhook = fields.object("webhook").flatMap(WebhookConfig::read);
        return fields.build(
                () ->
                        new WatchConfig(
                                enabled,
                                interval,
                                Path.of(file),
                                ownership.orElseThrow(),
                                limits.orElseThrow(),
                                canary,
                                webhook));
    }
}
