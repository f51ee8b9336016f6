package dev.homeport.agent.watch.inventory;

import static java.util.Objects.requireNonNull;

import dev.homeport.agent.watch.binlog.GtidPosition;
import dev.homeport.topology.TableName;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.ObjLongConsumer;

/**
 * The InnoDB tables of a cluster at one moment, with the server's estimates of their rows.
 * Immutable. Two hundred thousand tables take some 15 MB; names that did not change are shared with
 * the inventory before.
 */
public final class Inventory {
    /** Weight of the newest number in the moving average. */
    private static final double NEWEST = 0.2;

    private static final List<String> NOT_FOR_APPLICATIONS =
            List.of(
                    "mysql",
                    "sys",
                    "information_schema",
                    "performance_schema",
                    "ndbinfo",
                    "homeport");
    private static final String QUARANTINE = "homeport_quarantine";

    /**
     * When it was taken.
     *
     * @param from the position of the server when the reading began
     * @param to when it had ended
     */
    public record Taken(Instant began, Optional<GtidPosition> from, Optional<GtidPosition> to) {
        public Taken {
            requireNonNull(began, "began");
            requireNonNull(from, "from");
            requireNonNull(to, "to");
        }
    }

    /** A table whose rows fell to a fraction. */
    public record Collapse(TableName table, long before, long now) {
        public Collapse {
            requireNonNull(table, "table");
        }
    }

    /**
     * One schema: sorted names, and beside them rows and their moving average.
     *
     * @param partitions of the tables that have some; most have none
     */
    private record Schema(Names names, Counts counts, Map<String, Partitions> partitions) {}

    /** Sorted. In a class of its own, because arrays do not belong into records. */
    private static final class Names {
        final String[] sorted;

        Names(String[] sorted) {
            this.sorted = sorted;
        }
    }

    private static final class Counts {
        final long[] rows;
        final float[] average;

        Counts(long[] rows, float[] average) {
            this.rows = rows;
            this.average = average;
        }
    }

    private final Taken taken;
    private final SortedMap<String, Schema> schemas;
    private final long tables;

    private Inventory(Taken taken, SortedMap<String, Schema> schemas) {
        this.taken = taken;
        this.schemas = Collections.unmodifiableSortedMap(schemas);
        this.tables = schemas.values().stream().mapToLong(one -> one.names().sorted.length).sum();
    }

    /** Whether tables of that schema are an application's. */
    public static boolean isWatched(String schema) {
        return !NOT_FOR_APPLICATIONS.contains(schema.toLowerCase(Locale.ROOT))
                && !isQuarantine(schema);
    }

    /** Whether that is where dropped tables are kept. */
    public static boolean isQuarantine(String schema) {
        return schema.equals(QUARANTINE) || schema.startsWith(QUARANTINE + "_");
    }

    public Taken taken() {
        return taken;
    }

    public long tables() {
        return tables;
    }

    public boolean has(TableName table) {
        return rows(table).isPresent();
    }

    /** The server's estimate; empty where the table is not there. */
    public OptionalLong rows(TableName table) {
        Schema schema = schemas.get(table.schema());
        if (schema == null) {
            return OptionalLong.empty();
        }
        int index = Arrays.binarySearch(schema.names().sorted, table.table());
        return index < 0 ? OptionalLong.empty() : OptionalLong.of(schema.counts().rows[index]);
    }

    /**
     * The server's estimate for one partition, with its subpartitions; empty where it is not there.
     *
     * @param partition in lower case
     */
    public OptionalLong rows(TableName table, String partition) {
        Schema schema = schemas.get(table.schema());
        Partitions all = schema == null ? null : schema.partitions().get(table.table());
        return all == null ? OptionalLong.empty() : all.rows(partition);
    }

    /** The tables of one schema. */
    public List<TableName> tablesOf(String schema) {
        Schema one = schemas.get(schema);
        return one == null
                ? List.of()
                : Arrays.stream(one.names().sorted)
                        .map(name -> new TableName(schema, name))
                        .toList();
    }

    /** Each table with its rows. */
    public void forEach(ObjLongConsumer<TableName> consumer) {
        schemas.forEach(
                (name, schema) -> {
                    for (int i = 0; i < schema.names().sorted.length; i++) {
                        consumer.accept(
                                new TableName(name, schema.names().sorted[i]),
                                schema.counts().rows[i]);
                    }
                });
    }

    /**
     * As the server lists it, which is what {@link Builder#add} takes: tables with their rows, and
     * instead of those that have partitions these.
     */
    void forEachListed(ObjLongConsumer<TableName> consumer) {
        forEach(
                (table, rows) -> {
                    Partitions all = schemas.get(table.schema()).partitions().get(table.table());
                    if (all == null) {
                        consumer.accept(table, rows);
                    } else {
                        all.forEachListed(
                                table.table(),
                                (name, part) ->
                                        consumer.accept(new TableName(table.schema(), name), part));
                    }
                });
    }

