package dev.homeport.router.admin;

import com.linecorp.armeria.common.HttpMethod;
import dev.homeport.topology.RouterId;
import dev.homeport.topology.Words;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** All routes, with the role that each one takes. */
final class EndpointTable {
    private static final Optional<Role> ANYBODY = Optional.empty();

    private final List<Endpoint> endpoints = new ArrayList<>();

    private EndpointTable() {}

    /**
     * @param staleFiles those of the interface that are not in use as they are now, and since when
     */
    static List<Endpoint> of(
            RouterId self,
            AdminParts parts,
            Supplier<Map<String, Instant>> staleFiles,
            EventFeed feed,
            Clock clock) {
        PictureTaker pictures = new PictureTaker(self, parts, clock);
        EndpointTable table = new EndpointTable();
        table.addProcess(new ProcessEndpoints(parts));
        table.addFleet(
                new StatusEndpoint(self, parts, staleFiles, pictures, clock),
                new FleetEndpoints(parts, pictures));
        table.addPlacement(new PlacementEndpoints(pictures));
        table.addPeers(new ConnectionEndpoints(parts));
        table.addClusters(new ClusterEndpoints(parts, pictures, clock));
        table.addProjects(new ProjectEndpoints(parts, pictures, clock));
        table.addGuard(new GuardEndpoints(parts, pictures, clock));
        table.addQuarantine(new QuarantineEndpoints(parts, pictures));
        table.addIncidents(new IncidentEndpoints(parts, pictures));
        table.addAudit(new AuditEndpoints(parts.audit()));
        table.addWitness(new WitnessEndpoints(parts, clock));
        table.addEvents(new EventEndpoint(feed));
        table.addDocument(new DocumentEndpoint());
        return List.copyOf(table.endpoints);
    }

    private void addProcess(ProcessEndpoints process) {
        add(HttpMethod.GET, "/health/live", ANYBODY, Lane.READ, process::live);
        add(HttpMethod.GET, "/health/ready", ANYBODY, Lane.READ, process::ready);
        read("/metrics", process::metrics);
    }

    private void addFleet(StatusEndpoint status, FleetEndpoints fleet) {
        read("/v1/status", status::status);
        read("/v1/routers", fleet::routers);
        read("/v1/agents", fleet::agents);
        read("/v1/route", fleet::route, "user", "schema", "sni", "listener", "attribute.");
        read("/v1/placement-policy", fleet::policy);
        write(
                HttpMethod.PUT,
                "/v1/placement-policy",
                Role.ADMIN,
                Lane.WRITE,
                fleet::putPolicy,
                "reason",
                "dryRun");
    }

    private void addPlacement(PlacementEndpoints placement) {
        read("/v1/placement/explain", placement::explain, "project");
        add(
                HttpMethod.GET,
                "/v1/placement/simulate",
                Optional.of(Role.VIEWER),
                Lane.SIMULATE,
                placement::simulate,
                "projects",
                "prefix");
    }

    private void addPeers(ConnectionEndpoints connections) {
        add(
                HttpMethod.GET,
                "/v1/connections/{id}",
                Optional.of(Role.PEER),
                Lane.READ,
                connections::get);
    }

    private void addClusters(ClusterEndpoints clusters) {
        String one = "/v1/clusters/{id}";
        read("/v1/clusters", clusters::list);
        read(one, clusters::get);
        read(one + "/definition", clusters::definition);
        write(HttpMethod.PUT, one, Role.ADMIN, Lane.WRITE, clusters::put, "reason", "dryRun");
        write(HttpMethod.DELETE, one, Role.ADMIN, Lane.WRITE, clusters::delete, "reason", "dryRun");
        for (IntentVerb verb : IntentVerb.values()) {
            write(
                    HttpMethod.POST,
                    one + "/" + Words.of(verb),
                    Role.OPERATOR,
                    Lane.WRITE,
                    clusters.change(verb),
                    "dryRun");
        }
    }

