package dev.homeport.topology;

import java.util.Locale;

/**
 * A pattern of names: {@code *} stands for any characters, {@code ?} for one, everything else for
 * itself without regard to case. Matching takes at most as many steps as the pattern is long times
 * the name.
 *
 * @param text as it was written
 */
public record Glob(String text) {
    /** What a pattern may have at most, in characters. */
    public static final int MOST_CHARS = 130;

    /**
     * @throws IllegalArgumentException if it is empty, too long, or has a control character
     */
    public Glob {
        if (text.isEmpty()
                || text.length() > MOST_CHARS
                || text.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException(
                    "\"%s\" is no pattern: expected 1 to %d characters, of which * and ? stand for others"
                            .formatted(Ids.printable(text), MOST_CHARS));
        }
    }

    public boolean matches(String name) {
        return matches(text.toLowerCase(Locale.ROOT), name.toLowerCase(Locale.ROOT));
    }

    /** Goes back to the last star only: what stood before it has found its place already. */
    private static boolean matches(String pattern, String name) {
        int at = 0;
        int star = -1;
        int afterStar = 0;
        int i = 0;
        while (i < name.length()) {
            char wanted = at < pattern.length() ? pattern.charAt(at) : 0;
            if (wanted == '*') {
                star = at++;
                afterStar = i;
            } else if (wanted == '?' || (wanted != 0 && wanted == name.charAt(i))) {
                at++;
                i++;
            } else if (star >= 0) {
                at = star + 1;
                i = ++afterStar;
            } else {
                return false;
            }
        }
        while (at < pattern.length() && pattern.charAt(at) == '*') {
            at++;
        }
        return at == pattern.length();
    }

    @Override
    public String toString() {
        return text;
    }
}
