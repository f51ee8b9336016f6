package dev.homeport.topology.fields;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Finds the name that was probably meant. */
public final class Suggestions {
    private Suggestions() {}

    /** The nearest of the known names, if one is near enough to be a likely slip. */
    public static Optional<String> nearest(String given, Collection<String> known) {
        int most = Math.max(2, given.length() / 3);
        return known.stream()
                .filter(name -> distance(given, name) <= most)
                .min(Comparator.comparingInt((String name) -> distance(given, name)));
    }

    /** Levenshtein distance without regard to case. */
    private static int distance(String a, String b) {
        String first = a.toLowerCase(Locale.ROOT);
        String second = b.toLowerCase(Locale.ROOT);
        int[] row = new int[second.length() + 1];
        for (int j = 0; j < row.length; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= first.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j < row.length; j++) {
                int above = row[j];
                int change = first.charAt(i - 1) == second.charAt(j - 1) ? 0 : 1;
                row[j] = Math.min(Math.min(row[j] + 1, row[j - 1] + 1), diagonal + change);
                diagonal = above;
            }
        }
        return row[second.length()];
    }
}
