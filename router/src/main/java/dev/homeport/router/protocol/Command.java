package dev.homeport.router.protocol;

/**
 * Command bytes (MySQL source docs, "Command Phase"; MariaDB documentation, "Connection Protocol")
 * and what a reply to each looks like.
 */
public final class Command {
    public static final int COM_QUIT = 0x01;
    public static final int COM_INIT_DB = 0x02;
    public static final int COM_QUERY = 0x03;
    public static final int COM_FIELD_LIST = 0x04;
    public static final int COM_SHUTDOWN = 0x08;
    public static final int COM_STATISTICS = 0x09;
    public static final int COM_PROCESS_INFO = 0x0a;
    public static final int COM_PROCESS_KILL = 0x0c;
    public static final int COM_DEBUG = 0x0d;
    public static final int COM_CHANGE_USER = 0x11;
    public static final int COM_BINLOG_DUMP = 0x12;
    public static final int COM_TABLE_DUMP = 0x13;
    public static final int COM_REGISTER_SLAVE = 0x15;
    public static final int COM_STMT_PREPARE = 0x16;
    public static final int COM_STMT_EXECUTE = 0x17;
    public static final int COM_STMT_SEND_LONG_DATA = 0x18;
    public static final int COM_STMT_CLOSE = 0x19;
    public static final int COM_SET_OPTION = 0x1b;
    public static final int COM_STMT_FETCH = 0x1c;
    public static final int COM_BINLOG_DUMP_GTID = 0x1e;
    public static final int COM_RESET_CONNECTION = 0x1f;
    public static final int COM_CLONE = 0x20;
    public static final int COM_SUBSCRIBE_GROUP_REPLICATION_STREAM = 0x21;

    /** MariaDB. */
    public static final int COM_STMT_BULK_EXECUTE = 0xfa;

    private Command() {}

    /** What follows a command from the server. */
    public static ReplyShape replyTo(int command) {
        return switch (command) {
            case COM_QUIT, COM_STMT_SEND_LONG_DATA, COM_STMT_CLOSE -> ReplyShape.NONE;
            case COM_QUERY, COM_PROCESS_INFO, COM_STMT_EXECUTE, COM_STMT_BULK_EXECUTE ->
                    ReplyShape.RESULTS;
            case COM_STMT_PREPARE -> ReplyShape.PREPARED;
            case COM_FIELD_LIST, COM_STMT_FETCH -> ReplyShape.ROWS;
            case COM_STATISTICS -> ReplyShape.TEXT;
            case COM_BINLOG_DUMP, COM_BINLOG_DUMP_GTID, COM_TABLE_DUMP, COM_CLONE ->
                    ReplyShape.STREAM;
            default -> ReplyShape.OK;
        };
    }

    /** The forms that a reply can have. */
    public enum ReplyShape {
        /** Nothing comes. */
        NONE,
        /** One OK, EOF or ERR packet. */
        OK,
        /** One packet of bare text. */
        TEXT,
        /** OK, ERR, a request for a local file, or resultsets; more may follow. */
        RESULTS,
        /**
         * As {@link #RESULTS}, where the client asked for a cursor: if the server opens one, only
         * definitions come.
         */
        RESULTS_OR_CURSOR,
        /** Packets up to an EOF (or the OK that replaces it) or ERR. */
        ROWS,
        /**
         * Packets without an end, unless an EOF or ERR comes. Meanwhile the server may be told
         * things that are no commands and have no reply.
         */
        STREAM,
        /** COM_STMT_PREPARE_OK with its definitions, or ERR. */
        PREPARED
    }
}
