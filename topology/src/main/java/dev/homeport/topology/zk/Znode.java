package dev.homeport.topology.zk;

import java.util.Arrays;
import java.util.Optional;
import org.apache.zookeeper.data.Stat;

/** One znode as it was read: its bytes, or that there is none, or that it may not be read. */
final class Znode {
    static final Znode ABSENT = new Znode(Optional.empty(), Versioned.ABSENT, 0, "");

    private final Optional<byte[]> bytes;
    private final int version;
    private final long mzxid;
    private final String unreadable;

    private Znode(Optional<byte[]> bytes, int version, long mzxid, String unreadable) {
        this.bytes = bytes;
        this.version = version;
        this.mzxid = mzxid;
        this.unreadable = unreadable;
    }

    static Znode of(byte[] data, Stat stat) {
        return of(data, stat.getVersion(), stat.getMzxid());
    }

    static Znode of(byte[] data, int version, long mzxid) {
        byte[] copy = data == null ? new byte[0] : data.clone();
        return new Znode(Optional.of(copy), version, mzxid, "");
    }

    /** It stands there and cannot be read, for this reason. */
    static Znode unreadable(String reason) {
        return new Znode(Optional.empty(), Versioned.ABSENT, 0, reason);
    }

    /** Empty where there is none, or it may not be read. */
    Optional<byte[]> bytes() {
        return bytes.map(byte[]::clone);
    }

    boolean isAbsent() {
        return bytes.isEmpty() && unreadable.isEmpty();
    }

    /** Why it cannot be read; empty where it can. */
    String unreadable() {
        return unreadable;
    }

    int version() {
        return version;
    }

    long mzxid() {
        return mzxid;
    }

    /** In bytes; 0 where there is none. */
    int length() {
        return bytes.map(content -> content.length).orElse(0);
    }

    boolean hasContent(byte[] expected) {
        return bytes.isPresent() && Arrays.equals(bytes.get(), expected);
    }
}
