package dev.homeport.agent.watch.binlog;

import com.github.shyiko.mysql.binlog.BinaryLogClient;
import com.github.shyiko.mysql.binlog.event.Event;
import java.util.logging.Level;
import java.util.logging.Logger;

/** The library's client without what it does by itself about positions, deserializers and logs. */
final class WatchClient extends BinaryLogClient {
    /** Held here: the logging framework forgets levels of loggers that nobody holds. */
    private static final Logger LIBRARY = Logger.getLogger(WatchClient.class.getName());

    static {
        // It tells positions at each connect and stacks at each loss; the reader says what matters.
        LIBRARY.setLevel(Level.OFF);
    }

    WatchClient(String host, int port, String user, String password) {
        super(host, port, "", user, password);
    }

    @Override
    protected void ensureGtidEventDataDeserializer() {
        // It would put its own in place of those that skip.
    }

    @Override
    protected void updateGtidSet(Event event) {
        // The reader keeps the position, with what was handled to the end only.
    }
}
