package dev.homeport.conformance;

import dev.homeport.conformance.fleet.ConformanceFleet;
import dev.homeport.conformance.matrix.Cell;
import dev.homeport.conformance.program.Endpoint;
import dev.homeport.conformance.program.Program;
import dev.homeport.conformance.program.Programs;
import dev.homeport.conformance.program.Run;
import dev.homeport.conformance.transcript.Comparison;
import dev.homeport.conformance.transcript.Topic;
import dev.homeport.conformance.transcript.Transcript;
import dev.homeport.testkit.process.PrivateDirectories;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Tries cells: the driver's program direct, then through the router, then compares. What a driver
 * sees directly is asked once where cells differ in the router's other leg only. For one thread.
 */
public final class CellTrial {
    private final ConformanceFleet fleet;
    private final Programs programs;
    private final Path scratch;
    private final Optional<Path> keep;
    private final Map<Object, Run> direct = new HashMap<>();

    /**
     * @param keep where both transcripts of each cell are left
     */
    public CellTrial(ConformanceFleet fleet, Programs programs, Path scratch, Optional<Path> keep) {
        this.fleet = fleet;
        this.programs = programs;
        this.scratch = scratch;
        this.keep = keep;
    }

    /** Tries one whose server is there. */
    public Outcome of(Cell cell) {
        return switch (programs.of(cell.driver())) {
            case Program.Missing missing -> new Outcome.Skipped(missing.why());
            case Program.Ready program -> compare(cell, program);
        };
    }

    private Outcome compare(Cell cell, Program.Ready program) {
        Object sameDirectly =
                List.of(cell.driver(), cell.server(), cell.plugin(), cell.legs().isClientTls());
        Run one = direct.computeIfAbsent(sameDirectly, key -> run(program, fleet.direct(cell)));
        if (one instanceof Run.Failed failed) {
            return new Outcome.Different(List.of("direct, the program " + failed.why()));
        }
        Run other = run(program, fleet.routed(cell));
        if (other instanceof Run.Failed failed) {
            return new Outcome.Different(
                    List.of("through the router, the program " + failed.why()));
        }
        Transcript seenDirect = ((Run.Done) one).transcript();
        Transcript seenRouted = ((Run.Done) other).transcript();
        keep.ifPresent(folder -> keep(folder, cell, seenDirect, seenRouted));
        return judge(cell, seenDirect, seenRouted);
    }

    private Run run(Program.Ready program, Endpoint endpoint) {
        Path folder = PrivateDirectories.create(scratch);
        return Run.of(program, programs, endpoint, folder);
    }

    private static void keep(Path folder, Cell cell, Transcript direct, Transcript routed) {
        String name = cell.toString().replaceAll("[^A-Za-z0-9.]+", "-");
        try {
            Files.createDirectories(folder);
            Files.writeString(folder.resolve(name + ".direct"), direct.text());
            Files.writeString(folder.resolve(name + ".routed"), routed.text());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot keep transcripts in " + folder, e);
        }
    }

    private static Outcome judge(Cell cell, Transcript direct, Transcript routed) {
        Comparison comparison = Comparison.of(cell, direct, routed);
        List<String> findings = new ArrayList<>(comparison.findings());
        for (Topic topic : direct.missing()) {
            findings.add("the program says nothing of " + topic.id());
        }
        direct.strange().forEach(step -> findings.add("the step " + step + " belongs to no topic"));
        if (direct.isLoggedIn() != cell.isLoginExpected()) {
            findings.add(
                    "a direct login was expected to %s: %s"
                            .formatted(
                                    cell.isLoginExpected() ? "succeed" : "fail",
                                    direct.steps().get(Topic.LOGIN.id())));
        }
        return findings.isEmpty()
                ? new Outcome.Same(comparison.steps(), comparison.accepted(), direct.isLoggedIn())
                : new Outcome.Different(findings);
    }
}
