package dev.homeport.quarantine;

import dev.homeport.quarantine.QuarantineException.Reason;
import dev.homeport.topology.Family;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The account that the quarantine works with: its own, never a tenant's. What it may do is the same
 * for all schemas, because projects come and go; docs/decisions/0010-stand-ins.md says what each
 * right is for.
 */
public final class ServiceAccount {
    private static final List<String> BOTH =
            List.of(
                    "SELECT",
                    "INSERT",
                    "CREATE",
                    "DROP",
                    "ALTER",
                    "TRIGGER",
                    "CREATE VIEW",
                    "SHOW VIEW",
                    "CREATE ROUTINE",
                    "EVENT",
                    "PROCESS");
    private static final List<String> MARIADB = List.of("SET USER");
    private static final List<String> MYSQL =
            List.of(
                    "REFERENCES",
                    "SET_ANY_DEFINER",
                    "ALLOW_NONEXISTENT_DEFINER",
                    "SESSION_VARIABLES_ADMIN");

    private ServiceAccount() {}

    /** The rights on {@code *.*} without which nothing is set aside. */
    public static List<String> rights(Family family) {
        List<String> rights = new ArrayList<>(BOTH);
        rights.addAll(family == Family.MARIADB ? MARIADB : MYSQL);
        return List.copyOf(rights);
    }

    /**
     * The statements that give an account all it needs.
     *
     * @param account as it stands in SQL, such as {@code homeport_guard@'10.0.0.%'}
     */
    public static List<String> grants(Family family, String account) {
        return List.of(
                "GRANT %s ON *.* TO %s".formatted(String.join(", ", rights(family)), account),
                "GRANT UPDATE, DELETE ON homeport.* TO " + account);
    }

    /** Refuses to go on without all of them: half of a move is worse than none. */
    static void check(ServiceSession session) throws SQLException, QuarantineException {
        String account = session.query("SELECT CURRENT_USER()").getFirst().text(0);
        int at = account.lastIndexOf('@');
        String grantee = "'%s'@'%s'".formatted(account.substring(0, at), account.substring(at + 1));
        Set<String> missing = new LinkedHashSet<>(rights(session.family()));
        session.query(
                        "SELECT PRIVILEGE_TYPE FROM information_schema.USER_PRIVILEGES"
                                + " WHERE GRANTEE = ?",
                        grantee)
                .forEach(row -> missing.remove(row.text(0)));
        if (!missing.isEmpty()) {
            throw new QuarantineException(
                    Reason.RIGHTS,
                    "the account %s lacks %s on *.*"
                            .formatted(grantee, String.join(", ", missing)));
        }
    }
}
