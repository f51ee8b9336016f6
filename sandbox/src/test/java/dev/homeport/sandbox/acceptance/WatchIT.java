package dev.homeport.sandbox.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code homeport watch} beside real routers, of which one dies. */
@Timeout(240)
final class WatchIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir private static Path directory;
    private static RunningFleet fleet;

    private Process watch;

    @BeforeAll
    static void startFleet() {
        fleet = RunningFleet.start(directory, 0, 2);
    }

    @AfterAll
    static void stopFleet() {
        if (fleet != null) {
            fleet.close();
        }
    }

    @AfterEach
    void endWatch() {
        if (watch != null) {
            watch.destroyForcibly();
        }
    }

    @Test
    void tellsOfEachEventUntilCtrlC() throws Exception {
        // Given
        watch = OperatorCommand.at(fleet, "r1", directory).start("watch");
        List<String> lines = linesOf(watch.getInputStream());
        await().atMost(PATIENCE).until(() -> has(lines, one -> one.endsWith("health healthy")));

        // When
        fleet.change("r1", "c1", "offline");
        await().atMost(PATIENCE)
                .until(
                        () ->
                                has(
                                        lines,
                                        one ->
                                                one.endsWith(
                                                        "cluster c1: serve -> refuse"
                                                                + " (cluster-offline): acceptance"
                                                                + " test")));
        fleet.change("r2", "c1", "online");
        await().atMost(PATIENCE)
                .until(() -> has(lines, one -> one.contains("cluster c1: refuse -> serve")));
        interrupt(watch);

        // Then
        assertThat(watch.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(watch.exitValue()).isZero();
        assertThat(lines).allMatch(one -> one.matches("20\\d\\d-\\d\\d-\\d\\dT[0-9:]+Z  .*"));
    }

    @Test
    void goesOverToAnotherRouterAndSaysThatItMayHaveMissedSomething() throws Exception {
        // Given: the sandbox's file names both routers
        watch =
                OperatorCommand.at(fleet, "r1", directory)
                        .start("watch", "--data", fleet.data().toString());
        List<String> lines = linesOf(watch.getInputStream());
        await().atMost(PATIENCE).until(() -> has(lines, one -> one.contains("c2: serve now")));

        // When
        fleet.router("r1").kill();

        // Then
        await().atMost(PATIENCE).until(() -> has(lines, one -> one.contains("MISSED")));
        int before = lines.size();
        fleet.change("r2", "c2", "offline");
        fleet.change("r2", "c2", "online");
        await().atMost(PATIENCE)
                .until(
                        () ->
                                has(
                                        lines.subList(before, lines.size()),
                                        one -> one.contains("cluster c2: refuse -> serve")));
        fleet.router("r1").restart();
        fleet.router("r1").awaitReady();
        interrupt(watch);
        assertThat(watch.waitFor()).isZero();
    }

    @Test
    void scriptsHearOfOneCluster() throws Exception {
        // Given
        watch =
                OperatorCommand.at(fleet, "r2", directory)
                        .start("watch", "--cluster", "c2", "-o", "json", "--for", "60s");
        List<String> lines = linesOf(watch.getInputStream());
        await().atMost(PATIENCE).until(() -> has(lines, one -> one.contains("\"status\"")));

        // When
        for (String cluster : List.of("c1", "c2")) {
            fleet.change("r2", cluster, "drain");
            fleet.change("r2", cluster, "online");
        }

        // Then
        await().atMost(PATIENCE).until(() -> lines.size() >= 3);
        JsonNode event = new ObjectMapper().readTree(lines.get(1));
        assertThat(event.path("event").asText()).isEqualTo("cluster-availability");
        assertThat(event.at("/data/cluster").asText()).isEqualTo("c2");
        assertThat(event.at("/data/after").asText()).isEqualTo("finish");
        assertThat(event.path("id").asText()).isNotEmpty();
    }

    private static boolean has(List<String> lines, Predicate<String> wanted) {
        return lines.stream().anyMatch(wanted);
    }

    private static List<String> linesOf(InputStream stream) {
        List<String> lines = new CopyOnWriteArrayList<>();
        Thread.ofVirtual()
                .start(
                        () -> {
                            try (BufferedReader reader =
                                    new BufferedReader(
                                            new InputStreamReader(
                                                    stream, StandardCharsets.UTF_8))) {
                                reader.lines().forEach(lines::add);
                            } catch (IOException e) {
                                lines.add(e.toString());
                            }
                        });
        return lines;
    }

    /** What Ctrl-C sends. */
    private static void interrupt(Process process) throws Exception {
        Process kill = new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start();
        assertThat(kill.waitFor()).isZero();
    }
}
