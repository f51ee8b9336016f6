package dev.homeport.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.homeport.router.admin.AdminParts;
import dev.homeport.router.admin.AdminServer;
import dev.homeport.router.admin.SessionParts;
import dev.homeport.router.config.AdminConfig;
import dev.homeport.router.placement.PlacementService;
import dev.homeport.topology.Buckets;
import dev.homeport.topology.ProjectId;
import dev.homeport.topology.RouterId;
import dev.homeport.topology.fields.ConfigException;
import dev.homeport.topology.zk.ZooKeeperFleet;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads all projects of a fleet page by page, as programs do: over HTTP, from the admin server of a
 * router that has this picture. Every project has to come once, in the order of the map.
 */
final class ProjectPages implements AutoCloseable {
    /** The most that one page may have. */
    private static final int LIMIT = 1000;

    /** That many are read before any is measured, and are measured at least. */
    private static final int LEAST_PAGES = 500;

    private static final int ALTERNATIONS = 200;
    private static final RouterId SELF = new RouterId("bench");
    private static final Comparator<ProjectId> ORDER =
            Comparator.<ProjectId>comparingInt(Buckets::of).thenComparing(ProjectId::value);

    private final HttpClient http = HttpClient.newHttpClient();
    private final ObjectMapper json = new ObjectMapper();
    private final PlacementService placement;
    private final AdminServer server;

    private ProjectPages(PlacementService placement, AdminServer server) {
        this.placement = placement;
        this.server = server;
    }

    /**
     * What it took.
     *
     * @param projects that came
     * @param pages on which they came
     * @param growth how much longer the last full page takes than the first
     */
    record Result(int projects, int pages, PlacementLoad.Latencies page, double growth) {}

    /**
     * All pages once.
     *
     * @param lastFull what the last page was asked with that had no room left
     */
    private record Pass(int projects, int pages, String lastFull) {}

    /** Serves what that fleet has; of sessions and statements there is nothing to tell. */
    static ProjectPages of(ZooKeeperFleet fleet) throws ConfigException, IOException {
        Clock clock = Clock.systemUTC();
        PlacementService placement =
                PlacementService.withoutProvisioning(SELF, fleet.source(), fleet.writer(), clock);
        AdminParts parts =
                new AdminParts(
                        fleet.source(),
                        fleet.writer(),
                        fleet.reports(),
                        fleet.incidents(),
                        fleet.audit(),
                        placement,
                        Optional.empty(),
                        new SessionParts(
                                Map::of,
                                connection -> Optional.empty(),
                                (cluster, instance, threads) -> Map.of(),
                                cluster -> Map.of()),
                        (user, schema, attributes, serverName, listener) -> {
                            throw new IllegalArgumentException("nobody logs in here");
                        },
                        new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
                        Optional::empty);
        AdminConfig config =
                new AdminConfig(
                        InetAddress.getLoopbackAddress(),
                        0,
                        Optional.empty(),
                        false,
                        Optional.empty(),
                        Optional.empty());
        return new ProjectPages(placement, AdminServer.start(config, SELF, parts, clock));
    }

    /**
     * Reads them all, several times where there are few.
     *
     * @param filter parameters that say which, such as {@code &state=offline}; empty for all
     * @throws IllegalStateException if one comes twice, or where it should not
     */
    Result read(String filter) throws IOException, InterruptedException {
        List<Long> nanos = new ArrayList<>();
        while (nanos.size() < LEAST_PAGES) {
            pass(filter, nanos);
        }
        nanos.clear();
        Pass pass = pass(filter, nanos);
        while (nanos.size() < LEAST_PAGES) {
            pass(filter, nanos);
        }
        return new Result(
                pass.projects,
                pass.pages,
                PlacementLoad.Latencies.of(nanos),
                growth(filter, pass.lastFull));
    }

    /** In turn, so that whatever else the machine does hits both. */
    private double growth(String first, String last) throws IOException, InterruptedException {
        List<Long> atFirst = new ArrayList<>();
        List<Long> atLast = new ArrayList<>();
        for (int i = 0; i < ALTERNATIONS; i++) {
            page(first, atFirst);
            page(last, atLast);
        }
        return PlacementLoad.Latencies.of(atLast).p50() / PlacementLoad.Latencies.of(atFirst).p50();
    }

    private Pass pass(String filter, List<Long> nanos) throws IOException, InterruptedException {
        Optional<ProjectId> last = Optional.empty();
        int projects = 0;
        int pages = 0;
        String lastFull = filter;
        Optional<String> next = Optional.empty();
        do {
            String query = filter + next.map("&after="::concat).orElse("");
            JsonNode page = json.readTree(page(query, nanos));
            pages++;
            if (page.path("projects").size() == LIMIT) {
                lastFull = query;
            }
            for (JsonNode one : page.path("projects")) {
                ProjectId project = new ProjectId(one.path("id").asText());
                if (last.isPresent() && ORDER.compare(last.get(), project) >= 0) {
                    throw new IllegalStateException(project + " came after " + last.get());
                }
                last = Optional.of(project);
                projects++;
            }
            next = Optional.ofNullable(page.path("next").textValue());
        } while (next.isPresent());
        return new Pass(projects, pages, lastFull);
    }

    private String page(String query, List<Long> nanos) throws IOException, InterruptedException {
        URI uri = URI.create(server.url() + "/v1/projects?limit=" + LIMIT + query);
        long begun = System.nanoTime();
        HttpResponse<String> answer =
                http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
        nanos.add(System.nanoTime() - begun);
        if (answer.statusCode() != 200) {
            throw new IllegalStateException("answered %d".formatted(answer.statusCode()));
        }
        return answer.body();
    }

    @Override
    public void close() {
        http.close();
        server.close();
        placement.close();
    }
}
