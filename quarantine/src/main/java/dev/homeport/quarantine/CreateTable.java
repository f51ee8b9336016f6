package dev.homeport.quarantine;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What {@code SHOW CREATE TABLE} says, taken apart: its definitions, in order, and what follows
 * them. Names are in backticks, texts in single quotes with backslashes, as a session without
 * ANSI_QUOTES and NO_BACKSLASH_ESCAPES gets them.
 *
 * @param definitions of columns, keys and constraints, each as it stands there
 * @param options what follows the closing parenthesis
 */
record CreateTable(List<String> definitions, String options) {
    private static final Pattern AUTO_INCREMENT = Pattern.compile(" AUTO_INCREMENT=[0-9]+");
    private static final Pattern INDEX_NAME =
            Pattern.compile("^(?:UNIQUE |FULLTEXT |SPATIAL )?KEY `(?:[^`]|``)*` ");
    private static final Pattern FOREIGN_KEY =
            Pattern.compile("CONSTRAINT `(?:[^`]|``)*` FOREIGN KEY .*", Pattern.DOTALL);
    private static final Pattern CHECK =
            Pattern.compile("CONSTRAINT `(?:[^`]|``)*` CHECK .*", Pattern.DOTALL);

    CreateTable {
        definitions = List.copyOf(definitions);
    }

    /**
     * @throws IllegalArgumentException if the text is none of a table with columns
     */
    static CreateTable parse(String text) {
        int open = text.indexOf(" (\n", endOfName(text));
        if (open < 0) {
            throw new IllegalArgumentException("not understood: SHOW CREATE TABLE");
        }
        List<String> definitions = new ArrayList<>();
        int depth = 1;
        int start = open + 2;
        for (int i = start; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '`' || c == '\'' || c == '"') {
                i = endOfQuoted(text, i) - 1;
            } else if (c == '(') {
                depth++;
            } else if (c == ')' && --depth == 0) {
                definitions.add(text.substring(start, i).strip());
                return new CreateTable(definitions, text.substring(i + 1));
            } else if (c == ',' && depth == 1) {
                definitions.add(text.substring(start, i).strip());
                start = i + 1;
            }
        }
        throw new IllegalArgumentException("not understood: SHOW CREATE TABLE");
    }

    private static int endOfName(String text) {
        int name = text.indexOf('`');
        return name < 0 ? 0 : endOfQuoted(text, name);
    }

    /** The index after the quoted text that starts there. */
    static int endOfQuoted(String text, int start) {
        char quote = text.charAt(start);
        int i = start + 1;
        while (i < text.length()) {
            char c = text.charAt(i);
            if (c == '\\' && quote != '`') {
                i += 2;
            } else if (c != quote) {
                i++;
            } else if (i + 1 < text.length() && text.charAt(i + 1) == quote) {
                i += 2;
            } else {
                return i + 1;
            }
        }
        throw new IllegalArgumentException("not understood: a quote does not end");
    }

    List<String> foreignKeys() {
        return definitions.stream().filter(text -> FOREIGN_KEY.matcher(text).matches()).toList();
    }

    List<String> checks() {
        return definitions.stream().filter(text -> CHECK.matcher(text).matches()).toList();
    }

    /** Whether they are the same but for the names of indexes. */
    boolean isLike(CreateTable other) {
        return options.equals(other.options)
                && unnamed(definitions).equals(unnamed(other.definitions));
    }

    private static List<String> unnamed(List<String> definitions) {
        return definitions.stream()
                .map(definition -> INDEX_NAME.matcher(definition).replaceFirst("KEY "))
                .sorted()
                .toList();
    }

    /** Without foreign keys and the next AUTO_INCREMENT, which a copy does not have. */
    CreateTable bare() {
        List<String> others = new ArrayList<>(definitions);
        others.removeAll(foreignKeys());
        return new CreateTable(others, AUTO_INCREMENT.matcher(options).replaceAll(""));
    }
}
