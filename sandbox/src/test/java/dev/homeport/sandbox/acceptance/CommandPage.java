package dev.homeport.sandbox.acceptance;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A page of Markdown as the blocks that stand in it. Pure. */
final class CommandPage {
    private static final Pattern BLOCK =
            Pattern.compile("(?m)^```(\\S*)\\n(.*?)^```\\n", Pattern.DOTALL);
    private static final Pattern EXIT_CODE = Pattern.compile("#\\s*exit (\\d+)\\s*$");

    private CommandPage() {}

    /**
     * A fenced block.
     *
     * @param line where it begins
     * @param language what stands behind the fence; empty where nothing does
     * @param shown for commands, the output that is printed right below them
     */
    record Block(int line, String language, String text, Optional<String> shown) {}

    /** In their order. What is shown is a part of its commands, not a block of its own. */
    static List<Block> blocks(String page) {
        List<Block> blocks = new ArrayList<>();
        int end = -1;
        for (Matcher block = BLOCK.matcher(page); block.find(); end = block.end()) {
            int line = (int) page.substring(0, block.start()).lines().count() + 1;
            boolean isBelow = end >= 0 && page.substring(end, block.start()).isBlank();
            if (block.group(1).equals("text") && isBelow) {
                Block commands = blocks.removeLast();
                blocks.add(
                        new Block(
                                commands.line,
                                commands.language,
                                commands.text,
                                Optional.of(block.group(2))));
            } else {
                blocks.add(new Block(line, block.group(1), block.group(2), Optional.empty()));
            }
        }
        return blocks;
    }

    /** The exit code that a command's comment announces; 0 where there is none. */
    static int announced(String command) {
        Matcher code = EXIT_CODE.matcher(command.stripTrailing());
        return code.find() ? Integer.parseInt(code.group(1)) : 0;
    }

    /**
     * Whether an output looks as it is shown: line by line, blank ones aside. Any number stands for
     * any other, {@code ...} for a part of a line, and alone in a line for any lines.
     */
    static boolean hasShape(String output, String shown) {
        StringBuilder shape = new StringBuilder();
        for (String line : shown.lines().map(String::strip).toList()) {
            if (line.equals("...")) {
                shape.append("(?:[^\\n]*\\n)*?");
            } else if (!line.isEmpty()) {
                shape.append(shapeOf(line)).append("\\n");
            }
        }
        StringBuilder lines = new StringBuilder();
        output.lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .forEach(line -> lines.append(line).append('\n'));
        return Pattern.matches(shape.toString(), lines);
    }

    private static String shapeOf(String line) {
        StringBuilder shape = new StringBuilder();
        Matcher part = Pattern.compile("\\.\\.\\.|\\s+|\\d+|[^\\s\\d.]+|\\.").matcher(line);
        while (part.find()) {
            String text = part.group();
            if (text.equals("...")) {
                shape.append("[^\\n]*");
            } else if (text.isBlank()) {
                shape.append("\\s+");
            } else if (Character.isDigit(text.charAt(0))) {
                shape.append("\\d+");
            } else {
                shape.append(Pattern.quote(text));
            }
        }
        return shape.toString();
    }
}
