package dev.homeport.agent.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.homeport.agent.config.AdminConfig;
import dev.homeport.agent.probe.InstanceFacts;
import dev.homeport.testkit.process.FreePorts;
import dev.homeport.topology.InstanceId;
import dev.homeport.topology.ServerCapabilities;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class AgentHttpServerIT {
    private final AdminConfig config = new AdminConfig("127.0.0.1", FreePorts.next());

    @Test
    void saysWhyTheAgentIsNotReady() throws Exception {
        try (AgentHttpServer server = start(Optional.of("not connected to ZooKeeper"))) {
            // When
            HttpResponse<String> response = get("/health/ready");

            // Then
            assertThat(server).isNotNull();
            assertThat(response.statusCode()).isEqualTo(503);
            assertThat(response.body()).isEqualTo("not connected to ZooKeeper\n");
        }
    }

    @Test
    void showsWhatTheInstancesSaid() throws Exception {
        try (AgentHttpServer server = start(Optional.empty())) {
            // When
            HttpResponse<String> response = get("/v1/instances");

            // Then
            assertThat(server).isNotNull();
            assertThat(response.body())
                    .isEqualTo(
                            "{\"db1\":{\"version\":\"10.11\",\"capabilities\":\"0x1d81fff7fe\","
                                    + "\"serverId\":1,\"readOnly\":true,"
                                    + "\"gtidPosition\":\"0-1-7\",\"replication\":{"
                                    + "\"source\":\"db2:3306\",\"ioRunning\":true,"
                                    + "\"sqlRunning\":false,\"lagSeconds\":4,\"ioError\":0,"
                                    + "\"sqlError\":1062},\"galera\":{\"ready\":true,"
                                    + "\"clusterStatus\":\"Primary\",\"localState\":4}}}");
            assertThat(get("/nowhere").statusCode()).isEqualTo(404);
        }
    }

    @Test
    void saysThatItsPortIsTaken() {
        try (AgentHttpServer server = start(Optional.empty())) {
            assertThat(server).isNotNull();
            assertThatThrownBy(() -> start(Optional.empty()).close())
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining(
                            "cannot listen on 127.0.0.1 port %d: ".formatted(config.port()));
        }
    }

    private AgentHttpServer start(Optional<String> notReady) {
        var facts =
                new InstanceFacts(
                        "10.11",
                        new ServerCapabilities(0x1d81fff7feL),
                        1,
                        true,
                        "0-1-7",
                        Optional.of(
                                new InstanceFacts.Replication(
                                        "db2:3306",
                                        true,
                                        false,
                                        Optional.of(Duration.ofSeconds(4)),
                                        0,
                                        1062)),
                        Optional.of(new InstanceFacts.Galera(true, "Primary", 4)));
        return AgentHttpServer.start(
                config,
                new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
                () -> notReady,
                () -> Map.of(new InstanceId("db1"), facts));
    }

    private HttpResponse<String> get(String path) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                    HttpRequest.newBuilder(URI.create(config.url() + path)).build(),
                    HttpResponse.BodyHandlers.ofString());
        }
    }
}
