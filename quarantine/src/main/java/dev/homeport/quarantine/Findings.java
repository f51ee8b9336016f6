package dev.homeport.quarantine;

import dev.homeport.topology.TableName;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Collects what came back and what did not. */
final class Findings {
    /** Something that may not work. */
    @FunctionalInterface
    interface Attempt {
        void run() throws SQLException;
    }

    private final List<String> back = new ArrayList<>();
    private final List<String> missing = new ArrayList<>();

    void back(String what) {
        back.add(what);
    }

    void missing(String what) {
        missing.add(what);
    }

    void add(boolean isBack, String what, String whyNot) {
        if (isBack) {
            back(what);
        } else {
            missing(what + ": " + whyNot);
        }
    }

    void failed(String what, SQLException e) throws SQLException {
        if (Failures.isConnectionGone(e)) {
            throw e;
        }
        missing(what + ": " + e.getMessage());
    }

    void attempt(String what, Attempt attempt) throws SQLException {
        try {
            attempt.run();
            back(what);
        } catch (SQLException e) {
            failed(what, e);
        }
    }

    List<String> backs() {
        return List.copyOf(back);
    }

    List<String> missings() {
        return List.copyOf(missing);
    }

    UndropReport report(long id, TableName as, List<Long> others) {
        return new UndropReport(id, as, back, missing, others);
    }
}
