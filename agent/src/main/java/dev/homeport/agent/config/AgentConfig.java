package dev.homeport.agent.config;

import static java.util.Objects.requireNonNull;

import dev.homeport.quarantine.account.TlsFiles;
import dev.homeport.topology.AgentId;
import dev.homeport.topology.ClusterId;
import dev.homeport.topology.fields.ConfigException;
import dev.homeport.topology.fields.Fields;
import dev.homeport.topology.fields.YamlFile;
import dev.homeport.topology.zk.ZooKeeperConfig;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The whole file, {@code agent.yaml}.
 *
 * @param id unique among the agents of the cluster
 * @param cluster what it watches
 * @param tls what it brings to TLS with instances, and with routers for the canary
 * @param quarantine without it this agent purges nothing and finishes nothing that a router left
 */
public record AgentConfig(
        AgentId id,
        ClusterId cluster,
        ZooKeeperConfig zookeeper,
        TlsFiles tls,
        ProbeConfig probe,
        WatchConfig watch,
        RoutersConfig routers,
        AdminConfig admin,
        Optional<QuarantineConfig> quarantine) {
    public AgentConfig {
        requireNonNull(id, "id");
        requireNonNull(cluster, "cluster");
        requireNonNull(zookeeper, "zookeeper");
        requireNonNull(tls, "tls");
        requireNonNull(probe, "probe");
        requireNonNull(watch, "watch");
        requireNonNull(routers, "routers");
        requireNonNull(admin, "admin");
        requireNonNull(quarantine, "quarantine");
    }

    /**
     * Reads the file and the secrets that it names.
     *
     * @throws ConfigException with everything that is wrong with it
     */
    public static AgentConfig read(Path file) throws ConfigException {
        return YamlFile.read(file, AgentConfig::read);
    }

    /** Reads a document; empty if it has problems, which are then in the fields' problems. */
    static Optional<AgentConfig> read(Fields fields) {
        Optional<AgentId> id = fields.required("id", AgentId::new);
        Optional<ClusterId> cluster = fields.required("cluster", ClusterId::new);
        Optional<ZooKeeperConfig> zookeeper =
                section(fields, "zookeeper").flatMap(ZooKeeperConfig::read);
        Optional<TlsFiles> tls =
                fields.has("tls")
                        ? section(fields, "tls").flatMap(TlsFiles::read)
                        : Optional.of(TlsFiles.NONE);
        Optional<ProbeConfig> probe = section(fields, "probe").flatMap(ProbeConfig::read);
        Optional<WatchConfig> watch =
                fields.has("watch")
                        ? section(fields, "watch").flatMap(WatchConfig::read)
                        : Optional.of(WatchConfig.DEFAULT);
        Optional<RoutersConfig> routers =
                fields.has("routers")
                        ? section(fields, "routers").flatMap(RoutersConfig::read)
                        : Optional.of(RoutersConfig.DEFAULT);
        Optional<AdminConfig> admin =
                fields.has("admin")
                        ? section(fields, "admin").flatMap(AdminConfig::read)
                        : Optional.of(AdminConfig.DEFAULT);
        Optional<QuarantineConfig> quarantine =
                fields.object("quarantine").flatMap(QuarantineConfig::read);
        return fields.build(
                () ->
                        new AgentConfig(
                                id.orElseThrow(),
                                cluster.orElseThrow(),
                                zookeeper.orElseThrow(),
                                tls.orElseThrow(),
                                probe.orElseThrow(),
                                watch.orElseThrow(),
                                routers.orElseThrow(),
                                admin.orElseThrow(),
                                quarantine));
    }

    private static Optional<Fields> section(Fields fields, String name) {
        Optional<Fields> section = fields.object(name);
        fields.problems().require(section.isPresent(), fields.pathOf(name), "is required");
        return section;
    }
}
