package dev.homeport.quarantine;

import dev.homeport.quarantine.QuarantineException.Reason;
import dev.homeport.topology.Family;
import dev.homeport.topology.TableName;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes an empty copy of a table that nobody can tell from the table itself once it is renamed.
 * {@code CREATE TABLE LIKE} does most of it: MySQL gives named checks other names, neither copies
 * foreign keys, and what is lost besides (DATA DIRECTORY) makes it no copy.
 */
final class Copies {
    private final ServiceSession session;
    private final Inspector inspector;

    Copies(ServiceSession session, Inspector inspector) {
        this.session = session;
        this.inspector = inspector;
    }

    void create(TableName copy, Facts facts) throws SQLException, QuarantineException {
        TableName table = facts.table();
        session.execute("CREATE TABLE %s LIKE %s".formatted(copy.quoted(), table.quoted()));
        CreateTable original = CreateTable.parse(facts.create());
        if (session.family() == Family.MYSQL) {
            nameChecks(copy, table, original);
        }
        CreateTable made = CreateTable.parse(inspector.create(copy));
        if (!made.bare().equals(renamed(original.bare(), table.table(), copy.table()))) {
            throw new QuarantineException(
                    Reason.UNSUPPORTED,
                    "no equal empty copy of %s can be made on this server".formatted(table));
        }
        if (facts.nextNumber() > 1) {
            // Rows that others write into it must not get numbers that the table has.
            session.execute(
                    "ALTER TABLE %s AUTO_INCREMENT = %d"
                            .formatted(copy.quoted(), facts.nextNumber()));
        }
    }

    private void nameChecks(TableName copy, TableName table, CreateTable original)
            throws SQLException {
        List<String> wanted =
                original.checks().stream()
                        .map(check -> renamedCheck(check, table.table(), copy.table()))
                        .toList();
        List<String> made = CreateTable.parse(inspector.create(copy)).checks();
        if (wanted.equals(made)) {
            return;
        }
        List<String> changes = new ArrayList<>();
        made.forEach(check -> changes.add("DROP CHECK " + nameOf(check)));
        session.execute("ALTER TABLE " + copy.quoted() + " " + String.join(", ", changes));
        List<String> additions = wanted.stream().map(check -> "ADD " + check).toList();
        session.execute("ALTER TABLE " + copy.quoted() + " " + String.join(", ", additions));
    }

    private static String nameOf(String constraint) {
        int start = constraint.indexOf('`');
        return constraint.substring(start, CreateTable.endOfQuoted(constraint, start));
    }

    private CreateTable renamed(CreateTable original, String table, String copy) {
        return session.family() == Family.MARIADB
                ? original
                : new CreateTable(
                        original.definitions().stream()
                                .map(text -> renamedCheck(text, table, copy))
                                .toList(),
                        original.options());
    }

    /** MySQL renames a check with its table where its name begins with the table's. */
    private static String renamedCheck(String definition, String table, String copy) {
        String before = "CONSTRAINT `" + table.replace("`", "``") + "_chk_";
        return definition.startsWith(before)
                ? "CONSTRAINT `" + copy + "_chk_" + definition.substring(before.length())
                : definition;
    }
}
