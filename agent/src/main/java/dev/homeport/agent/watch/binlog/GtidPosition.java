package dev.homeport.agent.watch.binlog;

import dev.homeport.topology.Family;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Which transactions were seen, as the server's family writes it. Immutable. */
public sealed interface GtidPosition {
    /** Whether that transaction is in it. */
    boolean contains(Gtid gtid);

    /** With one more transaction. One of the other family changes nothing. */
    GtidPosition with(Gtid gtid);

    /** What both have seen: the earlier of the two, where one is the earlier. */
    GtidPosition common(GtidPosition other);

    /** Where to begin so that nothing is missed that comes after either of them. */
    default GtidPosition earlier(GtidPosition other) {
        return common(other);
    }

    /** Whether everything that the other one has is in this one, too. */
    default boolean covers(GtidPosition other) {
        return common(other).equals(other);
    }

    /** Nothing seen. */
    static GtidPosition none(Family family) {
        return switch (family) {
            case MARIADB -> new MariaDb(Collections.emptySortedMap());
            case MYSQL -> new MySql(Collections.emptySortedMap());
        };
    }

    /** Reads what {@code toString} writes, and what servers do; empty where it is neither. */
    static Optional<GtidPosition> parse(Family family, String text) {
        String bare = text.replaceAll("\\s", "");
        if (bare.isEmpty()) {
            return Optional.of(none(family));
        }
        return switch (family) {
            case MARIADB -> MariaDb.parse(bare);
            case MYSQL -> MySql.parse(bare);
        };
    }

    /**
     * MariaDB's: the last transaction of each replication domain.
     *
     * @param last by domain
     */
    record MariaDb(SortedMap<Long, Gtid.MariaDb> last) implements GtidPosition {
        private static final Pattern FORM = Pattern.compile("(\\d{1,10})-(\\d{1,10})-(\\d{1,19})");

        public MariaDb {
            last = Collections.unmodifiableSortedMap(new TreeMap<>(last));
        }

        private static Optional<GtidPosition> parse(String text) {
            SortedMap<Long, Gtid.MariaDb> last = new TreeMap<>();
            for (String part : text.split(",", -1)) {
                Matcher matcher = FORM.matcher(part);
                if (!matcher.matches()) {
                    return Optional.empty();
                }
                try {
                    long domain = Long.parseLong(matcher.group(1));
                    last.put(
                            domain,
                            new Gtid.MariaDb(
                                    domain,
                                    Long.parseLong(matcher.group(2)),
                                    Long.parseLong(matcher.group(3))));
                } catch (NumberFormatException e) {
                    return Optional.empty();
                }
            }
            return Optional.of(new MariaDb(last));
        }

        @Override
        public boolean contains(Gtid gtid) {
            return gtid instanceof Gtid.MariaDb one
                    && last.containsKey(one.domain())
                    && last.get(one.domain()).sequence() >= one.sequence();
        }

        @Override
        public GtidPosition with(Gtid gtid) {
            if (!(gtid instanceof Gtid.MariaDb one) || contains(gtid)) {
                return this;
            }
            SortedMap<Long, Gtid.MariaDb> more = new TreeMap<>(last);
            more.put(one.domain(), one);
            return new MariaDb(more);
        }

        @Override
        public GtidPosition common(GtidPosition other) {
            SortedMap<Long, Gtid.MariaDb> both = new TreeMap<>();
            if (other instanceof MariaDb theirs) {
                last.forEach(
                        (domain, mine) -> {
                            Gtid.MariaDb one = theirs.last.get(domain);
                            if (one != null) {
                                both.put(domain, one.sequence() < mine.sequence() ? one : mine);
                            }
                        });
            }
            return new MariaDb(both);
        }

        /**
         * A domain that only one of them has is taken from it: without one it begins at the start.
         */
        @Override
        public GtidPosition earlier(GtidPosition other) {
            SortedMap<Long, Gtid.MariaDb> all = new TreeMap<>(last);
            if (other instanceof MariaDb theirs) {
                theirs.last.forEach(
                        (domain, one) ->
                                all.merge(
                                        domain,
                                        one,
                                        (mine, its) ->
                                                its.sequence() < mine.sequence() ? its : mine));
            }
            return new MariaDb(all);
        }

        @Override
        public String toString() {
            return last.values().stream().map(Gtid::toString).collect(Collectors.joining(","));
        }
    }

