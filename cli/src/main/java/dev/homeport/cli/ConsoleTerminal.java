package dev.homeport.cli;

import java.io.Console;
import java.lang.reflect.InvocationTargetException;
import java.util.Optional;

/** The terminal that the command was started from, if it was. */
final class ConsoleTerminal implements Surroundings.Terminal {
    @Override
    @SuppressWarnings("SystemConsoleNull") // it does on Java 21, and isTerminal tells on newer ones
    public Optional<String> ask(String question) {
        Console console = System.console();
        if (console == null || !isTerminal(console)) {
            return Optional.empty();
        }
        return Optional.of(Optional.ofNullable(console.readLine("%s", question)).orElse(""));
    }

    /** From Java 22 on there can be a console without a terminal, and a method that tells. */
    private static boolean isTerminal(Console console) {
        try {
            return (boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (NoSuchMethodException e) {
            return true;
        } catch (IllegalAccessException | InvocationTargetException e) {
            throw new IllegalStateException("Console.isTerminal cannot be asked", e);
        }
    }
}
