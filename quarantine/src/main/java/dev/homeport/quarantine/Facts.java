package dev.homeport.quarantine;

import dev.homeport.topology.TableName;

/**
 * What a table is before it moves.
 *
 * @param nextNumber of AUTO_INCREMENT; 0 without
 * @param rows an estimate
 */
record Facts(
        TableName table,
        NameKind kind,
        String engine,
        long rows,
        long bytes,
        long nextNumber,
        String create,
        Recorded recorded) {}
