package dev.homeport.router.config;

import static java.util.Objects.requireNonNull;

import dev.homeport.topology.RouterId;
import dev.homeport.topology.fields.ConfigException;
import dev.homeport.topology.fields.Fields;
import dev.homeport.topology.fields.Problems;
import dev.homeport.topology.fields.YamlFile;
import dev.homeport.topology.zk.ZooKeeperConfig;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The whole of {@code router.yaml}.
 *
 * @param id names this router in the fleet; no other may have it
 * @param snapshotFile where the picture of the fleet is kept, so that the router starts without
 *     ZooKeeper
 * @param listeners at least one
 * @param placement what logins may have placed
 * @param provisioning the account that makes the schemas of new projects on their home cluster;
 *     without it this router places no projects
 * @param guard the account that sets aside what statements would destroy; without it this router
 *     guards nothing
 */
public record RouterConfig(
        RouterId id,
        ZooKeeperConfig zookeeper,
        Path snapshotFile,
        List<ListenerConfig> listeners,
        RoutingConfig routing,
        BackendConfig backend,
        LimitsConfig limits,
        CommandsConfig commands,
        NetworkConfig network,
        AdminConfig admin,
        PlacementConfig placement,
        Optional<ServiceAccountConfig> provisioning,
        Optional<ServiceAccountConfig> guard,
        ShutdownConfig shutdown) {
    public static final Path DEFAULT_SNAPSHOT_FILE = Path.of("/var/lib/homeport/fleet.snapshot");

    public RouterConfig {
        requireNonNull(id, "id");
        requireNonNull(zookeeper, "zookeeper");
        requireNonNull(snapshotFile, "snapshotFile");
        listeners = List.copyOf(listeners);
        requireNonNull(routing, "routing");
        requireNonNull(backend, "backend");
        requireNonNull(limits, "limits");
        requireNonNull(commands, "commands");
        requireNonNull(network, "network");
        requireNonNull(admin, "admin");
        requireNonNull(placement, "placement");
        requireNonNull(provisioning, "provisioning");
        requireNonNull(guard, "guard");
        requireNonNull(shutdown, "shutdown");
    }

    /**
     * Reads the file.
     *
     * @throws ConfigException if it cannot be read or has problems; names all of them
     */
    public static RouterConfig load(Path file) throws ConfigException {
        return YamlFile.read(file, RouterConfig::read);
    }

    static Optional<RouterConfig> read(Fields fields) {
        Optional<RouterId> id = fields.required("id", RouterId::new);
        Optional<ZooKeeperConfig> zookeeper = readZooKeeper(fields);
        Path snapshotFile = fields.optional("snapshotFile", Path::of).orElse(DEFAULT_SNAPSHOT_FILE);
        List<ListenerConfig> listeners = readListeners(fields);
        Optional<RoutingConfig> routing =
                Section.orDefault(fields, "routing", RoutingConfig.DEFAULT, RoutingConfig::read);
        Optional<BackendConfig> backend =
                Section.orDefault(fields, "backend", BackendConfig.DEFAULT, BackendConfig::read);
        Optional<LimitsConfig> limits =
                Section.orDefault(fields, "limits", LimitsConfig.DEFAULT, LimitsConfig::read);
        Optional<CommandsConfig> commands =
                Section.orDefault(fields, "commands", CommandsConfig.DEFAULT, CommandsConfig::read);
        Optional<NetworkConfig> network =
                Section.orDefault(fields, "network", NetworkConfig.DEFAULT, NetworkConfig::read);
        Optional<AdminConfig> admin =
                Section.orDefault(fields, "admin", AdminConfig.DEFAULT, AdminConfig::read);
        Optional<PlacementConfig> placement =
                Section.orDefault(
                        fields, "placement", PlacementConfig.DEFAULT, PlacementConfig::read);
        Optional<ServiceAccountConfig> provisioning =
                fields.object("provisioning").flatMap(ServiceAccountConfig::read);
        Optional<ServiceAccountConfig> guard =
                fields.object("guard").flatMap(ServiceAccountConfig::read);
        Optional<ShutdownConfig> shutdown =
                Section.orDefault(fields, "shutdown", ShutdownConfig.DEFAULT, ShutdownConfig::read);
        routing.ifPresent(keys -> requireProjectsAndKeysAgree(fields, listeners, keys));
        requireOwnPorts(fields, listeners, admin);
        return fields.build(
                () ->
                        new RouterConfig(
                                id.orElseThrow(),
                                zookeeper.orElseThrow(),
                                snapshotFile,
                                listeners,
                                routing.orElseThrow(),
                                backend.orElseThrow(),
                                limits.orElseThrow(),
                                commands.orElseThrow(),
                                network.orElseThrow(),
                                admin.orElseThrow(),
                                placement.orElseThrow(),
                                provisioning,
                                guard,
                                shutdown.orElseThrow()));
    }

    private static Optional<ZooKeeperConfig> readZooKeeper(Fields fields) {
        fields.problems().require(fields.has("zookeeper"), "zookeeper", "is required");
        return fields.object("zookeeper").flatMap(ZooKeeperConfig::read);
    }

    private static List<ListenerConfig> readListeners(Fields fields) {
        List<Fields> entries = fields.objects("listeners");
        fields.problems()
                .require(!entries.isEmpty(), "listeners", "must have at least one listener");
        return entries.stream().flatMap(entry -> ListenerConfig.read(entry).stream()).toList();
    }

    private static void requireProjectsAndKeysAgree(
            Fields fields, List<ListenerConfig> listeners, RoutingConfig routing) {
        boolean isNamed = listeners.stream().anyMatch(one -> one.project().isPresent());
        boolean isAsked = routing.has(RouteKeyConfig.Listener.class);
        fields.problems()
                .require(
                        !isNamed || isAsked,
                        "listeners",
                        "a listener names a project, but routing.keys has no key listener that"
                                + " would look at it");
    }

    private static void requireOwnPorts(
            Fields fields, List<ListenerConfig> listeners, Optional<AdminConfig> admin) {
        Problems problems = fields.problems();
        Set<String> names = new HashSet<>();
        List<Endpoint> taken = new ArrayList<>();
        for (int i = 0; i < listeners.size(); i++) {
            ListenerConfig listener = listeners.get(i);
            String path = "listeners[" + i + "]";
            problems.require(
                    names.add(listener.name()), path + ".name", "stands there more than once");
            takePort(new Endpoint(listener.bind(), listener.port()), path, taken, problems);
        }
        admin.ifPresent(
                one -> takePort(new Endpoint(one.bind(), one.port()), "admin", taken, problems));
    }

    private static void takePort(
            Endpoint endpoint, String path, List<Endpoint> taken, Problems problems) {
        problems.require(
                taken.stream().noneMatch(endpoint::overlaps),
                path + ".port",
                "is taken by another listener, was " + endpoint.port);
        taken.add(endpoint);
    }

    private record Endpoint(InetAddress bind, int port) {
        boolean overlaps(Endpoint other) {
            return port != 0
                    && port == other.port
                    && (bind.equals(other.bind)
                            || bind.isAnyLocalAddress()
                            || other.bind.isAnyLocalAddress());
        }
    }
}
