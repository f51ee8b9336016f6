package dev.homeport.router.admin;

import dev.homeport.topology.fields.Fields;

/** The reason that comes with a change: clients of the database get to see it. */
final class Reasons {
    private static final int MAX_CHARS = 200;

    private Reasons() {}

    /** A required reason: one line of at most 200 characters. */
    static String read(Fields fields) {
        String reason = fields.string("reason");
        fields.problems()
                .require(
                        !fields.has("reason") || !reason.isBlank(),
                        fields.pathOf("reason"),
                        "must not be empty: the people who are refused get to see it");
        fields.problems()
                .require(
                        reason.length() <= MAX_CHARS
                                && reason.chars().noneMatch(Character::isISOControl),
                        fields.pathOf("reason"),
                        "must be one line of at most %d characters".formatted(MAX_CHARS));
        return reason.strip();
    }

    /** Any text, so that it can stand in a log. */
    static String shown(String reason) {
        String cut = reason.length() > MAX_CHARS ? reason.substring(0, MAX_CHARS) + "…" : reason;
        return cut.replaceAll("\\p{Cntrl}", "?");
    }
}
