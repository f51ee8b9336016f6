package dev.homeport.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** Words for people. */
final class Texts {
    private Texts() {}

    /** Without anything that a terminal would take for a command. Line ends stay. */
    static String plain(String text) {
        return text.replaceAll("[\\p{Cntrl}&&[^\\n]]|\\p{Cf}", "?");
    }

    /** {@code 2026-01-31T12:00:00Z (5 min ago)}; "-" where there is no moment. */
    static String since(String moment, Instant now) {
        if (moment.isEmpty()) {
            return "-";
        }
        try {
            return "%s (%s ago)"
                    .formatted(moment, age(Duration.between(Instant.parse(moment), now)));
        } catch (DateTimeParseException e) {
            return plain(moment);
        }
    }

    /** In the largest unit that fits. */
    static String age(Duration age) {
        if (age.toSeconds() < 100) {
            return Math.max(0, age.toSeconds()) + " s";
        }
        if (age.toMinutes() < 100) {
            return age.toMinutes() + " min";
        }
        return age.toHours() < 72 ? age.toHours() + " h" : age.toDays() + " days";
    }

    /** {@code 1 project}, {@code 2 projects}. */
    static String count(long number, String word) {
        return number + " " + word + (number == 1 ? "" : "s");
    }

    /** As few lines as the words take; only a word that is too long by itself goes beyond. */
    static List<String> lines(List<String> words, int mostChars) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (String word : words) {
            if (!line.isEmpty() && line.length() + 1 + word.length() > mostChars) {
                lines.add(line.toString());
                line.setLength(0);
            }
            line.append(line.isEmpty() ? "" : " ").append(plain(word));
        }
        if (!line.isEmpty()) {
            lines.add(line.toString());
        }
        return lines;
    }

    /** On one line, and no longer than that. */
    static String cut(String text, int mostChars) {
        String line = plain(text).replace('\n', ' ');
        return line.length() <= mostChars ? line : line.substring(0, mostChars - 1) + "…";
    }

    /** The texts of a list, with commas. */
    static String joined(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false)
                .map(JsonNode::asText)
                .collect(Collectors.joining(", "));
    }

    /** A value for a query or a path. */
    static String encoded(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
    }

    static String upper(String word) {
        return word.toUpperCase(Locale.ROOT);
    }
}
