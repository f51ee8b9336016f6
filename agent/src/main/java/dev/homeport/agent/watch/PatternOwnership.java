package dev.homeport.agent.watch;

import static java.util.Objects.requireNonNull;

import dev.homeport.topology.ProjectId;
import dev.homeport.topology.TableName;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** By the names of schemas and tables. */
public final class PatternOwnership implements Ownership {
    /** Schemas whose owner is remembered; beyond that it is asked anew. */
    private static final int MOST_REMEMBERED = 100_000;

    private final Pattern schema;
    private final Optional<Pattern> table;
    private final Optional<Pattern> tenant;
    private final Map<String, Optional<ProjectId>> bySchema = new ConcurrentHashMap<>();

    /**
     * @param schema with the group {@code project}; has to match the whole name of the schema
     * @param table with the group {@code project}, for schemas that several projects share; is
     *     looked for in the table's name, and asked first
     * @param tenant with the group {@code tenant}; is looked for in the table's name
     */
    public PatternOwnership(Pattern schema, Optional<Pattern> table, Optional<Pattern> tenant) {
        this.schema = requireNonNull(schema, "schema");
        this.table = requireNonNull(table, "table");
        this.tenant = requireNonNull(tenant, "tenant");
    }

    @Override
    public Optional<ProjectId> project(TableName name) {
        return table.flatMap(pattern -> find(pattern, name.table(), "project"))
                .flatMap(ProjectId::parse)
                .or(() -> ofSchema(name.schema()));
    }

    private Optional<ProjectId> ofSchema(String name) {
        if (bySchema.size() >= MOST_REMEMBERED) {
            bySchema.clear();
        }
        return bySchema.computeIfAbsent(
                name,
                key -> {
                    Matcher matcher = schema.matcher(key);
                    return matcher.matches()
                            ? Optional.ofNullable(matcher.group("project"))
                                    .flatMap(ProjectId::parse)
                            : Optional.empty();
                });
    }

    @Override
    public Optional<String> tenant(TableName name) {
        return tenant.flatMap(pattern -> find(pattern, name.table(), "tenant"));
    }

    private static Optional<String> find(Pattern pattern, String text, String group) {
        Matcher matcher = pattern.matcher(text);
        return matcher.find() ? Optional.ofNullable(matcher.group(group)) : Optional.empty();
    }
}
