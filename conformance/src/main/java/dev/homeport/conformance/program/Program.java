package dev.homeport.conformance.program;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Map;

/** A driver's program on this machine. */
public sealed interface Program {
    /**
     * It can be run.
     *
     * @param environment that it needs beside what {@link Run} tells it
     */
    record Ready(List<String> command, Map<String, String> environment) implements Program {
        public Ready {
            command = List.copyOf(command);
            environment = Map.copyOf(environment);
        }
    }

    /**
     * It cannot.
     *
     * @param why with what would change it
     */
    record Missing(String why) implements Program {
        public Missing {
            requireNonNull(why, "why");
        }
    }
}
