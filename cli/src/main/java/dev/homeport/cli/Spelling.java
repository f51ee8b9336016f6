package dev.homeport.cli;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Finds the name that was probably meant. */
final class Spelling {
    private Spelling() {}

    /** The nearest of the known names, if one is near enough to be a likely slip. */
    static Optional<String> nearest(String given, Collection<String> known) {
        int most = Math.max(2, given.length() / 3);
        return known.stream()
                .min(Comparator.comparingInt(name -> edits(given, name)))
                .filter(name -> edits(given, name) <= most);
    }

    /** How many characters have to be typed, taken away or replaced; case does not matter. */
    private static int edits(String from, String to) {
        String a = from.toLowerCase(Locale.ROOT);
        String b = to.toLowerCase(Locale.ROOT);
        int[] before = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            before[j] = j;
        }
        for (int i = 0; i < a.length(); i++) {
            int[] row = new int[b.length() + 1];
            row[0] = i + 1;
            for (int j = 0; j < b.length(); j++) {
                int replaced = before[j] + (a.charAt(i) == b.charAt(j) ? 0 : 1);
                row[j + 1] = Math.min(replaced, 1 + Math.min(before[j + 1], row[j]));
            }
            before = row;
        }
        return before[b.length()];
    }
}
