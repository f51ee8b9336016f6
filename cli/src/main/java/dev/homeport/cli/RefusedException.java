package dev.homeport.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A router understood the request and did not carry it out. */
final class RefusedException extends CommandException {
    private static final long serialVersionUID = 1;
    private static final String VERSION_CONFLICT = "version_conflict";

    private final int status;
    private final String code;
    private final transient List<Problem> problems;
    private final transient List<String> conflictsWith;

    /**
     * One thing that is wrong with what was sent.
     *
     * @param field where, such as {@code instances[0].port}; empty for the whole record
     */
    record Problem(String field, String rule, Optional<String> suggestion) {
        /** {@code field: rule (did you mean "suggestion"?)}. */
        String text() {
            return (field.isEmpty() ? "" : field + ": ")
                    + rule
                    + suggestion.map(" (did you mean \"%s\"?)"::formatted).orElse("");
        }
    }

    private RefusedException(
            int exitCode,
            String message,
            int status,
            String code,
            List<Problem> problems,
            List<String> conflictsWith) {
        super(exitCode, message);
        this.status = status;
        this.code = code;
        this.problems = problems;
        this.conflictsWith = conflictsWith;
    }

    /**
     * Takes an answer apart.
     *
     * @param error the object {@code error} of its body; missing where a proxy answered
     */
    static RefusedException of(int status, JsonNode error) {
        String code = Texts.plain(error.path("code").asText("http " + status));
        String message = Texts.plain(error.path("message").asText("no reason given"));
        List<Problem> problems = new ArrayList<>();
        for (JsonNode one : error.path("problems")) {
            problems.add(
                    new Problem(
                            Texts.plain(one.path("field").asText("")),
                            Texts.plain(one.path("rule").asText("")),
                            Optional.ofNullable(one.path("suggestion").textValue())
                                    .map(Texts::plain)));
        }
        if (problems.isEmpty()) {
            problems.add(new Problem("", message, Optional.empty()));
        }
        List<String> conflictsWith = new ArrayList<>();
        error.path("conflictsWith").forEach(one -> conflictsWith.add(one.asText()));
        return new RefusedException(
                exitCode(status, code),
                "%s [%s]".formatted(message, code),
                status,
                code,
                List.copyOf(problems),
                List.copyOf(conflictsWith));
    }

    private static int exitCode(int status, String code) {
        if (code.equals(VERSION_CONFLICT)) {
            return ExitCode.CONFLICT;
        }
        return status == 401 || status == 403 ? ExitCode.UNAUTHORIZED : ExitCode.REFUSED;
    }

    int status() {
        return status;
    }

    String code() {
        return code;
    }

    /** At least one: where the answer names none, its message. */
    List<Problem> problems() {
        return problems;
    }

    /** The records that stand in the way, as {@link RecordName#znode} has them, if it is they. */
    List<String> conflictsWith() {
        return conflictsWith;
    }

    /** Whether the record is not any more what it was when it was read. */
    boolean isConflict() {
        return code.equals(VERSION_CONFLICT);
    }

    /** Whether another text of the same record may be taken: what was sent is to blame. */
    boolean isOfContent() {
        return !isConflict() && (status == 400 || status == 409 || status == 413 || status == 422);
    }
}
