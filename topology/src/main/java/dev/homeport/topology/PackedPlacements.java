package dev.homeport.topology;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Predicate;

/**
 * Placements in one packed bucket each of 4096. A change copies the array of references (16 KB) and
 * the counts of each home, and shares all other buckets. Counts are carried from map to map.
 */
final class PackedPlacements implements PlacementMap {
    static final PackedPlacements EMPTY = empty();

    private final PackedBucket[] buckets;

    /** Those of the buckets, beside each other: each step to another object is a cache miss. */
    private final long[][] slots;

    /**
     * One less than the size of a table in nearly all buckets, unless the mean is near a limit of
     * sizes: that is known without looking.
     */
    private final int usualMask;

    /** By their numbers in slots. */
    private final Optional<Residence>[] residences;

    private final Map<ClusterId, HomeCount> homes;
    private final int size;
    private final int failures;

    private PackedPlacements(
            PackedBucket[] buckets,
            long[][] slots,
            Optional<Residence>[] residences,
            Map<ClusterId, HomeCount> homes,
            int size,
            int failures) {
        this.buckets = buckets;
        this.slots = slots;
        this.usualMask = Slot.tableSize((size + Buckets.COUNT - 1) / Buckets.COUNT) - 1;
        this.residences = residences;
        this.homes = homes;
        this.size = size;
        this.failures = failures;
    }

    @Override
    public Optional<Residence> residence(ProjectId project) {
        int hash = project.crc();
        int bucket = Buckets.of(hash);
        long[] table = slots[bucket];
        if (table.length != usualMask + 1) {
            return buckets[bucket].residence(project);
        }
        int place = Slot.first(hash, usualMask);
        for (; table[place] != Slot.EMPTY; place = (place + 1) & usualMask) {
            long slot = table[place];
            if (Slot.mayBe(slot, hash) && project.isAt(buckets[bucket].records(), Slot.at(slot))) {
                int number = Slot.number(slot);
                return number == Slot.NO_NUMBER
                        ? buckets[bucket].residence(project)
                        : residences[number];
            }
        }
        return Optional.empty();
    }

