package dev.homeport.router.guard.sql;

import dev.homeport.topology.StatementClass;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Reads names of tables, and DELETE and UPDATE as far as the guard has to. */
final class DataReader {
    private final Lexer lexer;
    private final Draft draft;
    private Reading reading = new Reading(false, true, false);
    private Optional<NamedTable> lastName = Optional.empty();

    DataReader(Lexer lexer, Draft draft) {
        this.lexer = lexer;
        this.draft = draft;
    }

    void use(Reading how) {
        reading = how;
    }

    /** Names with commas between them, into the draft. */
    void tableList(boolean isTelling) {
        boolean isMore = true;
        while (isMore) {
            if (!table(isTelling)) {
                draft.sure = false;
                draft.allNamed = false;
                return;
            }
            isMore = lexer.isSymbol(',');
            if (isMore) {
                lexer.next();
            }
        }
    }

    /** Whether the name of a table stands there; it goes into the draft if that is wanted. */
    boolean table(boolean isTelling) {
        if (!tableName(isTelling, false)) {
            return false;
        }
        if (isTelling) {
            lastName.ifPresent(draft::add);
        }
        return true;
    }

    /** The name of a schema, if one stands there. */
    Optional<String> schema() {
        if (!isName()) {
            return Optional.empty();
        }
        return Optional.of(name(true));
    }

    /**
     * @param hasAsterisk whether {@code a.*} names a table
     */
    private boolean tableName(boolean isTelling, boolean hasAsterisk) {
        lastName = Optional.empty();
        boolean isBehindDot = lexer.isSymbol('.');
        if (isBehindDot) {
            lexer.next();
        }
        if (!isName()) {
            return false;
        }
        String first = name(isTelling);
        boolean hasSchema = !isBehindDot && lexer.isSymbol('.');
        if (hasSchema) {
            lexer.next();
            if (hasAsterisk && lexer.isSymbol('*')) {
                lexer.next();
                lastName = Optional.of(new NamedTable(Optional.empty(), first));
                return true;
            }
            if (!isName()) {
                return false;
            }
            String second = name(isTelling);
            lastName =
                    isTelling ? Optional.of(new NamedTable(Optional.of(first), second)) : lastName;
        } else if (isTelling) {
            lastName = Optional.of(new NamedTable(Optional.empty(), first));
        }
        return true;
    }

    private boolean isName() {
        return switch (lexer.kind()) {
            case WORD, NAME, QUOTED -> true;
            // With ANSI_QUOTES it is one, without it is an error.
            case TEXT -> lexer.first() == '"';
            default -> false;
        };
    }

    /** The name that stands there; moves behind it. */
    private String name(boolean isTelling) {
        String name = "";
        if (isTelling) {
            name = Identifier.name(lexer.text(), lexer.start(), lexer.stop());
            boolean isReadable =
                    name.length() <= Identifier.MOST_CHARACTERS
                            && (Identifier.isAscii(lexer.text(), lexer.start(), lexer.stop())
                                    || (reading.utf8() && name.indexOf('\ufffd') < 0));
            if (!isReadable) {
                draft.sure = false;
                draft.allNamed = false;
            }
        }
        lexer.next();
        return name;
    }

    void delete(boolean isTelling) {
        int from = lexer.start();
        boolean inCode = lexer.isInCode();
        while (isModifier()) {
            lexer.next();
        }
        boolean isHistory = false;
        if (reading.mariadb() && lexer.is(Word.HISTORY)) {
            lexer.next();
            isHistory = lexer.is(Word.FROM);
        }
        if (hasWhere() && !isHistory) {
            return;
        }
        draft.destroys(StatementClass.DELETE_ALL);
        if (isTelling) {
            boolean isBroken = lexer.kind() == Lexer.Kind.BROKEN;
            lexer.rewind(from, inCode);
            deleted(isHistory);
            draft.sure &= !isBroken;
        }
    }

    void update(boolean isTelling) {
        boolean isLock =
                lexer.isEnd() || lexer.isSymbol(')') || lexer.is(Word.NOWAIT) || lexer.is(Word.OF);
        if (isLock) {
            return; // SELECT ... FOR UPDATE, in a block
        }
        int from = lexer.start();
        boolean inCode = lexer.isInCode();
        if (hasWhere()) {
            return;
        }
        draft.destroys(StatementClass.UPDATE_ALL);
        if (isTelling) {
            boolean isBroken = lexer.kind() == Lexer.Kind.BROKEN;
            lexer.rewind(from, inCode);
            while (isModifier()) {
                lexer.next();
            }
            tablesOf().names().forEach(draft::add);
            draft.sure &= !isBroken;
        }
    }

    private boolean isModifier() {
        return lexer.is(Word.LOW_PRIORITY) || lexer.is(Word.QUICK) || lexer.is(Word.IGNORE);
    }

