package dev.homeport.topology;

import java.util.Locale;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/**
 * Which of the 4096 znodes holds a project's placement: the low 12 bits of the CRC-32C (RFC 3720)
 * of its id in UTF-8, written as three lower-case hexadecimal digits. Fixed for ever: a golden test
 * guards it, because a change would lose every project.
 */
public final class Buckets {
    public static final int COUNT = 4096;
    private static final Pattern NAME = Pattern.compile("[0-9a-f]{3}");

    private Buckets() {}

    /** 0 to 4095. Allocates nothing. */
    public static int of(ProjectId project) {
        return of(project.crc());
    }

    /**
     * @param hash of the id
     */
    static int of(int hash) {
        return hash & (COUNT - 1);
    }

    /** Three hexadecimal digits. */
    public static String name(int bucket) {
        return String.format(Locale.ROOT, "%03x", bucket);
    }

    /** The bucket of that name, or empty where the name has another form. */
    public static OptionalInt parse(String name) {
        return NAME.matcher(name).matches()
                ? OptionalInt.of(Integer.parseInt(name, 16))
                : OptionalInt.empty();
    }
}
