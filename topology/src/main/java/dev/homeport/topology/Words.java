package dev.homeport.topology;

import java.util.Locale;
import java.util.Optional;

/** How constants are spelled in znodes, REST and texts: lower case, words joined by hyphens. */
public final class Words {
    private Words() {}

    /** {@code NO_PRIMARY} as {@code no-primary}. */
    public static String of(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The constant that is spelled so, exactly; empty where none is. */
    public static <E extends Enum<E>> Optional<E> parse(Class<E> type, String word) {
        for (E constant : type.getEnumConstants()) {
            if (of(constant).equals(word)) {
                return Optional.of(constant);
            }
        }
        return Optional.empty();
    }
}
