package dev.homeport.quarantine;

import static java.util.Objects.requireNonNull;

import dev.homeport.topology.TableName;
import java.util.List;

/**
 * What came back, and what did not.
 *
 * @param id its number in the catalogue
 * @param as what it is called now
 * @param back what came back with it, in words
 * @param missing what did not, and why
 * @param others the numbers of other generations of the same name, newest first
 */
public record UndropReport(
        long id, TableName as, List<String> back, List<String> missing, List<Long> others) {
    public UndropReport {
        requireNonNull(as, "as");
        back = List.copyOf(back);
        missing = List.copyOf(missing);
        others = List.copyOf(others);
    }
}
