package dev.homeport.cli;

/**
 * Which record of a fleet.
 *
 * @param id of a cluster; empty for those of which there is one
 */
record RecordName(Kind kind, String id) implements Comparable<RecordName> {
    static final RecordName POLICY = new RecordName(Kind.POLICY, "");
    static final RecordName GUARD = new RecordName(Kind.GUARD, "");

    /** In the order in which they are written: what others name comes first. */
    enum Kind {
        CLUSTER,
        POLICY,
        GUARD
    }

    static RecordName cluster(String id) {
        return new RecordName(Kind.CLUSTER, id);
    }

    /** For people: {@code cluster c1}. */
    String text() {
        return switch (kind) {
            case CLUSTER -> "cluster " + id;
            case POLICY -> "placement-policy";
            case GUARD -> "guard";
        };
    }

    /** Where it stands in a file: {@code clusters.c1}. */
    String section() {
        return switch (kind) {
            case CLUSTER -> "clusters." + id;
            case POLICY -> "placement-policy";
            case GUARD -> "guard";
        };
    }

    /** Where it stands in ZooKeeper, which is how routers name it: {@code clusters/c1}. */
    String znode() {
        return switch (kind) {
            case CLUSTER -> "clusters/" + id;
            case POLICY -> "placement-policy";
            case GUARD -> "guard";
        };
    }

    /** Where it is written. */
    String path() {
        return switch (kind) {
            case CLUSTER -> "/v1/clusters/" + Texts.encoded(id);
            case POLICY -> "/v1/placement-policy";
            case GUARD -> "/v1/guard";
        };
    }

    /** Where it is read as it would be written. */
    String readPath() {
        return kind == Kind.CLUSTER ? path() + "/definition" : path();
    }

    @Override
    public int compareTo(RecordName other) {
        int byKind = kind.compareTo(other.kind);
        return byKind != 0 ? byKind : id.compareTo(other.id);
    }
}
