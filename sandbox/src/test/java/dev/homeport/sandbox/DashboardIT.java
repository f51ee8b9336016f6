package dev.homeport.sandbox;

import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.homeport.sandbox.description.SandboxDescription;
import dev.homeport.sandbox.fleet.Sandbox;
import dev.homeport.sandbox.plan.SandboxOptions;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whatever watches a fleet asks for metrics that its daemons have. */
@Timeout(180)
final class DashboardIT {
    private static final Path PROJECT = Path.of("..");
    private static final Pattern OFFERED = Pattern.compile("(?m)^# TYPE (\\S+) (\\S+)$");
    private static final Pattern ASKED_FOR =
            Pattern.compile("\\b(?:router|agent|jvm|netty|process)_[a-z0-9_]*[a-z0-9]\\b");

    /** Daemons have these where they have a certificate: CertificateMetersTest has the names. */
    private static final List<String> ONLY_WITH_TLS =
            List.of("router_tls_certificate_left_seconds", "router_tls_certificate_stale");

    @TempDir private static Path directory;
    private static Sandbox sandbox;
    private static Set<String> offered;

    @BeforeAll
    static void scrape() throws IOException, InterruptedException {
        sandbox = Sandbox.start(SandboxOptions.in(directory.resolve("data")).sized(1, 0, 1));
        SandboxDescription.Router router = sandbox.description().routers().getFirst();
        offered = new TreeSet<>(ONLY_WITH_TLS);
        offered.addAll(namesAt(router.admin().url(), router.admin().token()));
        offered.addAll(namesAt(sandbox.description().agents().getFirst().admin().url(), "none"));
    }

    @AfterAll
    static void stop() {
        if (sandbox != null) {
            sandbox.close();
        }
    }

    @Test
    void everyQueryOfTheDashboardAsksForMetricsThatExist() throws IOException {
        // When
        Set<String> asked =
                new ObjectMapper()
                                .readTree(PROJECT.resolve("deploy/grafana/homeport.json").toFile())
                                .findValuesAsText("expr")
                                .stream()
                                .flatMap(DashboardIT::namesIn)
                                .collect(toCollection(TreeSet::new));

        // Then
        assertThat(asked).hasSizeGreaterThan(20);
        assertThat(offered).containsAll(asked);
    }

    @Test
    void everyAlertAsksForMetricsThatExist() throws IOException {
        // When
        Set<String> asked =
                namesIn(Files.readString(PROJECT.resolve("deploy/prometheus/alerts.yml")))
                        .collect(toCollection(TreeSet::new));

        // Then
        assertThat(asked).isNotEmpty();
        assertThat(offered).containsAll(asked);
    }

    @Test
    void thePageForOperatorsNamesAllMetricsOfTheDaemonsAndNoOthers() throws IOException {
        // Given
        String page = Files.readString(PROJECT.resolve("docs/operate.md"));
        String monitoring = page.substring(page.indexOf("\n## Monitoring"));

        // When
        Set<String> described = namesIn(monitoring).collect(toCollection(TreeSet::new));

        // Then
        Set<String> own =
                offered.stream()
                        .filter(name -> name.startsWith("router_") || name.startsWith("agent_"))
                        .filter(name -> !name.endsWith("_max") && !name.endsWith("_sum"))
                        .collect(toCollection(TreeSet::new));
        assertThat(described).containsAll(own);
        assertThat(offered).containsAll(described);
    }

    @Test
    void thePageForOperatorsNamesAllAlertsAndNoOthers() throws IOException {
        // When
        Set<String> alerts =
                firstGroups(
                        Pattern.compile("(?m)^ *- alert: (\\w+)$"),
                        Files.readString(PROJECT.resolve("deploy/prometheus/alerts.yml")));
        String page = Files.readString(PROJECT.resolve("docs/operate.md"));
        Set<String> described = new TreeSet<>();
        for (String row :
                firstGroups(
                        Pattern.compile("(?m)^\\| (Homeport[^|]*) \\|"),
                        page.substring(page.indexOf("\n| Alert |")))) {
            described.addAll(List.of(row.split(", ")));
        }

        // Then
        assertThat(alerts).hasSizeGreaterThan(10);
        assertThat(described).isEqualTo(alerts);
    }

    private static Set<String> firstGroups(Pattern pattern, String text) {
        return pattern.matcher(text)
                .results()
                .map(match -> match.group(1))
                .collect(toCollection(TreeSet::new));
    }

    private static Stream<String> namesIn(String text) {
        return ASKED_FOR.matcher(text).results().map(MatchResult::group);
    }

    /** The names of all series; a summary has three. */
    private static Set<String> namesAt(String url, String token)
            throws IOException, InterruptedException {
        try (HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            HttpRequest request =
                    HttpRequest.newBuilder(URI.create(url + "/metrics"))
                            .header("Authorization", "Bearer " + token)
                            .build();
            String body = client.send(request, HttpResponse.BodyHandlers.ofString()).body();
            return OFFERED.matcher(body)
                    .results()
                    .flatMap(DashboardIT::seriesOf)
                    .collect(toCollection(TreeSet::new));
        }
    }

    private static Stream<String> seriesOf(MatchResult type) {
        String name = type.group(1);
        return type.group(2).equals("summary")
                ? Stream.of(name + "_count", name + "_sum")
                : Stream.of(name);
    }
}
