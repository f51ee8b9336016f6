package dev.homeport.topology;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * Names a project: a tenant, or a logical database that several tenants share. Compared without
 * case, so it is kept in lower case. Immutable. Has its hash and its bytes ready, because a router
 * looks it up among millions with each login and each change.
 */
public final class ProjectId implements Comparable<ProjectId> {
    private static final String FORM = "[a-z0-9][a-z0-9._-]{0,62}";
    private static final int MOST_CHARS = 63;

    private final String value;
    private final byte[] ascii;
    private final int crc;

    /**
     * @param text matches {@code [a-z0-9][a-z0-9._-]{0,62}} in lower case
     * @throws IllegalArgumentException if the text, in lower case, does not have the form of a
     *     project id
     */
    public ProjectId(String text) {
        value = text.toLowerCase(Locale.ROOT);
        if (!hasForm(value)) {
            throw new IllegalArgumentException(
                    "\"" + Ids.printable(text) + "\" is no project id: expected " + FORM);
        }
        ascii = value.getBytes(StandardCharsets.ISO_8859_1);
        crc = Crc32c.of(value);
    }

    /** In lower case. */
    public String value() {
        return value;
    }

    /** CRC-32C (RFC 3720) of the id: see {@link Buckets}. */
    int crc() {
        return crc;
    }

    /** The id, or empty where the text does not have the form of one. Never throws. */
    public static Optional<ProjectId> parse(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        return hasForm(lower) ? Optional.of(new ProjectId(lower)) : Optional.empty();
    }

    /** Not by a regular expression: a router reads millions of them before it serves. */
    private static boolean hasForm(String text) {
        if (text.isEmpty() || text.length() > MOST_CHARS) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            if (!mayStandAt(i, text.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    /** Whether that part of an array is the id of a project in ASCII, in lower case. */
    public static boolean isIn(byte[] bytes, int from, int to) {
        if (from >= to || to - from > MOST_CHARS) {
            return false;
        }
        for (int at = from; at < to; at++) {
            if (!mayStandAt(at - from, (char) bytes[at])) {
                return false;
            }
        }
        return true;
    }

    private static boolean mayStandAt(int index, char c) {
        boolean isAlphanumeric = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        return isAlphanumeric || (index > 0 && (c == '.' || c == '_' || c == '-'));
    }

    /** Whether it stands there in ASCII, behind a byte with its length. */
    boolean isAt(byte[] bytes, int at) {
        int length = ascii.length;
        return bytes[at] == length
                && Arrays.equals(bytes, at + 1, at + 1 + length, ascii, 0, length);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ProjectId that && crc == that.crc && value.equals(that.value);
    }

    /**
     * The lowest bits are the same for all of a bucket, which tables without spreading suffer by.
     */
    @Override
    public int hashCode() {
        return Integer.rotateRight(crc, Integer.bitCount(Buckets.COUNT - 1));
    }

    @Override
    public int compareTo(ProjectId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
