package dev.homeport.router.config;

import dev.homeport.topology.ProjectId;
import dev.homeport.topology.fields.Fields;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Section {@code commands}: which projects may use commands that are refused otherwise.
 *
 * @param replicationProjects may read the binary log and clone: COM_REGISTER_SLAVE,
 *     COM_BINLOG_DUMP, COM_BINLOG_DUMP_GTID, COM_TABLE_DUMP, COM_CLONE. That shows them the data of
 *     every project of their cluster, so it is for the projects of operators
 */
public record CommandsConfig(Set<ProjectId> replicationProjects) {
    public static final CommandsConfig DEFAULT = new CommandsConfig(Set.of());

    public CommandsConfig {
        replicationProjects = Set.copyOf(replicationProjects);
    }

    static Optional<CommandsConfig> read(Fields fields) {
        Optional<Fields> replication = fields.object("replication");
        Set<ProjectId> projects =
                replication.map(CommandsConfig::readProjects).orElse(DEFAULT.replicationProjects);
        return fields.build(() -> new CommandsConfig(projects));
    }

    private static Set<ProjectId> readProjects(Fields fields) {
        List<ProjectId> projects = fields.list("projects", ProjectId::new);
        fields.problems()
                .require(
                        fields.has("projects"),
                        fields.pathOf("projects"),
                        "is required in the section");
        return fields.build(() -> Set.copyOf(projects)).orElse(Set.of());
    }
}
