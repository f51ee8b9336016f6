package dev.homeport.topology;

/**
 * One place in the table of a bucket, in 64 bits, so that a lookup reads two lines of memory and
 * not four: the highest 16 bits of the id's hash, the number of its residence in the whole map, and
 * one more than where its record begins. 0 is an empty one.
 */
final class Slot {
    static final long EMPTY = 0;

    /** The bucket is in no map, or that has more residences than fit. */
    static final int NO_NUMBER = 0xffff;

    private static final int HASH_SHIFT = 48;
    private static final int NUMBER_SHIFT = 32;

    private Slot() {}

    /**
     * One without a number.
     *
     * @param at where the record begins
     */
    static long of(int hash, int at) {
        return numbered(((long) (hash >>> 16) << HASH_SHIFT) | (at + 1), NO_NUMBER);
    }

    /** The same with the number of its residence: at most {@link #NO_NUMBER}. */
    static long numbered(long slot, int number) {
        long rest = slot & ~((long) NO_NUMBER << NUMBER_SHIFT);
        return rest | ((long) number << NUMBER_SHIFT);
    }

    static int at(long slot) {
        return (int) slot - 1;
    }

    static int number(long slot) {
        return (int) (slot >>> NUMBER_SHIFT) & 0xffff;
    }

    /** Whether it can be that of an id with this hash; nearly always it is then. */
    static boolean mayBe(long slot, int hash) {
        return (int) (slot >>> HASH_SHIFT) == (hash >>> 16);
    }

    /**
     * Where the search begins. The lowest bits of a hash are those of the bucket, so the same for
     * all its projects.
     *
     * @param mask one less than the size of the table, which is a power of two
     */
    static int first(int hash, int mask) {
        return (hash >>> 12) & mask;
    }

    /** How large a table is: at most three of four are taken, so that a search ends. */
    static int tableSize(int projects) {
        return projects == 0 ? 1 : Integer.highestOneBit(Math.max(1, projects * 4 / 3)) * 2;
    }
}
