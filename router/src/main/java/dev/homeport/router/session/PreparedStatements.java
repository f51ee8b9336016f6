package dev.homeport.router.session;

import dev.homeport.router.guard.sql.Statement;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What a session has prepared that the guard has to see when it is executed, with the schemas that
 * were in force then. Bounded: what cannot be remembered must not be prepared. Of one event loop.
 */
final class PreparedStatements {
    static final String FULL =
            "this session has prepared too many statements that can destroy data: close some, or"
                    + " reset the connection";

    /** Of each kind. */
    static final int MOST = 1024;

    private final Map<String, Statement> byName = new HashMap<>();
    private final Map<Integer, Statement> byId = new HashMap<>();

    /** What COM_STMT_PREPARE prepared last, for clients that name it by -1 (MariaDB). */
    private Optional<Statement> last = Optional.empty();

    /** What was prepared under that name, if it concerns the guard. */
    Optional<Statement> named(String name) {
        return byName.isEmpty() ? Optional.empty() : Optional.ofNullable(byName.get(key(name)));
    }

    boolean hasRoomFor(String name) {
        return byName.size() < MOST || byName.containsKey(key(name));
    }

    /** PREPARE of that name has succeeded; empty if it does not concern the guard. */
    void put(String name, Optional<Statement> what) {
        byName.remove(key(name));
        what.ifPresent(one -> byName.put(key(name), one));
    }

    private static String key(String name) {
        return name.toLowerCase(Locale.ROOT);
    }

    boolean hasRoomForId() {
        return byId.size() < MOST;
    }

    /** COM_STMT_PREPARE of an ordinary text passes. */
    void ordinaryPrepared() {
        last = Optional.empty();
    }

    /** COM_STMT_PREPARE was answered with that id. */
    void put(int id, Statement what) {
        byId.put(id, what);
        last = Optional.of(what);
    }

    /** What COM_STMT_EXECUTE of that id executes, if it concerns the guard. */
    Optional<Statement> withId(int id) {
        if (byId.isEmpty()) {
            return Optional.empty();
        }
        return id == -1 ? last : Optional.ofNullable(byId.get(id));
    }

    /** COM_STMT_CLOSE passes. */
    void closed(int id) {
        if (!byId.isEmpty()) {
            byId.remove(id);
        }
    }

    /** COM_RESET_CONNECTION passes: the server forgets what was prepared. */
    void reset() {
        byName.clear();
        byId.clear();
        last = Optional.empty();
    }
}