    private void addProjects(ProjectEndpoints projects) {
        String all = "/v1/projects";
        String one = "/v1/projects/{id}";
        read(all, projects::list, "cluster", "state", "after", "limit");
        read(one, projects::get);
        write(HttpMethod.POST, all, Role.OPERATOR, Lane.PLACE, projects::place);
        write(
                HttpMethod.DELETE,
                one,
                Role.OPERATOR,
                Lane.WRITE,
                projects::delete,
                "reason",
                "dryRun",
                "deadline");
        write(
                HttpMethod.POST,
                one + "/offline",
                Role.OPERATOR,
                Lane.WRITE,
                projects::offline,
                "dryRun");
        write(
                HttpMethod.POST,
                one + "/online",
                Role.OPERATOR,
                Lane.WRITE,
                projects::online,
                "dryRun");
    }

    private void addGuard(GuardEndpoints guard) {
        read("/v1/guard", guard::policy);
        write(
                HttpMethod.PUT,
                "/v1/guard",
                Role.ADMIN,
                Lane.WRITE,
                guard::putPolicy,
                "reason",
                "dryRun");
        String approvals = "/v1/approvals";
        read(approvals, guard::approvals);
        write(HttpMethod.POST, approvals, Role.OPERATOR, Lane.WRITE, guard::approve);
        write(
                HttpMethod.DELETE,
                approvals + "/{id}",
                Role.OPERATOR,
                Lane.WRITE,
                guard::removeApproval,
                "reason");
        String announcements = "/v1/announcements";
        read(announcements, guard::announcements);
        write(HttpMethod.POST, announcements, Role.OPERATOR, Lane.WRITE, guard::announce);
        write(
                HttpMethod.DELETE,
                announcements + "/{id}",
                Role.OPERATOR,
                Lane.WRITE,
                guard::removeAnnouncement,
                "reason");
    }

    private void addQuarantine(QuarantineEndpoints quarantine) {
        String project = "/v1/projects/{id}";
        add(
                HttpMethod.GET,
                project + "/quarantine",
                Optional.of(Role.VIEWER),
                Lane.PLACE,
                quarantine::list);
        write(HttpMethod.POST, project + "/undrop", Role.OPERATOR, Lane.PLACE, quarantine::undrop);
        read("/v1/destructive-statements", quarantine::statements, "after", "limit");
        add(
                HttpMethod.POST,
                "/v1/failed-creations",
                Optional.of(Role.PEER),
                Lane.READ,
                quarantine::createFailed);
    }

    private void addIncidents(IncidentEndpoints incidents) {
        String one = "/v1/incidents/{id}";
        // Closed ones are read in ZooKeeper.
        Optional<Role> viewer = Optional.of(Role.VIEWER);
        add(
                HttpMethod.GET,
                "/v1/incidents",
                viewer,
                Lane.WRITE,
                incidents::list,
                "state",
                "cluster");
        add(HttpMethod.GET, one, viewer, Lane.WRITE, incidents::get);
        write(HttpMethod.POST, one + "/close", Role.OPERATOR, Lane.WRITE, incidents::close);
    }

    private void addAudit(AuditEndpoints audit) {
        // Read in ZooKeeper.
        add(
                HttpMethod.GET,
                "/v1/audit",
                Optional.of(Role.VIEWER),
                Lane.WRITE,
                audit::list,
                "after",
                "limit",
                "target",
                "by");
    }

    private void addWitness(WitnessEndpoints witness) {
        read("/v1/attribution", witness::attribution, "cluster", "instance", "threads");
        read("/v1/missing-tables", witness::missingTables, "cluster");
    }

    private void addEvents(EventEndpoint events) {
        read("/v1/events", events::listen);
    }

    private void addDocument(DocumentEndpoint document) {
        add(HttpMethod.GET, "/v1/openapi.json", ANYBODY, Lane.READ, document::document);
    }

    private void read(String path, Endpoint.Handler handler, String... query) {
        add(HttpMethod.GET, path, Optional.of(Role.VIEWER), Lane.READ, handler, query);
    }

    private void write(
            HttpMethod method,
            String path,
            Role role,
            Lane lane,
            Endpoint.Handler handler,
            String... query) {
        add(method, path, Optional.of(role), lane, handler, query);
    }

    private void add(
            HttpMethod method,
            String path,
            Optional<Role> role,
            Lane lane,
            Endpoint.Handler handler,
            String... query) {
        endpoints.add(new Endpoint(method, path, role, lane, List.of(query), handler));
    }
}