    /**
     * MySQL's GTID set.
     *
     * @param seen by server UUID in lower case: intervals in ascending order that do not touch
     */
    record MySql(SortedMap<String, List<Interval>> seen) implements GtidPosition {
        private static final Pattern UUID =
                Pattern.compile(
                        "[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}");
        private static final Pattern INTERVAL = Pattern.compile("(\\d{1,18})(?:-(\\d{1,18}))?");

        public MySql {
            SortedMap<String, List<Interval>> copy = new TreeMap<>();
            seen.forEach((uuid, intervals) -> copy.put(uuid, List.copyOf(intervals)));
            seen = Collections.unmodifiableSortedMap(copy);
        }

        /** From the first to the last number, both included. */
        record Interval(long first, long last) {
            @Override
            public String toString() {
                return first == last ? Long.toString(first) : first + "-" + last;
            }
        }

        /** A set with tags is not read: {@code uuid:tag:1-5}. */
        private static Optional<GtidPosition> parse(String text) {
            MySql result = new MySql(Collections.emptySortedMap());
            for (String part : text.split(",", -1)) {
                String[] pieces = part.split(":");
                if (pieces.length < 2 || !UUID.matcher(pieces[0]).matches()) {
                    return Optional.empty();
                }
                String uuid = pieces[0].toLowerCase(Locale.ROOT);
                for (int i = 1; i < pieces.length; i++) {
                    Matcher matcher = INTERVAL.matcher(pieces[i]);
                    if (!matcher.matches()) {
                        return Optional.empty();
                    }
                    long first = Long.parseLong(matcher.group(1));
                    long last = matcher.group(2) == null ? first : Long.parseLong(matcher.group(2));
                    if (last < first) {
                        return Optional.empty();
                    }
                    result = result.with(uuid, new Interval(first, last));
                }
            }
            return Optional.of(result);
        }

        @Override
        public boolean contains(Gtid gtid) {
            return gtid instanceof Gtid.MySql one
                    && seen.getOrDefault(one.uuid(), List.of()).stream()
                            .anyMatch(
                                    part ->
                                            part.first() <= one.number()
                                                    && one.number() <= part.last());
        }

        @Override
        public GtidPosition with(Gtid gtid) {
            if (!(gtid instanceof Gtid.MySql one) || contains(gtid)) {
                return this;
            }
            return with(one.uuid(), new Interval(one.number(), one.number()));
        }

        private MySql with(String uuid, Interval added) {
            List<Interval> merged = new ArrayList<>();
            Interval growing = added;
            for (Interval one : seen.getOrDefault(uuid, List.of())) {
                if (one.last() + 1 < growing.first() || growing.last() + 1 < one.first()) {
                    merged.add(one);
                } else {
                    growing =
                            new Interval(
                                    Math.min(one.first(), growing.first()),
                                    Math.max(one.last(), growing.last()));
                }
            }
            merged.add(growing);
            merged.sort((a, b) -> Long.compare(a.first(), b.first()));
            SortedMap<String, List<Interval>> more = new TreeMap<>(seen);
            more.put(uuid, merged);
            return new MySql(more);
        }

        @Override
        public GtidPosition common(GtidPosition other) {
            SortedMap<String, List<Interval>> both = new TreeMap<>();
            if (other instanceof MySql theirs) {
                seen.forEach(
                        (uuid, mine) -> {
                            List<Interval> shared =
                                    intersection(mine, theirs.seen.getOrDefault(uuid, List.of()));
                            if (!shared.isEmpty()) {
                                both.put(uuid, shared);
                            }
                        });
            }
            return new MySql(both);
        }

        private static List<Interval> intersection(List<Interval> mine, List<Interval> theirs) {
            List<Interval> shared = new ArrayList<>();
            int i = 0;
            int j = 0;
            while (i < mine.size() && j < theirs.size()) {
                long first = Math.max(mine.get(i).first(), theirs.get(j).first());
                long last = Math.min(mine.get(i).last(), theirs.get(j).last());
                if (first <= last) {
                    shared.add(new Interval(first, last));
                }
                if (mine.get(i).last() < theirs.get(j).last()) {
                    i++;
                } else {
                    j++;
                }
            }
            return shared;
        }

        @Override
        public String toString() {
            return seen.entrySet().stream()
                    .map(
                            entry ->
                                    entry.getValue().stream()
                                            .map(Interval::toString)
                                            .collect(
                                                    Collectors.joining(
                                                            ":", entry.getKey() + ":", "")))
                    .collect(Collectors.joining(","));
        }
    }
}
