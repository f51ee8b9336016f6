package dev.homeport.router.guard.sql;

import io.netty.buffer.ByteBuf;

/** The keywords that the classifier knows, and {@link #NONE} for every other word. */
enum Word {
    // Statements that destroy nothing, whatever stands behind the word.
    BACKUP(Role.ORDINARY),
    CACHE(Role.ORDINARY),
    CHANGE(Role.ORDINARY),
    CHECK(Role.ORDINARY),
    CHECKSUM(Role.ORDINARY),
    COMMIT(Role.ORDINARY),
    DEALLOCATE(Role.ORDINARY),
    DESC(Role.ORDINARY),
    DESCRIBE(Role.ORDINARY),
    DO(Role.ORDINARY),
    // MySQL's EXPLAIN ANALYZE runs the reading part of a DELETE and deletes nothing.
    EXPLAIN(Role.ORDINARY),
    FLUSH(Role.ORDINARY),
    GET(Role.ORDINARY),
    GRANT(Role.ORDINARY),
    HANDLER(Role.ORDINARY),
    HELP(Role.ORDINARY),
    IMPORT(Role.ORDINARY),
    INSERT(Role.ORDINARY),
    INSTALL(Role.ORDINARY),
    KILL(Role.ORDINARY),
    LOAD(Role.ORDINARY),
    LOCK(Role.ORDINARY),
    OPTIMIZE(Role.ORDINARY),
    RELEASE(Role.ORDINARY),
    RENAME(Role.ORDINARY),
    REPAIR(Role.ORDINARY),
    REPLACE(Role.ORDINARY),
    RESIGNAL(Role.ORDINARY),
    REVOKE(Role.ORDINARY),
    ROLLBACK(Role.ORDINARY),
    SAVEPOINT(Role.ORDINARY),
    SELECT(Role.ORDINARY),
    SHOW(Role.ORDINARY),
    SIGNAL(Role.ORDINARY),
    START(Role.ORDINARY),
    STOP(Role.ORDINARY),
    TABLE(Role.ORDINARY),
    UNINSTALL(Role.ORDINARY),
    UNLOCK(Role.ORDINARY),
    USE(Role.ORDINARY),
    VALUES(Role.ORDINARY),
    XA(Role.ORDINARY),

    // Statements that have to be looked at.
    ALTER(Role.VERB),
    ANALYZE(Role.VERB),
    BEGIN(Role.VERB),
    BINLOG(Role.VERB),
    CALL(Role.VERB),
    CASE(Role.VERB),
    CLONE(Role.VERB),
    CREATE(Role.VERB),
    DECLARE(Role.VERB),
    DELETE(Role.VERB),
    DROP(Role.VERB),
    EXECUTE(Role.VERB),
    FOR(Role.VERB),
    IF(Role.VERB),
    LOOP(Role.VERB),
    PREPARE(Role.VERB),
    PURGE(Role.VERB),
    REPEAT(Role.VERB),
    RESET(Role.VERB),
    RESTART(Role.VERB),
    SET(Role.VERB),
    SHUTDOWN(Role.VERB),
    TRUNCATE(Role.VERB),
    UPDATE(Role.VERB),
    WHILE(Role.VERB),
    WITH(Role.VERB),

    // Words inside statements.
    AGGREGATE,
    AS,
    BINARY,
    CASCADE,
    CHARACTER,
    CHARACTER_SET_CLIENT,
    CHARSET,
    COLUMN,
    CONSTRAINT,
    CROSS,
    DATABASE,
    DEFAULT,
    DEFINER,
    DISCARD,
    ELSE,
    END,
    EVENT,
    EXISTS,
    FORCE,
    FOREIGN,
    FORMAT,
    FROM,
    FOLLOWS,
    FULL,
    FUNCTION,
    HISTORY,
    IGNORE,
    IMMEDIATE,
    INDEX,
    INNER,
    JOIN,
    INSTANCE,
    KEY,
    LANGUAGE,
    LEFT,
    LIMIT,
    LOW_PRIORITY,
    MASTER,
    NAMES,
    NATURAL,
    NOT,
    NOWAIT,
    OF,
    OFFLINE,
    ON,
    ONLINE,
    OR,
    ORDER,
    OUTER,
    PACKAGE,
    PARTITION,
    PERIOD,
    PRECEDES,
    PRIMARY,
    PROCEDURE,
    QUERY,
    QUICK,
    REPLICA,
    RESTRICT,
    RETURN,
    RETURNING,
    RIGHT,
    ROW,
    SCHEMA,
    SEQUENCE,
    SLAVE,
    SQL_MODE,
    STATEMENT,
    STRAIGHT_JOIN,
    SYSTEM,
    TABLES,
    TABLESPACE,
    TEMPORARY,
    THEN,
    TRIGGER,
    USER,
    USING,
    VERSIONING,
    VIEW,
    WAIT,
    WHERE,
    WORK,

    /** Any other word, or none at all. */
    NONE;

    private enum Role {
        ORDINARY,
        VERB,
        OTHER
    }

    private static final int LONGEST = 20;

    /**
     * The last letters of a word that fit into a number; the words differ in them and in length.
     */
    private static final int LETTERS = 8;

    /** A hash table with open addressing, so that looking up a word in a buffer makes no string. */
    private static final Word[] SLOTS = new Word[1024];

    static {
        for (Word word : values()) {
            for (int i = 0; i < word.name().length(); i++) {
                word.letters = (word.letters << LETTERS) | word.name().charAt(i);
            }
            if (word == NONE) {
                continue;
            }
            int slot = slot(word.letters);
            while (SLOTS[slot] != null) {
                slot = (slot + 1) & (SLOTS.length - 1);
            }
            SLOTS[slot] = word;
        }
    }

    private final Role role;
    private final int length = name().length();
    private long letters;

    Word() {
        this(Role.OTHER);
    }

    Word(Role role) {
        this.role = role;
    }

    /** The keyword that stands there, in any case. */
    static Word of(ByteBuf in, int start, int end) {
        if (end - start > LONGEST) {
            return NONE;
        }
        long letters = 0;
        for (int i = start; i < end; i++) {
            letters = (letters << LETTERS) | upper(in.getByte(i));
        }
        int slot = slot(letters);
        while (SLOTS[slot] != null) {
            Word word = SLOTS[slot];
            if (word.letters == letters && word.length == end - start && word.stands(in, start)) {
                return word;
            }
            slot = (slot + 1) & (SLOTS.length - 1);
        }
        return NONE;
    }

    private static int slot(long letters) {
        return (int) ((letters * 0x9e3779b97f4a7c15L) >>> 54);
    }

    /** Whether its first letters stand there too, of which the number does not tell. */
    private boolean stands(ByteBuf in, int start) {
        for (int i = 0; i < length - LETTERS; i++) {
            if (upper(in.getByte(start + i)) != name().charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private static int upper(byte b) {
        return b & 0xdf;
    }

    /** Whether a statement that starts with it destroys nothing, whatever follows. */
    boolean isOrdinary() {
        return role == Role.ORDINARY;
    }

    /** Whether a statement that starts with it has to be looked at. */
    boolean isVerb() {
        return role == Role.VERB;
    }
}
