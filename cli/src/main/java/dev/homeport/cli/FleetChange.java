package dev.homeport.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Carries a plan out, record by record, and stops at the first that fails: what was applied and
 * what was not is known of every one.
 */
final class FleetChange {
    private final FleetRecords fleet;
    private final Optional<String> reason;
    private final Consumer<String> progress;
    private final Map<RecordName, Outcome> outcomes = new LinkedHashMap<>();
    private Optional<CommandException> failure = Optional.empty();

    /** What became of one record. */
    enum Outcome {
        APPLIED("applied"),
        DELETED("deleted"),
        FAILED("NOT applied"),
        /** Its turn never came. */
        NOT_TRIED("not tried"),
        /** It was sent, and no answer came. */
        UNKNOWN("UNKNOWN: no answer came; read it again");

        private final String text;

        Outcome(String text) {
            this.text = text;
        }

        String text() {
            return text;
        }
    }

    /**
     * Does nothing yet.
     *
     * @param progress is told of each record in a line for people
     */
    FleetChange(FleetRecords fleet, Optional<String> reason, Consumer<String> progress) {
        this.fleet = fleet;
        this.reason = reason;
        this.progress = progress;
    }

    /** Writes, then deletes. */
    void carryOut(List<PlannedRecord> writes, List<FleetRecord> deletions) {
        for (PlannedRecord one : writes) {
            attempt(
                    one.name(),
                    Outcome.APPLIED,
                    () -> fleet.write(one.name(), one.standing(), one.wanted(), reason));
        }
        for (FleetRecord one : deletions) {
            attempt(one.name(), Outcome.DELETED, () -> fleet.delete(one, reason));
        }
    }

    private void attempt(RecordName name, Outcome done, Runnable write) {
        if (failure.isPresent()) {
            put(name, Outcome.NOT_TRIED, "");
            return;
        }
        try {
            write.run();
            put(name, done, "");
        } catch (RefusedException e) {
            failure = Optional.of(e);
            put(name, Outcome.FAILED, ": " + why(e));
        } catch (NoRouterException e) {
            failure = Optional.of(e);
            put(name, Outcome.FAILED, ": " + e.getMessage());
        } catch (CommandException e) {
            failure = Optional.of(e);
            put(name, Outcome.UNKNOWN, " (" + e.getMessage() + ")");
        }
    }

    static String why(RefusedException e) {
        return e.isConflict()
                ? "somebody else has changed it since it was read here, nobody knows who;"
                        + " look at it, then start again"
                : e.getMessage();
    }

    private void put(RecordName name, Outcome outcome, String why) {
        outcomes.put(name, outcome);
        progress.accept("%s: %s%s".formatted(name.text(), outcome.text, why));
    }

    /** What became of each record that was to be changed. */
    Map<RecordName, Outcome> outcomes() {
        return outcomes;
    }

    /** What stopped it. */
    Optional<CommandException> failure() {
        return failure;
    }

    /** {@code 2 records were applied, 1 was not}. */
    String summary() {
        List<Outcome> all = new ArrayList<>(outcomes.values());
        long done =
                all.stream()
                        .filter(one -> one == Outcome.APPLIED || one == Outcome.DELETED)
                        .count();
        return done == all.size()
                ? "%s applied.".formatted(Texts.count(done, "change"))
                : "STOPPED: %s applied, %d not."
                        .formatted(Texts.count(done, "change"), all.size() - done);
    }
}
