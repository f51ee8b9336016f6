package dev.homeport.cli;

import java.util.ArrayList;
import java.util.List;

/**
 * Splits a command line into words as a shell does: blanks separate, quotes and backslashes keep
 * together. Nothing is expanded and no shell is asked.
 */
final class CommandWords {
    private final List<String> words = new ArrayList<>();
    private final StringBuilder word = new StringBuilder();
    private boolean isInWord;
    private char quote;

    private CommandWords() {}

    /**
     * The words.
     *
     * @throws IllegalArgumentException if a quote is not closed, or nothing follows a backslash
     */
    static List<String> of(String line) {
        CommandWords words = new CommandWords();
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (c == '\\' && words.quote != '\'') {
                i++;
                if (i == line.length()) {
                    throw new IllegalArgumentException("it ends in a backslash");
                }
                words.addEscaped(line.charAt(i));
            } else {
                words.add(c);
            }
        }
        return words.end();
    }

    private void addEscaped(char c) {
        // Between double quotes a backslash stands for itself before most characters.
        if (quote == '"' && c != '"' && c != '\\') {
            word.append('\\');
        }
        word.append(c);
        isInWord = true;
    }

    private void add(char c) {
        if (quote != 0) {
            if (c == quote) {
                quote = 0;
            } else {
                word.append(c);
            }
        } else if (c == '"' || c == '\'') {
            quote = c;
            isInWord = true;
        } else if (Character.isWhitespace(c)) {
            endWord();
        } else {
            word.append(c);
            isInWord = true;
        }
    }

    private void endWord() {
        if (isInWord) {
            words.add(word.toString());
            word.setLength(0);
            isInWord = false;
        }
    }

    private List<String> end() {
        if (quote != 0) {
            throw new IllegalArgumentException("a quote is not closed");
        }
        endWord();
        return List.copyOf(words);
    }
}
