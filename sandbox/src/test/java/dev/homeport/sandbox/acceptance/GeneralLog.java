package dev.homeport.sandbox.acceptance;

import dev.homeport.testkit.mariadb.MariaDbServer;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Every statement of an instance's applications, as the instance itself has written it down. */
final class GeneralLog {
    private static final Pattern TAG = Pattern.compile("/\\* project: (\\S+) id: (\\d+) \\*/");
    private static final int NANOS_DIGITS = 9;

    private GeneralLog() {}

    /**
     * A statement with its project in it.
     *
     * @param id unique to the statement
     * @param when it arrived, by the clock of this machine
     */
    record Entry(String project, long id, Instant when) {}

    /** The comment that says whose statement this is. */
    static String tag(String project, long id) {
        return "/* project: %s id: %d */".formatted(project, id);
    }

    /** Begins anew. A table, because its times have microseconds. */
    static void begin(MariaDbServer instance) {
        instance.execute(
                "SET GLOBAL general_log = OFF",
                "SET GLOBAL log_output = 'TABLE'",
                "TRUNCATE mysql.general_log",
                "SET GLOBAL general_log = ON");
    }

    /**
     * Ends it and reads it.
     *
     * @return how many statements of applications there were without a project in them
     */
    static long read(MariaDbServer instance, Consumer<Entry> reader) throws SQLException {
        instance.execute("SET GLOBAL general_log = OFF");
        long untagged = 0;
        try (Connection connection = instance.connect();
                Statement statement = connection.createStatement()) {
            statement.setFetchSize(1000);
            try (ResultSet rows =
                    statement.executeQuery(
                            "SELECT UNIX_TIMESTAMP(event_time), argument FROM mysql.general_log"
                                    + " WHERE user_host LIKE 'app[%'"
                                    + " AND command_type IN ('Query', 'Prepare', 'Execute')")) {
                while (rows.next()) {
                    Matcher tag = TAG.matcher(rows.getString(2));
                    if (tag.find()) {
                        Instant when = instant(rows.getBigDecimal(1));
                        reader.accept(new Entry(tag.group(1), Long.parseLong(tag.group(2)), when));
                    } else {
                        untagged++;
                    }
                }
            }
        }
        return untagged;
    }

    private static Instant instant(BigDecimal seconds) {
        return Instant.ofEpochSecond(
                seconds.longValue(),
                seconds.remainder(BigDecimal.ONE).movePointRight(NANOS_DIGITS).longValue());
    }
}
