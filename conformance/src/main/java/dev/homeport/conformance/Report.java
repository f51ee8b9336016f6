package dev.homeport.conformance;

import dev.homeport.conformance.matrix.AuthPlugin;
import dev.homeport.conformance.matrix.Cell;
import dev.homeport.conformance.matrix.Driver;
import dev.homeport.conformance.matrix.Legs;
import dev.homeport.conformance.matrix.ServerKind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The printed matrix: every cell is in it, also those that were not tried. For one thread. */
public final class Report {
    private final Map<Cell, Outcome> outcomes = new LinkedHashMap<>();
    private final List<String> notes = new ArrayList<>();

    /** Remembers what came of a cell. */
    public void add(Cell cell, Outcome outcome) {
        outcomes.put(cell, outcome);
    }

    /** A line for the beginning. */
    public void note(String text) {
        notes.add(text);
    }

    public List<Outcome> outcomes() {
        return List.copyOf(outcomes.values());
    }

    /** All of it as text. */
    public String text() {
        List<String> lines = new ArrayList<>();
        lines.add("Conformance: real drivers, direct and through the router");
        lines.addAll(notes);
        for (ServerKind server : ServerKind.values()) {
            for (AuthPlugin plugin : server.plugins()) {
                lines.add("");
                lines.addAll(table(server, plugin));
            }
        }
        lines.add("");
        lines.add("=  the same   n  the driver has no such plugin: refuses the same way");
        lines.add("X  DIFFERENT   -  SKIPPED   .  left out of this run");
        lines.add("L  not tried: it cannot be the same, see docs/compatibility.md");
        lines.addAll(details());
        return String.join("\n", lines);
    }

    private List<String> table(ServerKind server, AuthPlugin plugin) {
        List<String> lines = new ArrayList<>();
        String head = server.title() + ", " + plugin.title();
        lines.add("%-40s %s".formatted(head, row(Stream.of(Legs.values()).map(Legs::title))));
        for (Driver driver : Driver.values()) {
            Stream<String> marks =
                    Stream.of(Legs.values())
                            .map(legs -> mark(new Cell(driver, server, plugin, legs)));
            lines.add("  %-38s %s".formatted(driver.title(), row(marks)));
        }
        return lines;
    }

    private static String row(Stream<String> columns) {
        return columns.map("%-18s"::formatted).collect(Collectors.joining()).stripTrailing();
    }

    private String mark(Cell cell) {
        return switch (outcomes.get(cell)) {
            case null -> ".";
            case Outcome.Same same when same.loggedIn() -> "= " + same.steps();
            case Outcome.Same same -> "n";
            case Outcome.Different different -> "X";
            case Outcome.Listed listed -> "L";
            case Outcome.Skipped skipped -> "-";
        };
    }

    private List<String> details() {
        List<String> lines = new ArrayList<>();
        skips().forEach((why, count) -> lines.add("SKIPPED %d: %s".formatted(count, why)));
        outcomes.forEach(
                (cell, outcome) -> {
                    if (outcome instanceof Outcome.Listed listed) {
                        lines.add("LISTED " + cell + ": " + listed.limitation().what());
                    }
                    if (outcome instanceof Outcome.Different different) {
                        lines.add("DIFFERENT " + cell);
                        different.findings().forEach(finding -> lines.add("    " + finding));
                    }
                });
        return lines;
    }

    private Map<String, Integer> skips() {
        Map<String, Integer> skips = new LinkedHashMap<>();
        outcomes.forEach(
                (cell, outcome) -> {
                    if (outcome instanceof Outcome.Skipped skipped) {
                        skips.merge(reason(cell, skipped), 1, Integer::sum);
                    }
                });
        return skips;
    }

    private static String reason(Cell cell, Outcome.Skipped skipped) {
        return "%s, %s: %s".formatted(cell.driver().title(), cell.server().title(), skipped.why());
    }
}
