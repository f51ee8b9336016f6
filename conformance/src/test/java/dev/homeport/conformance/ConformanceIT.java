package dev.homeport.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.homeport.conformance.fleet.ConformanceFleet;
import dev.homeport.conformance.fleet.Verbosity;
import dev.homeport.conformance.matrix.Cell;
import dev.homeport.conformance.matrix.Driver;
import dev.homeport.conformance.matrix.Matrix;
import dev.homeport.conformance.matrix.ServerKind;
import dev.homeport.conformance.program.Program;
import dev.homeport.conformance.program.Programs;
import dev.homeport.conformance.transcript.Difference;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * The matrix. By default few cells that cover every driver with every family and TLS, and every
 * plugin over every kind of legs; {@code -Dhomeport.conformance=full} tries all; {@code
 * -Dhomeport.conformance=TEXT} those whose name contains the text. The printed report says what was
 * left out.
 */
final class ConformanceIT {
    private static final String SELECTION = System.getProperty("homeport.conformance", "");

    private static final Optional<Path> KEEP =
            Optional.ofNullable(System.getProperty("homeport.conformance.keep")).map(Path::of);

    @TempDir private static Path directory;

    private static final Programs PROGRAMS = Programs.find();
    private static final Report REPORT = new Report();
    private static final Map<ServerKind, Optional<String>> MISSING =
            new EnumMap<>(ServerKind.class);
    private static ConformanceFleet fleet;
    private static CellTrial trial;

    @BeforeAll
    static void startFleet() throws IOException {
        Set<ServerKind> servers = EnumSet.noneOf(ServerKind.class);
        for (ServerKind server : ServerKind.values()) {
            MISSING.put(server, ConformanceFleet.missing(server));
            if (MISSING.get(server).isEmpty()) {
                servers.add(server);
            }
        }
        fleet = ConformanceFleet.start(directory, servers, Verbosity.USUAL);
        trial = new CellTrial(fleet, PROGRAMS, directory.resolve("scratch"), KEEP);
        servers.forEach(
                server -> REPORT.note("%s: %s".formatted(server.title(), fleet.version(server))));
    }

    @AfterAll
    static void report() {
        System.out.println(REPORT.text());
        if (fleet != null) {
            fleet.close();
        }
    }

    @TestFactory
    Stream<DynamicTest> anApplicationCannotTellTheRouterFromTheDatabase() {
        // What cannot be tried is skipped in full, and does not stand in for anything that can.
        List<Cell> skipped =
                Matrix.all().stream().filter(cell -> whyNot(cell).isPresent()).toList();
        skipped.forEach(cell -> REPORT.add(cell, new Outcome.Skipped(whyNot(cell).orElseThrow())));
        Matrix.all()
                .forEach(
                        cell ->
                                cell.limitation()
                                        .ifPresent(
                                                why -> REPORT.add(cell, new Outcome.Listed(why))));
        List<Cell> possible =
                Matrix.all().stream()
                        .filter(cell -> whyNot(cell).isEmpty() && cell.limitation().isEmpty())
                        .toList();
        List<Cell> selected = selected(possible);
        REPORT.note(
                "%d of %d cells; -Dhomeport.conformance=full tries all"
                        .formatted(selected.size(), Matrix.all().size()));
        return Stream.concat(
                Stream.concat(skips(skipped), selected.stream().map(ConformanceIT::test)),
                Stream.of(
                        dynamicTest(
                                "the routers complain of nothing", ConformanceIT::routersAreWell),
                        dynamicTest("every listed difference shows", ConformanceIT::listIsTrue)));
    }

    private static List<Cell> selected(List<Cell> possible) {
        return switch (SELECTION) {
            case "" -> Matrix.covering(possible);
            case "full" -> possible;
            default ->
                    possible.stream().filter(cell -> cell.toString().contains(SELECTION)).toList();
        };
    }

    /** Why it cannot be tried here. */
    private static Optional<String> whyNot(Cell cell) {
        if (MISSING.get(cell.server()).isPresent()) {
            return MISSING.get(cell.server());
        }
        if (PROGRAMS.of(cell.driver()) instanceof Program.Missing missing) {
            return Optional.of(missing.why());
        }
        return Optional.empty();
    }

    /** One test for each driver and server that cells are skipped of, so that nobody misses it. */
    private static Stream<DynamicTest> skips(List<Cell> skipped) {
        return skipped.stream()
                .map(
                        cell ->
                                "%s, %s: %s"
                                        .formatted(
                                                cell.driver().title(),
                                                cell.server().title(),
                                                whyNot(cell).orElseThrow()))
                .distinct()
                .map(why -> dynamicTest("SKIPPED " + why, () -> abort(why)));
    }

    private static DynamicTest test(Cell cell) {
        return dynamicTest(
                cell.toString(),
                () -> {
                    Outcome outcome = trial.of(cell);
                    REPORT.add(cell, outcome);
                    assertThat(outcome).isInstanceOf(Outcome.Same.class);
                });
    }

    private static void routersAreWell() {
        assertThat(fleet.routerComplaints()).isEmpty();
    }

    private static void listIsTrue() {
        Set<Difference> shown = EnumSet.noneOf(Difference.class);
        for (Outcome outcome : REPORT.outcomes()) {
            if (outcome instanceof Outcome.Same same) {
                shown.addAll(same.accepted());
            }
        }
        boolean isEveryDriverThere =
                Stream.of(Driver.values())
                        .allMatch(driver -> PROGRAMS.of(driver) instanceof Program.Ready);
        if ((!SELECTION.isEmpty() && !SELECTION.equals("full")) || !isEveryDriverThere) {
            abort("only a run with all drivers shows all differences");
        }
        assertThat(shown).containsExactlyInAnyOrder(Difference.values());
    }
}
