package dev.homeport.agent.watch.inventory;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.ObjLongConsumer;

/**
 * The partitions of one table with the server's estimates of their rows. Immutable. Names are in
 * lower case, because no server tells them apart otherwise, and shared by tables that have the same
 * ones.
 */
final class Partitions {
    /** How the server separates the name of a table, of a partition, and of a subpartition. */
    private static final String PARTITION = "#P#";

    private static final String SUBPARTITION = "#SP#";

    private final String[] sorted;
    private final long[] rows;

    private Partitions(String[] sorted, long[] rows) {
        this.sorted = sorted;
        this.rows = rows;
    }

    /** With its subpartitions; empty where there is no such partition. */
    OptionalLong rows(String partition) {
        int index = Arrays.binarySearch(sorted, partition);
        return index < 0 ? OptionalLong.empty() : OptionalLong.of(rows[index]);
    }

    long sum() {
        return Arrays.stream(rows).sum();
    }

    /** Each as the server lists it: {@code t#P#p0}. */
    void forEachListed(String table, ObjLongConsumer<String> consumer) {
        for (int i = 0; i < sorted.length; i++) {
            consumer.accept(table + PARTITION + sorted[i], rows[i]);
        }
    }

    /** Takes what the server lists, one after the other. Of one thread. */
    static final class Builder {
        private final Map<String, Partitions> tables = new HashMap<>();
        private String table = "";
        private String[] names = new String[16];
        private long[] rows = new long[16];
        private int size;

        /** Of the table before, which often are the same. */
        private String[] lastNames = {};

        /**
         * Takes a name over, if it is one of a partition: {@code t#P#p0}, {@code t#p#p0#sp#s1}.
         *
         * @return whether it is
         */
        boolean add(String name, long estimate) {
            int end = indexOf(PARTITION, name, 1);
            if (end < 0) {
                return false;
            }
            int start = end + PARTITION.length();
            int sub = indexOf(SUBPARTITION, name, start);
            String part = name.substring(start, sub < 0 ? name.length() : sub);
            if (!name.startsWith(table) || table.length() != end) {
                closeTable();
                table = name.substring(0, end);
            }
            append(part.toLowerCase(Locale.ROOT), estimate);
            return true;
        }

        /** In upper or lower case, depending on the server. */
        private static int indexOf(String separator, String name, int from) {
            int index = name.indexOf('#', from);
            while (index >= 0
                    && !name.regionMatches(true, index, separator, 0, separator.length())) {
                index = name.indexOf('#', index + 1);
            }
            return index;
        }

        private void append(String part, long estimate) {
            if (size > 0 && names[size - 1].equals(part)) {
                rows[size - 1] += estimate;
                return;
            }
            if (size == names.length) {
                names = Arrays.copyOf(names, size * 2);
                rows = Arrays.copyOf(rows, size * 2);
            }
            names[size] = part;
            rows[size] = estimate;
            size++;
        }

        private void closeTable() {
            if (size == 0) {
                return;
            }
            SortedMap<String, Long> all = new TreeMap<>();
            Partitions before = tables.get(table);
            if (before != null || !isSorted()) {
                // The server's order is that of bytes, and of how they were spelled.
                for (int i = 0; before != null && i < before.sorted.length; i++) {
                    all.put(before.sorted[i], before.rows[i]);
                }
                for (int i = 0; i < size; i++) {
                    all.merge(names[i], rows[i], Long::sum);
                }
                size = 0;
                all.forEach(this::append);
            }
            boolean isSame = Arrays.equals(names, 0, size, lastNames, 0, lastNames.length);
            if (!isSame) {
                lastNames = Arrays.copyOf(names, size);
            }
            tables.put(table, new Partitions(lastNames, Arrays.copyOf(rows, size)));
            size = 0;
        }

        private boolean isSorted() {
            for (int i = 1; i < size; i++) {
                if (names[i - 1].compareTo(names[i]) >= 0) {
                    return false;
                }
            }
            return true;
        }

        /** Those of all tables since the last time. */
        Map<String, Partitions> close() {
            closeTable();
            table = "";
            Map<String, Partitions> closed = tables.isEmpty() ? Map.of() : new HashMap<>(tables);
            tables.clear();
            return closed;
        }
    }
}
