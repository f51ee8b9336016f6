package dev.homeport.topology.zk;

/**
 * A value as it stands in a znode.
 *
 * @param version of the znode, {@link #ABSENT} where there is none
 * @param zxid the transaction that wrote it, 0 where there is none
 */
public record Versioned<T>(T value, int version, long zxid) {
    /** The version of a znode that does not exist. */
    public static final int ABSENT = -1;
}