    /** Whether the statement has a WHERE of its own; stops there, or at the end. */
    private boolean hasWhere() {
        int depth = 0;
        while (!lexer.isEnd()) {
            if (lexer.kind() == Lexer.Kind.SYMBOL) {
                int c = lexer.first();
                depth += c == '(' ? 1 : c == ')' ? -1 : 0;
            } else if (depth == 0 && lexer.is(Word.WHERE)) {
                return true;
            }
            lexer.next();
        }
        return false;
    }

    /** Behind DELETE: {@code FROM a}, {@code a, b.* FROM ...} or {@code FROM a, b.* USING ...}. */
    private void deleted(boolean isHistory) {
        while (isModifier()) {
            lexer.next();
        }
        if (isHistory) {
            lexer.next();
        }
        boolean isFromFirst = lexer.is(Word.FROM);
        if (isFromFirst) {
            lexer.next();
        }
        List<NamedTable> targets = targets();
        boolean hasTables = lexer.is(isFromFirst ? Word.USING : Word.FROM);
        if (!hasTables) {
            targets.forEach(draft::add);
            return;
        }
        lexer.next();
        Tables tables = tablesOf();
        for (NamedTable target : targets) {
            draft.add(target.schema().isEmpty() ? tables.named(target) : target);
        }
    }

    private List<NamedTable> targets() {
        List<NamedTable> targets = new ArrayList<>();
        boolean isMore = true;
        while (isMore && targets.size() <= Statement.Destructive.MOST_TABLES) {
            if (!tableName(true, true)) {
                draft.sure = false;
                draft.allNamed = false;
                return targets;
            }
            lastName.ifPresent(targets::add);
            if (lexer.isSymbol('.')) {
                lexer.next();
                lexer.next(); // the asterisk of a.*
            }
            isMore = lexer.isSymbol(',');
            if (isMore) {
                lexer.next();
            }
        }
        return targets;
    }

    /**
     * The tables that a statement joins.
     *
     * @param byAlias by what the statement calls them, in lower case
     */
    private record Tables(List<NamedTable> names, Map<String, NamedTable> byAlias) {
        NamedTable named(NamedTable alias) {
            return byAlias.getOrDefault(key(alias.table()), alias);
        }

        static String key(String alias) {
            return alias.toLowerCase(Locale.ROOT);
        }
    }

    private Tables tablesOf() {
        Tables tables = new Tables(new ArrayList<>(), new HashMap<>());
        boolean isAwaited = true;
        while (!lexer.isEnd() && !endsTables()) {
            if (lexer.isSymbol('(')) {
                lexer.next();
                boolean isQuery = lexer.is(Word.SELECT) || lexer.is(Word.WITH);
                if (!isAwaited || isQuery) {
                    skipToClosing();
                    isAwaited = false;
                }
            } else if (lexer.isSymbol(',') || lexer.is(Word.JOIN) || lexer.is(Word.STRAIGHT_JOIN)) {
                isAwaited = true;
                lexer.next();
            } else if (isAwaited && tableName(true, false)) {
                isAwaited = false;
                lastName.ifPresent(name -> addTable(tables, name));
            } else {
                lexer.next();
            }
        }
        return tables;
    }

    private void addTable(Tables tables, NamedTable name) {
        if (tables.names().size() > Statement.Destructive.MOST_TABLES) {
            draft.allNamed = false;
            return;
        }
        tables.names().add(name);
        if (lexer.is(Word.AS)) {
            lexer.next();
        }
        boolean isAlias = isName() && !isClause();
        if (isAlias) {
            tables.byAlias().put(Tables.key(name(true)), name);
        } else {
            tables.byAlias().putIfAbsent(Tables.key(name.table()), name);
        }
    }

    /** Whether the word cannot be an alias. */
    private boolean isClause() {
        return switch (lexer.word()) {
            case CROSS,
                    FOR,
                    FORCE,
                    IGNORE,
                    INNER,
                    JOIN,
                    LEFT,
                    LIMIT,
                    NATURAL,
                    ON,
                    ORDER,
                    PARTITION,
                    RETURNING,
                    RIGHT,
                    SET,
                    STRAIGHT_JOIN,
                    USE,
                    USING,
                    WHERE ->
                    true;
            default -> false;
        };
    }

    private boolean endsTables() {
        return switch (lexer.word()) {
            case LIMIT, ORDER, RETURNING, SET, WHERE -> true;
            default -> false;
        };
    }

    /** Behind the bracket that closes the one before; to the end if there is none. */
    private void skipToClosing() {
        int depth = 1;
        while (!lexer.isEnd() && depth > 0) {
            depth += lexer.isSymbol('(') ? 1 : lexer.isSymbol(')') ? -1 : 0;
            lexer.next();
        }
    }
}
