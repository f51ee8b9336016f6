package dev.homeport.quarantine;

import dev.homeport.topology.TableName;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** Where the quarantine keeps what: schemas, names of tables, names of locks. */
final class Places {
    /** Holds the catalogue, and stand-ins while nobody needs them. */
    static final String HOME = "homeport";

    /** Holds what was set aside. Where constraint names collide, one with a number. */
    static final String QUARANTINE = "homeport_quarantine";

    /** The only column of a stand-in. */
    static final String COLUMN = "homeport_stand_in";

    private static final Pattern QUARANTINES = Pattern.compile(QUARANTINE + "(_[0-9]{1,3})?");
    private static final Set<String> SERVERS_OWN =
            Set.of("mysql", "information_schema", "performance_schema", "sys");
    private static final int HASH_CHARS = 24;

    private Places() {}

    /** The n-th quarantine, from 1 on. */
    static String quarantine(int number) {
        return number == 1 ? QUARANTINE : QUARANTINE + "_" + number;
    }

    static TableName kept(String quarantine, long id) {
        return new TableName(quarantine, "q" + id);
    }

    static TableName standIn(long id) {
        return new TableName(HOME, "s" + id);
    }

    /** What a stand-in says of itself, where nobody can see that it is one otherwise. */
    static String mark(long id) {
        return "homeport stand-in " + id;
    }

    /** Whether that is a name under which that number is kept, and nothing else. */
    static boolean isKept(TableName name, long id) {
        return QUARANTINES.matcher(name.schema()).matches() && name.table().equals("q" + id);
    }

    /** Whether nobody's tables are in there. */
    static boolean isOffLimits(String schema) {
        String lower = schema.toLowerCase(Locale.ROOT);
        return lower.equals(HOME)
                || QUARANTINES.matcher(lower).matches()
                || SERVERS_OWN.contains(lower);
    }

    /** The lock that whoever moves tables of that schema takes. Lock names have no case. */
    static String schemaLock(String schema) {
        return "homeport.guard." + hash(schema.toLowerCase(Locale.ROOT));
    }

    /** The lock that lives as long as whoever began that. */
    static String operationLock(long operation) {
        return "homeport.aside." + operation;
    }

    private static String hash(String text) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest).substring(0, HASH_CHARS);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
