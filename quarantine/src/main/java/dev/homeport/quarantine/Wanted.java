package dev.homeport.quarantine;

import dev.homeport.quarantine.QuarantineException.Reason;
import dev.homeport.topology.ProjectId;
import dev.homeport.topology.TableName;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Which held table somebody means.
 *
 * @param text {@code table}, {@code schema.table} or {@code #number}
 */
record Wanted(ProjectId project, String text) {
    private static final Pattern NUMBER = Pattern.compile("#[0-9]{1,18}");

    /**
     * Those that it can mean, newest first. Names are compared without case where none is spelled
     * like that.
     */
    List<Entry> in(Work work) throws SQLException, QuarantineException {
        List<Entry> held =
                work.catalogue.exists()
                        ? work.catalogue.select(
                                "state = 'held' AND project = ? ORDER BY id DESC", project.value())
                        : List.of();
        List<Entry> found =
                Stream.of(matching(held, false), matching(held, true))
                        .filter(some -> !some.isEmpty())
                        .findFirst()
                        .orElseThrow(
                                () ->
                                        new QuarantineException(
                                                Reason.NOT_FOUND,
                                                "no %s of %s is held".formatted(text, project)));
        // Of several schemas' tables with one name, only those like the newest are generations.
        TableName newest = found.getFirst().live();
        return found.stream().filter(entry -> entry.live().equals(newest)).toList();
    }

    private List<Entry> matching(List<Entry> held, boolean foldsCase) {
        return held.stream()
                .filter(
                        entry ->
                                NUMBER.matcher(text).matches()
                                        ? entry.id() == Long.parseLong(text.substring(1))
                                        : isNamed(entry.live(), foldsCase))
                .toList();
    }

    private boolean isNamed(TableName name, boolean foldsCase) {
        return foldsCase
                ? name.table().equalsIgnoreCase(text) || name.toString().equalsIgnoreCase(text)
                : name.table().equals(text) || name.toString().equals(text);
    }

    /** Where it goes: a name in the same schema, or one with a schema. */
    static TableName target(TableName live, Optional<String> asName) throws QuarantineException {
        if (asName.isEmpty()) {
            return live;
        }
        String name = asName.get();
        int dot = name.indexOf('.');
        TableName target =
                dot < 0
                        ? new TableName(live.schema(), name)
                        : new TableName(name.substring(0, dot), name.substring(dot + 1));
        boolean isTooLong =
                target.table().codePointCount(0, target.table().length()) > TableName.MOST_CHARS;
        if (target.schema().isEmpty() || target.table().isEmpty() || isTooLong) {
            throw new QuarantineException(Reason.UNSUPPORTED, name + " is no name of a table");
        }
        return target;
    }
}
