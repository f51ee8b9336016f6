package dev.homeport.router.session;

import java.util.concurrent.atomic.LongAdder;

/** What the sessions of one project count. Thread-safe. */
final class ProjectMeters {
    private final LongAdder commands = new LongAdder();
    private final LongAdder sessions = new LongAdder();

    void commandSent() {
        commands.increment();
    }

    void opened() {
        sessions.increment();
    }

    void closed() {
        sessions.decrement();
    }

    long commands() {
        return commands.sum();
    }

    long sessions() {
        return sessions.sum();
    }
}
