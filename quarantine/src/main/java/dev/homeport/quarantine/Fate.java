package dev.homeport.quarantine;

import static java.util.Objects.requireNonNull;

import dev.homeport.topology.TableName;

/**
 * What became of a table that was set aside.
 *
 * @param id its number in the catalogue
 * @param held whether the statement did destroy its stand-in, so that it is in quarantine now;
 *     otherwise it is back where it was
 */
public record Fate(long id, TableName table, boolean held) {
    public Fate {
        requireNonNull(table, "table");
    }
}
