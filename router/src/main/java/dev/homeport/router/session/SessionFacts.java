package dev.homeport.router.session;

import dev.homeport.router.guard.sql.NamedTable;
import dev.homeport.router.guard.sql.Statement;
import dev.homeport.topology.TableName;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * What the guard has to know of a session, as the instance has it at that moment.
 *
 * @param schema the one that names without a schema are in
 * @param charset of what the client sends
 */
record SessionFacts(Optional<String> schema, boolean foreignKeyChecks, String charset) {
    /** Where nothing of it is needed. */
    static final SessionFacts NONE = new SessionFacts(Optional.empty(), true, "");

    /** With a limit of its own, as {@code sql_select_limit} may be 0. */
    static final byte[] QUESTION =
            "SELECT HEX(DATABASE()), @@foreign_key_checks, @@character_set_client LIMIT 1"
                    .getBytes(StandardCharsets.US_ASCII);

    /** The row that answers the question. */
    static SessionFacts of(List<Optional<String>> row) {
        return new SessionFacts(
                row.get(0).map(SessionFacts::ascii).map(SessionFacts::unhex),
                row.get(1).map(SessionFacts::ascii).equals(Optional.of("1")),
                row.get(2).map(SessionFacts::ascii).orElse(""));
    }

    /** Results may come in UTF-16 or UTF-32. */
    private static String ascii(String text) {
        return text.replace("\0", "");
    }

    private static String unhex(String hex) {
        return new String(HexFormat.of().parseHex(hex), StandardCharsets.UTF_8);
    }

    /** Whether a name can be sent in the client's character set as it is. */
    boolean mayHold(String name) {
        return charset.startsWith("utf8") || name.chars().allMatch(c -> c < 0x80);
    }

    /** Empty where a name has no schema, and none is chosen. */
    Optional<TableName> resolved(NamedTable name) {
        return name.schema().or(() -> schema).map(one -> new TableName(one, name.table()));
    }

    /** The same statement, with the schema in each name. */
    Statement qualified(Statement statement) {
        return switch (statement) {
            case Statement.Destructive one ->
                    new Statement.Destructive(
                            one.kind(),
                            one.tables().stream().map(this::qualified).toList(),
                            one.allNamed(),
                            one.schema(),
                            one.temporary(),
                            one.sure(),
                            one.from(),
                            one.to());
            case Statement.CreateTable one ->
                    new Statement.CreateTable(
                            qualified(one.table()), one.ifNotExists(), one.from(), one.to());
            case Statement.Prepare one -> one;
            case Statement.Execute one -> one;
        };
    }

    private NamedTable qualified(NamedTable name) {
        return new NamedTable(name.schema().or(() -> schema), name.table());
    }
}
