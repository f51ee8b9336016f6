package dev.homeport.conformance.matrix;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** The cells of a run, in order. */
public final class Matrix {
    private Matrix() {}

    /** Every combination. */
    public static List<Cell> all() {
        List<Cell> cells = new ArrayList<>();
        for (ServerKind server : ServerKind.values()) {
            for (Driver driver : Driver.values()) {
                for (AuthPlugin plugin : server.plugins()) {
                    for (Legs legs : Legs.values()) {
                        cells.add(new Cell(driver, server, plugin, legs));
                    }
                }
            }
        }
        return List.copyOf(cells);
    }

    /**
     * Few of the candidates that cover as much as all of them: every driver with every family and
     * with and without TLS, every plugin of every server over every kind of legs. Greedy, and the
     * same for the same candidates.
     */
    public static List<Cell> covering(Collection<Cell> candidates) {
        Set<String> open = new TreeSet<>();
        candidates.forEach(cell -> open.addAll(cell.covers()));
        List<Cell> chosen = new ArrayList<>();
        while (!open.isEmpty()) {
            Cell best =
                    candidates.stream()
                            .max(Comparator.comparingLong(cell -> countOpen(cell, open)))
                            .orElseThrow();
            chosen.add(best);
            open.removeAll(best.covers());
        }
        chosen.sort(
                Comparator.comparing(Cell::server)
                        .thenComparing(Cell::driver)
                        .thenComparing(Cell::plugin)
                        .thenComparing(Cell::legs));
        return List.copyOf(chosen);
    }

    private static long countOpen(Cell cell, Set<String> open) {
        return cell.covers().stream().filter(open::contains).count();
    }
}