    @Override
    public Optional<Placement> find(ProjectId project) {
        return buckets[Buckets.of(project)].find(project);
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public int residents(ClusterId cluster) {
        HomeCount count = homes.get(cluster);
        return count == null ? 0 : count.all() - count.of(ProjectState.DELETED);
    }

    @Override
    public int records(ClusterId cluster) {
        HomeCount count = homes.get(cluster);
        return count == null ? 0 : count.all();
    }

    @Override
    public int count(ProjectState state) {
        return homes.values().stream().mapToInt(count -> count.of(state)).sum();
    }

    @Override
    public List<ProjectId> failures(int most) {
        List<ProjectId> found = new ArrayList<>();
        int left = Math.min(most, failures);
        for (int i = 0; i < buckets.length && found.size() < left; i++) {
            if (buckets[i].failures() > 0) {
                buckets[i].visit(
                        Optional.empty(),
                        one -> one.state() == ProjectState.PROVISIONING,
                        (project, placement) -> {
                            if (placement.error().isPresent()) {
                                found.add(project);
                            }
                            return found.size() < left;
                        });
            }
        }
        return List.copyOf(found);
    }

    @Override
    public PackedBucket bucket(int bucket) {
        return buckets[bucket];
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // the same, not an equal one: that is what is shared
    public BitSet changedSince(PlacementMap before) {
        var changed = new BitSet(Buckets.COUNT);
        for (int i = 0; i < buckets.length; i++) {
            changed.set(i, buckets[i] != before.bucket(i));
        }
        return changed;
    }

    @Override
    public void forEach(BiConsumer<ProjectId, Placement> visitor) {
        for (PackedBucket bucket : buckets) {
            bucket.forEach(visitor);
        }
    }

    @Override
    public void visit(
            Optional<ProjectId> after, Predicate<Residence> wanted, PackedBucket.Visitor visitor) {
        int first = after.map(Buckets::of).orElse(0);
        boolean goesOn = buckets[first].visit(after, wanted, visitor);
        for (int i = first + 1; goesOn && i < buckets.length; i++) {
            goesOn = buckets[i].visit(Optional.empty(), wanted, visitor);
        }
    }

    @Override
    public PlacementMap with(Collection<PackedBucket> changed) {
        PackedBucket[] newBuckets = buckets.clone();
        Map<ClusterId, Map<ProjectState, Integer>> differences = new HashMap<>();
        int newSize = size;
        int newFailures = failures;
        for (PackedBucket bucket : changed) {
            PackedBucket old = newBuckets[bucket.number()];
            count(old, -1, differences);
            count(bucket, 1, differences);
            newSize += bucket.size() - old.size();
            newFailures += bucket.failures() - old.failures();
            newBuckets[bucket.number()] = bucket;
        }
        Map<ClusterId, HomeCount> newHomes = new HashMap<>(homes);
        BitSet taken = takenNumbers();
        differences.forEach(
                (home, more) -> {
                    // Nearly all homes of a bucket have as many projects in it as before.
                    if (homes.containsKey(home) && more.values().stream().allMatch(n -> n == 0)) {
                        return;
                    }
                    HomeCount before = newHomes.get(home);
                    HomeCount sum =
                            (before == null ? HomeCount.none(home, freeNumber(taken)) : before)
                                    .plus(more);
                    if (sum.all() > 0) {
                        newHomes.put(home, sum);
                    } else {
                        newHomes.remove(home);
                    }
                });
        long[][] newSlots = slots.clone();
        for (PackedBucket bucket : changed) {
            PackedBucket shared = sharing(newBuckets[bucket.number()], newHomes);
            newBuckets[bucket.number()] = shared;
            newSlots[bucket.number()] = shared.slots();
        }
        return new PackedPlacements(
                newBuckets,
                newSlots,
                newHomes.keySet().equals(homes.keySet()) ? residences : numbered(newHomes),
                newHomes,
                newSize,
                newFailures);
    }

    @Override
    public PlacementMap withBucket(int bucket, Map<ProjectId, Placement> content) {
        return with(List.of(PackedBucket.of(bucket, content)));
    }

    private static void count(
            PackedBucket bucket, int sign, Map<ClusterId, Map<ProjectState, Integer>> differences) {
        int[] counts = bucket.counts();
        List<Optional<Residence>> residences = bucket.residences();
        for (int i = 0; i < counts.length; i++) {
            Residence residence = residences.get(i).orElseThrow();
            differences
                    .computeIfAbsent(residence.home(), home -> new EnumMap<>(ProjectState.class))
                    .merge(residence.state(), sign * counts[i], Integer::sum);
        }
    }

    /** Each residence is one object in all buckets: there are few of them, and many buckets. */
    private static PackedBucket sharing(PackedBucket bucket, Map<ClusterId, HomeCount> homes) {
        List<Optional<Residence>> all = bucket.residences();
        List<Optional<Residence>> shared = new ArrayList<>();
        var numbers = new int[all.size()];
        for (int i = 0; i < numbers.length; i++) {
            Residence residence = all.get(i).orElseThrow();
            HomeCount home = homes.get(residence.home());
            shared.add(home.residence(residence.state()));
            numbers[i] = home.number(residence.state());
        }
        return bucket.sharing(PackedBucketBuilder.arrayOf(shared), numbers);
    }

    /** Which parts of the numbers homes have: those of a home that is gone are in no slot. */
    private BitSet takenNumbers() {
        var taken = new BitSet();
        homes.values().forEach(home -> taken.set(home.firstNumber() / HomeCount.NUMBERS));
        return taken;
    }

    private static int freeNumber(BitSet taken) {
        int free = taken.nextClearBit(0);
        taken.set(free);
        return free * HomeCount.NUMBERS;
    }

    /** The residences of all homes by their numbers. */
    private static Optional<Residence>[] numbered(Map<ClusterId, HomeCount> homes) {
        List<Optional<Residence>> all = new ArrayList<>();
        for (HomeCount home : homes.values()) {
            for (ProjectState state : ProjectState.values()) {
                int number = home.number(state);
                if (number != Slot.NO_NUMBER) {
                    while (all.size() <= number) {
                        all.add(Optional.empty());
                    }
                    all.set(number, home.residence(state));
                }
            }
        }
        return PackedBucketBuilder.arrayOf(all);
    }

    private static PackedPlacements empty() {
        var buckets = new PackedBucket[Buckets.COUNT];
        var slots = new long[Buckets.COUNT][];
        for (int i = 0; i < buckets.length; i++) {
            buckets[i] = PackedBucket.empty(i);
            slots[i] = buckets[i].slots();
        }
        return new PackedPlacements(
                buckets, slots, PackedBucketBuilder.arrayOf(List.of()), Map.of(), 0, 0);
    }
}