    /** Those that a later inventory does not have. */
    public List<TableName> missingIn(Inventory later) {
        List<TableName> missing = new ArrayList<>();
        schemas.forEach(
                (name, schema) -> {
                    Schema other = later.schemas.get(name);
                    if (other != null
                            && Arrays.equals(other.names().sorted, schema.names().sorted)) {
                        return;
                    }
                    for (String table : schema.names().sorted) {
                        if (other == null || Arrays.binarySearch(other.names().sorted, table) < 0) {
                            missing.add(new TableName(name, table));
                        }
                    }
                });
        return missing;
    }

    /**
     * Those whose rows fell.
     *
     * @param share to less than that part of their moving average
     * @param least tables that had fewer rows than that do not count
     */
    public List<Collapse> collapses(double share, long least) {
        List<Collapse> found = new ArrayList<>();
        schemas.forEach(
                (name, schema) -> {
                    Counts counts = schema.counts();
                    for (int i = 0; i < counts.rows.length; i++) {
                        if (counts.average[i] >= least
                                && counts.rows[i] < share * counts.average[i]) {
                            found.add(
                                    new Collapse(
                                            new TableName(name, schema.names().sorted[i]),
                                            (long) counts.average[i],
                                            counts.rows[i]));
                        }
                    }
                });
        return found;
    }

    /** Takes the rows of the server's statistics, one after the other. Of one thread. */
    public static final class Builder {
        private final Optional<Inventory> previous;
        private final Partitions.Builder partitions = new Partitions.Builder();
        private final SortedMap<String, Schema> schemas = new TreeMap<>();
        private String schema = "";
        private String[] names = new String[64];
        private long[] rows = new long[64];
        private int size;

        public Builder(Optional<Inventory> previous) {
            this.previous = previous;
        }

        /** One row. Rows of one schema come together. */
        public void add(String ofSchema, String name, long estimate) {
            if (!isWatched(ofSchema) || name.startsWith("#sql")) {
                return;
            }
            if (!ofSchema.equals(schema)) {
                close();
                schema = ofSchema;
            }
            if (!partitions.add(name, estimate)) {
                append(name, estimate);
            }
        }

        private void append(String name, long estimate) {
            if (size == names.length) {
                names = Arrays.copyOf(names, size * 2);
                rows = Arrays.copyOf(rows, size * 2);
            }
            names[size] = name;
            rows[size] = estimate;
            size++;
        }

        private void close() {
            Map<String, Partitions> parts = partitions.close();
            parts.forEach((table, all) -> append(table, all.sum()));
            if (size == 0) {
                return;
            }
            sort();
            Optional<Schema> before =
                    previous.flatMap(was -> Optional.ofNullable(was.schemas.get(schema)));
            String[] sorted = Arrays.copyOf(names, size);
            long[] counts = Arrays.copyOf(rows, size);
            Names shared =
                    before.map(Schema::names)
                            .filter(known -> Arrays.equals(known.sorted, sorted))
                            .orElseGet(() -> shared(before, sorted));
            schemas.put(
                    schema,
                    new Schema(
                            shared, new Counts(counts, averages(before, sorted, counts)), parts));
            size = 0;
        }

        /** In place: the server's order is that of bytes, and partitions came last. */
        private void sort() {
            boolean isSorted = true;
            for (int i = 1; i < size && isSorted; i++) {
                isSorted = names[i - 1].compareTo(names[i]) < 0;
            }
            if (isSorted) {
                return;
            }
            SortedMap<String, Long> sorted = new TreeMap<>();
            for (int i = 0; i < size; i++) {
                sorted.put(names[i], rows[i]);
            }
            size = 0;
            sorted.forEach(this::append);
        }

        /** The names that were there before are the same objects. */
        private static Names shared(Optional<Schema> before, String[] sorted) {
            if (before.isPresent()) {
                String[] known = before.get().names().sorted;
                for (int i = 0; i < sorted.length; i++) {
                    int index = Arrays.binarySearch(known, sorted[i]);
                    if (index >= 0) {
                        sorted[i] = known[index];
                    }
                }
            }
            return new Names(sorted);
        }

        /** Of the time before: a collapse does not hide itself. */
        private static float[] averages(Optional<Schema> before, String[] sorted, long[] counts) {
            float[] averages = new float[sorted.length];
            for (int i = 0; i < sorted.length; i++) {
                int index =
                        before.isEmpty()
                                ? -1
                                : Arrays.binarySearch(before.get().names().sorted, sorted[i]);
                if (index < 0) {
                    averages[i] = counts[i];
                } else {
                    float was = before.get().counts().average[index];
                    long last = before.get().counts().rows[index];
                    averages[i] = (float) (was + NEWEST * (last - was));
                }
            }
            return averages;
        }

        public Inventory build(Taken taken) {
            close();
            return new Inventory(taken, schemas);
        }
    }

    /** Calls with the name of each schema and how many tables it has. */
    public void forEachSchema(BiConsumer<String, Integer> consumer) {
        schemas.forEach((name, schema) -> consumer.accept(name, schema.names().sorted.length));
    }
}
