package dev.homeport.conformance.program;

import dev.homeport.conformance.transcript.Transcript;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/** What came of running a program. */
public sealed interface Run {
    Duration PATIENCE = Duration.ofMinutes(2);

    /** It ended well. */
    record Done(Transcript transcript) implements Run {}

    /** It did not, or told no transcript. */
    record Failed(String why) implements Run {}

    /**
     * Runs a program to its end.
     *
     * @param scratch a folder of its own
     */
    static Run of(Program.Ready program, Programs programs, Endpoint endpoint, Path scratch) {
        Map<String, String> environment = new LinkedHashMap<>(program.environment());
        environment.put("DB_HOST", endpoint.host());
        environment.put("DB_PORT", Integer.toString(endpoint.port()));
        environment.put("DB_USER", endpoint.user());
        environment.put("DB_PASSWORD_FILE", endpoint.passwordFile().toString());
        environment.put("DB_SCHEMA", endpoint.schema());
        environment.put("DB_TLS", endpoint.authority().isPresent() ? "verify-ca" : "off");
        endpoint.authority().ifPresent(ca -> environment.put("DB_CA", ca.toString()));
        environment.put("DB_PROGRAMS", programs.folder().toString());
        environment.put("DB_SCRATCH", scratch.toString());
        Execution execution = Execution.of(program.command(), environment, scratch, PATIENCE);
        if (!execution.isGood()) {
            return new Failed(execution.complaint() + lastStep(execution.output()));
        }
        try {
            return new Done(Transcript.parse(execution.output(), endpoint.port()));
        } catch (IllegalArgumentException e) {
            return new Failed("told no transcript: " + e.getMessage());
        }
    }

    private static String lastStep(String output) {
        String last = output.lines().reduce("", (before, line) -> line);
        return "\nlast told: " + last.substring(0, Math.min(last.length(), 300));
    }
}
