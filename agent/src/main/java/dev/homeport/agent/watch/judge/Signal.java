package dev.homeport.agent.watch.judge;

import static java.util.Objects.requireNonNull;

import dev.homeport.topology.ProjectId;
import dev.homeport.topology.TableName;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Something that was seen, of one project. */
public sealed interface Signal {
    /** Names that a signal carries at most. */
    int MOST_TABLES = 200;

    /** Whose it is; empty where nobody can say. */
    Optional<ProjectId> project();

    /** When the server did it, as exactly as that is known. */
    Instant at();

    /**
     * Strong: tables or parts of them are gone. What is announced, approved or in quarantine never
     * becomes one.
     *
     * @param tenants as far as names tell
     * @param tables the first of them
     * @param tableCount all of them
     * @param rows an estimate; -1 where nobody knows
     * @param reference what it is known by: a GTID, or what the inventory missed first. The same
     *     for whoever reads the same log
     * @param actor who did it, for people
     * @param evidence one line for people, without SQL and values
     */
    record Destroyed(
            Optional<ProjectId> project,
            List<String> tenants,
            List<TableName> tables,
            int tableCount,
            long rows,
            Extent extent,
            Standing standing,
            Instant at,
            String reference,
            Optional<String> gtidBefore,
            String actor,
            String evidence)
            implements Signal {
        public Destroyed {
            requireNonNull(project, "project");
            requireNonNull(extent, "extent");
            requireNonNull(standing, "standing");
            requireNonNull(at, "at");
            requireNonNull(reference, "reference");
            requireNonNull(gtidBefore, "gtidBefore");
            requireNonNull(actor, "actor");
            requireNonNull(evidence, "evidence");
            tenants = List.copyOf(tenants);
            tables = List.copyOf(tables.subList(0, Math.min(tables.size(), MOST_TABLES)));
        }
    }

    /** How much of the tables is gone. */
    enum Extent {
        /** All rows, with or without the table. */
        TABLES,
        /** Partitions. */
        PARTITIONS,
        /** Columns. */
        COLUMNS
    }

    /** What is known about who wanted it. */
    enum Standing {
        /** Nobody announced it, or it came around the routers. */
        UNANNOUNCED,
        /** It came through a router whose rules let it pass. */
        ALLOWED
    }

    /**
     * Weak: alone it proves nothing, two different ones do.
     *
     * @param tables those concerned, as far as known
     * @param rows an estimate; -1 where nobody knows
     * @param gtidBefore a position before it, where the log shows one
     * @param evidence one line for people, without SQL and values
     */
    record Hint(
            Optional<ProjectId> project,
            Kind kind,
            List<TableName> tables,
            long rows,
            Instant at,
            Optional<String> gtidBefore,
            String evidence)
            implements Signal {
        public Hint {
            requireNonNull(project, "project");
            requireNonNull(kind, "kind");
            requireNonNull(at, "at");
            requireNonNull(gtidBefore, "gtidBefore");
            requireNonNull(evidence, "evidence");
            tables = List.copyOf(tables.subList(0, Math.min(tables.size(), MOST_TABLES)));
        }

        /** What hints. */
        public enum Kind {
            /** A part of a project's rows was deleted row by row. */
            ROWS_DELETED(true),
            /** The server's own estimate of a table's rows fell to a fraction. */
            COLLAPSE(false),
            /** Tables are missing after a time of which there is no log to read. */
            MISSING_AFTER_GAP(true),
            /** Clients are told that tables do not exist. */
            ERROR_1146(false),
            /** The canary's table or row is gone. */
            CANARY(true);

            private final boolean isAlert;

            Kind(boolean isAlert) {
                this.isAlert = isAlert;
            }

            /** Whether people are told of one alone. */
            boolean isAlert() {
                return isAlert;
            }
        }
    }
}
