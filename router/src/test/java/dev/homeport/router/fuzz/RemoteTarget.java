package dev.homeport.router.fuzz;

import dev.homeport.testkit.tls.ClientTls;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Any router, by its address and what its {@code /metrics} say. Nobody else may use it meanwhile:
 * every connection beside the bystanders' counts as one of a fuzzed session.
 */
final class RemoteTarget implements FuzzTarget {
    private final InetSocketAddress address;
    private final URI metrics;
    private final String user;
    private final String password;
    private final List<String> projects;
    private final HttpClient http = HttpClient.newHttpClient();

    RemoteTarget(
            String address, String metrics, String user, String password, List<String> projects) {
        int colon = address.lastIndexOf(':');
        this.address =
                new InetSocketAddress(
                        address.substring(0, colon),
                        Integer.parseInt(address.substring(colon + 1)));
        this.metrics = URI.create(metrics);
        this.user = user;
        this.password = password;
        this.projects = List.copyOf(projects);
    }

    @Override
    public InetSocketAddress address() {
        return address;
    }

    @Override
    public String user() {
        return user;
    }

    @Override
    public String password() {
        return password;
    }

    @Override
    public List<String> projects() {
        return projects;
    }

    @Override
    public List<HostileInstance> hostile() {
        return List.of();
    }

    @Override
    public Optional<ClientTls> tls() {
        return Optional.empty();
    }

    @Override
    public String remaining() {
        return "(its log says more)";
    }

    @Override
    public int connections() {
        return (int) sum("router_connections");
    }

    @Override
    public List<String> complaints() {
        List<String> complaints = new ArrayList<>();
        double bugs = sum("router_sessions_closed_total{reason=\"bug\"}");
        if (bugs > 0) {
            complaints.add((int) bugs + " sessions were closed because of a mistake in the router");
        }
        return complaints;
    }

    @Override
    public Memory memory() {
        return new Memory(
                (long) sum("jvm_memory_used_bytes{area=\"heap\""),
                (long) sum("netty_allocator_memory_used{memory_type=\"direct\""));
    }

    /** The sum of all series whose line starts so. */
    private double sum(String start) {
        return lines().stream()
                .filter(line -> line.startsWith(start))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    private List<String> lines() {
        try {
            HttpRequest request = HttpRequest.newBuilder(metrics).build();
            return http.send(request, HttpResponse.BodyHandlers.ofString()).body().lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
