package dev.homeport.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Streams that end when the test wants it; the sandbox has the same with real routers. */
@Timeout(60)
final class WatchCommandIT {
    private static final String STATUS =
            """
            {"clusters": [
              {"id": "c1", "availability": "serve", "intent": "active", "health": "healthy"},
              {"id": "c2", "availability": "refuse", "intent": "offline", "health": "healthy"}]}
            """;
    private static final String REFUSED =
            """
            id: x-1
            event: cluster-availability
            data: {"cluster":"c1","before":"serve","after":"refuse","limitedBy":"offline","reason":"disks"}

            """;
    private static final String INCIDENT =
            """
            id: x-2
            event: incident-opened
            data: {"id":"i1","kind":"data-loss","cluster":"c2","tablesLost":2,"scope":{"projects":["p1"]}}

            """;
    private static final String MISSED =
            """
            id: y-0
            event: missed
            data: {"lastEventId":"x-2","reason":"another life"}

            """;

    private static final String PROJECTS =
            """
            id: x-3
            event: project-availability
            data: {"project":"p1","cluster":"c1","before":"serve","after":"refuse","limitedBy":"project-offline","reason":"unpaid"}

            id: x-4
            event: project-availability
            data: {"project":"p2","cluster":"c2","before":"refuse","after":null,"limitedBy":null,"reason":"its record is gone"}

            id: x-5
            event: projects-changed
            data: {"projects":250,"reason":"more projects changed at once than are told one by one; read /v1/projects anew"}

            """;

    /** Of the next attempt: it ends the command, however long the first one took. */
    private static final String UNAUTHORIZED = "{\"error\": {\"code\": \"unauthorized\"}}";

    @TempDir private Path directory;

    private final FakeRouter router = new FakeRouter();
    private Session session;

    @BeforeEach
    void openSession() {
        session = new Session(directory).with("HOMEPORT_URL", router.url());
        router.on("GET /v1/status", 200, STATUS);
    }

    @AfterEach
    void closeRouter() {
        router.close();
    }

    @Test
    void goesOnWhereItWasWhenTheConnectionWasLost() {
        // Given
        router.onEvents("id: x-0\n\n" + REFUSED, INCIDENT, MISSED);

        // When
        int exitCode = session.run("watch", "--for", "4s");

        // Then
        assertThat(exitCode).isZero();
        assertThat(session.out().lines())
                .startsWith(
                        "2026-01-31T12:00:00Z  cluster c1: serve now; intent active, health healthy",
                        "2026-01-31T12:00:00Z  cluster c2: refuse now; intent offline, health healthy",
                        "2026-01-31T12:00:00Z  cluster c1: serve -> refuse (offline): disks",
                        "2026-01-31T12:00:00Z  incident i1 on cluster c2 OPENED: data-loss, 2 tables"
                                + " lost, projects p1",
                        "2026-01-31T12:00:00Z  MISSED some events: another life",
                        "2026-01-31T12:00:00Z  cluster c1: serve now; intent active, health healthy");
        assertThat(router.asked())
                .filteredOn(one -> one.line().equals("GET /v1/events"))
                .extracting(one -> one.header("Last-Event-ID"))
                .startsWith(Optional.empty(), Optional.of("x-1"), Optional.of("x-2"))
                .contains(Optional.of("y-0"));
        assertThat(session.err()).contains("the router ended it; again in");
    }

    @Test
    void anEventThatWasCutIsAskedForAgain() {
        // Given
        router.onEvents(REFUSED + INCIDENT.substring(0, INCIDENT.indexOf("tablesLost")), INCIDENT);

        // When
        session.run("watch", "--for", "3s");

        // Then
        assertThat(session.out()).containsOnlyOnce("incident i1 on cluster c2 OPENED");
        assertThat(router.asked())
                .filteredOn(one -> one.line().equals("GET /v1/events"))
                .extracting(one -> one.header("Last-Event-ID"))
                .startsWith(Optional.empty(), Optional.of("x-1"));
    }

    @Test
    void oneClusterAlone() {
        // Given
        router.onEvents(REFUSED + INCIDENT).on("GET /v1/events", 401, UNAUTHORIZED);

        // When
        session.run("watch", "--cluster", "c2");

        // Then
        assertThat(session.out())
                .contains("incident i1")
                .contains("cluster c2: refuse now")
                .doesNotContain("cluster c1");
    }

    @Test
    void projectsAreLinesForPeopleToo() {
        // Given
        router.onEvents(PROJECTS).on("GET /v1/events", 401, UNAUTHORIZED);

        // When
        session.run("watch");

        // Then
        assertThat(session.out().lines())
                .contains(
                        "2026-01-31T12:00:00Z  project p1 on c1: serve -> refuse (project-offline):"
                                + " unpaid",
                        "2026-01-31T12:00:00Z  project p2 on c2: refuse -> none: its record is gone",
                        "2026-01-31T12:00:00Z  250 projects more changed: more projects changed at"
                                + " once than are told one by one; read /v1/projects anew");
    }

    @Test
    void whatNamesNoClusterMayBeAboutAny() {
        // Given
        router.onEvents(PROJECTS).on("GET /v1/events", 401, UNAUTHORIZED);

        // When
        session.run("watch", "--cluster", "c1");

        // Then
        assertThat(session.out())
                .contains("project p1 on c1")
                .contains("250 projects more changed")
                .doesNotContain("p2");
    }

    @Test
    void scriptsGetALineOfJsonForEachEvent() {
        // Given
        router.onEvents(REFUSED).on("GET /v1/events", 401, UNAUTHORIZED);

        // When
        session.run("watch", "-o", "json");

        // Then
        assertThat(session.out().lines().toList().get(1))
                .isEqualTo(
                        "{\"time\":\"2026-01-31T12:00:00Z\",\"event\":\"cluster-availability\","
                                + "\"id\":\"x-1\",\"data\":{\"cluster\":\"c1\",\"before\":\"serve\","
                                + "\"after\":\"refuse\",\"limitedBy\":\"offline\",\"reason\":\"disks\"}}");
        assertThat(session.out())
                .startsWith("{\"time\":\"2026-01-31T12:00:00Z\",\"event\":\"status\"");
    }

    @Test
    void aFirstAttemptThatFailsIsTheEnd() {
        // Given
        router.on("GET /v1/events", 503, "{\"error\": {\"code\": \"too_many_listeners\"}}");

        // Then
        assertThat(session.run("watch")).isEqualTo(ExitCode.REFUSED);
        router.close();
        assertThat(session.run("watch")).isEqualTo(ExitCode.UNREACHABLE);
    }

    @Test
    void aTokenThatIsRefusedLaterIsTheEndToo() {
        // Given
        router.onEvents(REFUSED).on("GET /v1/events", 401, UNAUTHORIZED);

        // Then
        assertThat(session.run("watch")).isEqualTo(ExitCode.UNAUTHORIZED);
    }
}
