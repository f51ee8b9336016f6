package dev.homeport.quarantine;

import dev.homeport.topology.TableName;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Grants on a table stay with its name when it is dropped; what somebody took away comes back. */
final class Grants {
    private static final String GRANT_OPTION = "Grant";

    private final ServiceSession session;
    private final Inspector inspector;

    Grants(ServiceSession session, Inspector inspector) {
        this.session = session;
        this.inspector = inspector;
    }

    /** What is recorded and not there, grant by grant. */
    List<TableGrant> missing(List<TableGrant> recorded, TableName table) throws SQLException {
        List<TableGrant> present = inspector.grants(table);
        List<TableGrant> missing = new ArrayList<>();
        for (TableGrant grant : recorded) {
            Set<String> privileges = privileges(grant);
            present.stream()
                    .filter(other -> isForTheSame(grant, other))
                    .forEach(other -> privileges.removeAll(privileges(other)));
            if (!privileges.isEmpty()) {
                missing.add(
                        new TableGrant(
                                grant.user(),
                                grant.host(),
                                grant.column(),
                                String.join(",", privileges)));
            }
        }
        return missing;
    }

    private static boolean isForTheSame(TableGrant one, TableGrant other) {
        return one.user().equals(other.user())
                && one.host().equals(other.host())
                && one.column().equals(other.column());
    }

    private static Set<String> privileges(TableGrant grant) {
        return new TreeSet<>(Arrays.asList(grant.privileges().split(",")));
    }

    void give(TableGrant grant, TableName table) throws SQLException {
        Set<String> privileges = privileges(grant);
        boolean withOption = privileges.remove(GRANT_OPTION);
        String what =
                privileges.isEmpty()
                        ? "USAGE"
                        : privileges.stream()
                                .map(privilege -> word(privilege, grant.column()))
                                .collect(Collectors.joining(", "));
        session.execute(
                "GRANT %s ON %s TO %s%s"
                        .formatted(
                                what,
                                table.quoted(),
                                account(grant),
                                withOption ? " WITH GRANT OPTION" : ""));
    }

    private static String word(String privilege, String column) {
        String word =
                privilege.equalsIgnoreCase("Delete versioning rows")
                        ? "DELETE HISTORY"
                        : privilege.toUpperCase(Locale.ROOT);
        return column.isEmpty() ? word : word + " (" + TableName.quoted(column) + ")";
    }

    private static String account(TableGrant grant) {
        String user = TableName.quoted(grant.user());
        return grant.host().isEmpty() ? user : user + "@" + TableName.quoted(grant.host());
    }
}
