package dev.homeport.router.guard.sql;

import dev.homeport.topology.StatementClass;
import java.util.List;

/**
 * Reads the statements of a text, token by token, under the one reading that its lexer is set to.
 * It knows of the grammar what the guard needs, and takes for granted that the rest is right: what
 * the server refuses destroys nothing, whatever it is called here.
 */
final class StatementReader {
    private final Lexer lexer;
    private final Draft draft = new Draft();
    private final Draft sum = new Draft();
    private final BlockReader blocks;
    private final DataReader data;
    private final PreparedReader prepared;
    private Reading reading = new Reading(false, true, false);
    private boolean isMulti;
    private boolean isMain;
    private boolean isTelling;

    StatementReader(Lexer lexer) {
        this.lexer = lexer;
        this.blocks = new BlockReader(lexer);
        this.data = new DataReader(lexer, draft);
        this.prepared = new PreparedReader(lexer, draft);
    }

    /**
     * For the texts that are read from now on.
     *
     * @param hasSeveral whether behind a semicolon another statement may stand
     * @param isMainReading whether it is the one that the settings say; a broken statement is only
     *     reported of that one
     * @param inner reads the texts that are prepared
     */
    void use(Reading how, boolean hasSeveral, boolean isMainReading, PreparedReader.Inner inner) {
        reading = how;
        isMulti = hasSeveral;
        isMain = isMainReading;
        data.use(how);
        prepared.use(inner);
    }

    /** Whether all are ordinary; allocates nothing. */
    boolean areOrdinary() {
        isTelling = false;
        lexer.next();
        while (lexer.kind() != Lexer.Kind.END) {
            statement();
            if (draft.shape != Draft.Shape.ORDINARY) {
                if (!isMain) {
                    toEnd();
                }
                if (isReported()) {
                    return false;
                }
            }
            if (!isMulti || !toNext()) {
                break;
            }
        }
        return true;
    }

    /** Adds those that are not ordinary, with offsets from {@code base}. */
    void read(int base, List<Statement> found) {
        isTelling = true;
        boolean isBehindEmpty = false;
        int from = base;
        lexer.next();
        while (lexer.kind() != Lexer.Kind.END) {
            boolean isEmpty = lexer.isSymbol(';');
            statement();
            toEnd();
            if (isReported()) {
                // To the server an empty statement is an error, and the rest is not run. One that
                // ends within an executable comment cannot be cut out.
                draft.sure &=
                        !isBehindEmpty && lexer.kind() != Lexer.Kind.BROKEN && !lexer.isInCode();
                int to = lexer.isSymbol(';') ? lexer.start() : lexer.stop();
                found.add(draft.statement(from - base, to - base));
            }
            isBehindEmpty |= isEmpty;
            from = lexer.stop();
            if (!toNext()) {
                break;
            }
        }
    }

    private boolean isReported() {
        return draft.shape != Draft.Shape.ORDINARY && (isMain || lexer.kind() != Lexer.Kind.BROKEN);
    }

    private void toEnd() {
        while (!lexer.isEnd()) {
            lexer.next();
        }
    }

    /** Moves behind the end of this statement; whether the server may run what is there. */
    private boolean toNext() {
        toEnd();
        if (!lexer.isSymbol(';')) {
            return false;
        }
        lexer.nextStatement();
        return isMulti;
    }

    /** Reads the statement that starts at the present token into the draft. */
    private void statement() {
        draft.clear();
        while (lexer.is(Word.SET) || lexer.is(Word.ANALYZE) || lexer.is(Word.WITH)) {
            if (!skipPrefix()) {
                return;
            }
        }
        if (lexer.word().isVerb()) {
            verb(false);
        }
    }

    /** Whether another statement stands behind what starts here; moves to it. */
    private boolean skipPrefix() {
        return switch (lexer.word()) {
            case SET -> isSetStatement();
            case ANALYZE -> isAnalyzed();
            default -> isWithData();
        };
    }

    /** {@code SET STATEMENT a = 1, ... FOR}: moves to what it is for. */
    private boolean isSetStatement() {
        lexer.next();
        if (!lexer.is(Word.STATEMENT)) {
            return false;
        }
        int depth = 0;
        while (!lexer.isEnd() && !(depth == 0 && lexer.is(Word.FOR))) {
            depth += lexer.isSymbol('(') ? 1 : lexer.isSymbol(')') ? -1 : 0;
            lexer.next();
        }
        if (lexer.isEnd()) {
            return false;
        }
        lexer.next();
        return true;
    }

    /** MariaDB's {@code ANALYZE [FORMAT = JSON] DELETE} deletes: moves to the statement. */
    private boolean isAnalyzed() {
        lexer.next();
        if (lexer.is(Word.FORMAT)) {
            lexer.next();
            if (lexer.isSymbol('=')) {
                lexer.next();
            }
            lexer.next();
        }
        return reading.mariadb();
    }

    /** {@code WITH a AS (...) DELETE}: moves to the word behind the list. */
    private boolean isWithData() {
        int depth = 0;
        lexer.next();
        while (!lexer.isEnd()) {
            boolean isData = lexer.is(Word.DELETE) || lexer.is(Word.UPDATE);
            if (depth == 0 && (isData || lexer.is(Word.SELECT))) {
                return isData;
            }
            depth += lexer.isSymbol('(') ? 1 : lexer.isSymbol(')') ? -1 : 0;
            lexer.next();
        }
        return false;
    }

    /**
     * Reads on from a word that may destroy.
     *
     * @param isInBlock whether other statements may stand around it, without semicolons
     */
    private void verb(boolean isInBlock) {
        Word verb = lexer.word();
        int at = lexer.start();
        boolean inCode = lexer.isInCode();
        lexer.next();
        switch (verb) {
            case ALTER -> alter();
            case BINLOG, CALL -> draft.destroys(StatementClass.OPAQUE);
            case CLONE -> {
                if (lexer.is(Word.INSTANCE)) {
                    draft.destroys(
                            StatementClass.SHUTDOWN); // takes another server's data for its own
                }
            }
            case CREATE -> create(at, inCode, isInBlock);
            case DELETE -> data.delete(isTelling);
            case DROP -> drop();
            case EXECUTE, PREPARE -> prepare(verb, isInBlock);
            case PURGE -> draft.destroys(StatementClass.PURGE_LOGS);
            case RESET -> reset();
            case RESTART -> {
                if (!reading.mariadb() && lexer.isEnd()) {
                    draft.destroys(StatementClass.SHUTDOWN);
                }
            }
            case SHUTDOWN -> draft.destroys(StatementClass.SHUTDOWN);
            case TRUNCATE -> truncate();
            case UPDATE -> data.update(isTelling);
            case BEGIN, CASE, DECLARE, FOR, IF, LOOP, REPEAT, WHILE -> {
                if (!isInBlock && reading.mariadb()) {
                    compound(verb, at, inCode);
                }
            }
            default -> {}
        }
    }

    private boolean accept(Word wanted) {
        boolean isThere = lexer.is(wanted);
        if (isThere) {
            lexer.next();
        }
        return isThere;
    }

    /** {@code IF EXISTS} or {@code IF NOT EXISTS}; whether it stood there. */
    private boolean acceptIf() {
        if (!accept(Word.IF)) {
            return false;
        }
        accept(Word.NOT);
        accept(Word.EXISTS);
        return true;
    }

    private void drop() {
        draft.temporary = accept(Word.TEMPORARY);
        switch (lexer.word()) {
            case TABLE, TABLES, SEQUENCE -> {
                draft.destroys(StatementClass.DROP_TABLE);
                lexer.next();
                acceptIf();
                data.tableList(isTelling);
                lockWait();
                if (!accept(Word.RESTRICT)) {
                    accept(Word.CASCADE);
                }
                draft.sure &= lexer.isEnd();
            }
            case DATABASE, SCHEMA -> {
                draft.destroys(StatementClass.DROP_DATABASE);
                lexer.next();
                acceptIf();
                schema();
            }
            case USER -> draft.destroys(StatementClass.DROP_USER);
            default -> {}
        }
    }

    private void schema() {
        if (isTelling) {
            draft.schema = data.schema();
            draft.sure &= draft.schema.isPresent() && lexer.isEnd();
        }
    }

    /** MariaDB's {@code WAIT 5} and {@code NOWAIT}. */
    private void lockWait() {
        if (accept(Word.WAIT)) {
            lexer.next();
        } else {
            accept(Word.NOWAIT);
        }
    }

    private void truncate() {
        if (lexer.isSymbol('(')) {
            return; // the function, in a block
        }
        draft.destroys(StatementClass.TRUNCATE);
        accept(Word.TABLE);
        boolean isNamed = data.table(isTelling);
        draft.sure &= isNamed;
    }

    private void reset() {
        while (!lexer.isEnd()) {
            switch (lexer.word()) {
                case MASTER, SLAVE, REPLICA, BINARY -> draft.destroys(StatementClass.PURGE_LOGS);
                default -> {}
            }
            lexer.next();
        }
    }

    private void prepare(Word verb, boolean isInBlock) {
        if (isInBlock) {
            draft.destroys(StatementClass.OPAQUE);
        } else if (verb == Word.PREPARE) {
            prepared.prepare(isTelling);
        } else {
            prepared.execute(isTelling);
        }
    }

    private void create(int from, boolean inCode, boolean isInBlock) {
        boolean replaces = accept(Word.OR) && accept(Word.REPLACE);
        draft.temporary = accept(Word.TEMPORARY);
        switch (lexer.word()) {
            case TABLE -> createTable(replaces, isInBlock);
            case SEQUENCE -> {
                if (replaces) {
                    createTable(true, isInBlock);
                }
            }
            case DATABASE, SCHEMA -> {
                if (replaces) {
                    draft.destroys(StatementClass.DROP_DATABASE);
                    lexer.next();
                    if (isTelling) {
                        draft.schema = data.schema();
                        draft.sure &= draft.schema.isPresent();
                    }
                }
            }
            case USER -> {
                if (replaces) {
                    draft.destroys(StatementClass.DROP_USER);
                }
            }
            case DEFINER, AGGREGATE, EVENT, FUNCTION, PACKAGE, PROCEDURE, TRIGGER ->
                    createProgram(from, inCode, isInBlock);
            default -> {}
        }
    }

    private void createTable(boolean replaces, boolean isInBlock) {
        lexer.next();
        draft.ifNotExists = acceptIf();
        if (replaces) {
            draft.destroys(StatementClass.REPLACE_TABLE);
            boolean isNamed = data.table(isTelling);
            draft.sure &= isNamed;
        } else if (!draft.temporary && !isInBlock) {
            // A table without a name is a syntax error.
            draft.shape =
                    !isTelling || data.table(true) ? Draft.Shape.CREATE : Draft.Shape.ORDINARY;
        }
    }

    /** A stored program does nothing now, but its body has semicolons that separate nothing. */
    private void createProgram(int from, boolean inCode, boolean isInBlock) {
        Word what = blocks.toProgram();
        if (what == Word.EVENT) {
            draft.destroys(StatementClass.OPAQUE);
        }
        if (isInBlock || !isMulti) {
            return;
        }
        if (what == Word.PACKAGE || !blocks.skipBody(what)) {
            // It may end anywhere: what stands in it may be run.
            lexer.rewind(from, inCode);
            lexer.next();
            Draft.Shape shape = draft.shape;
            sumUp(Integer.MAX_VALUE);
            if (draft.shape == Draft.Shape.ORDINARY && shape != Draft.Shape.ORDINARY) {
                draft.destroys(StatementClass.OPAQUE);
            }
        }
    }

    /** MariaDB runs {@code BEGIN NOT ATOMIC ... END}, {@code IF ... END IF} and such at once. */
    private void compound(Word verb, int from, boolean inCode) {
        boolean isTransaction = lexer.isEnd() || lexer.is(Word.WORK);
        if (verb == Word.BEGIN && isTransaction) {
            return;
        }
        lexer.rewind(from, inCode);
        // Of sql_mode ORACLE: what is declared has semicolons of its own.
        boolean hasEnd = verb != Word.DECLARE && blocks.skipBlock();
        int to = hasEnd ? lexer.start() : Integer.MAX_VALUE;
        lexer.rewind(from, inCode);
        lexer.next();
        sumUp(to);
    }

    /** Makes one draft of all statements until there that may destroy. */
    private void sumUp(int to) {
        sum.clear();
        Word before = Word.NONE;
        while (lexer.kind() != Lexer.Kind.END
                && lexer.kind() != Lexer.Kind.BROKEN
                && lexer.start() < to) {
            Word word = lexer.word();
            // ON DELETE CASCADE, ON DUPLICATE KEY UPDATE.
            boolean isClause = before == Word.ON || before == Word.KEY;
            if (!word.isVerb() || isClause) {
                before = word;
                lexer.next();
                continue;
            }
            before = word;
            draft.clear();
            verb(true);
            if (draft.shape == Draft.Shape.DESTRUCTIVE) {
                add();
                toEnd();
            }
        }
        draft.clear();
        if (sum.shape == Draft.Shape.DESTRUCTIVE) {
            draft.destroys(sum.kind);
            sum.tables.forEach(draft::add);
            draft.allNamed = false;
            draft.schema = sum.schema;
            draft.sure = false;
        }
    }

    private void add() {
        sum.kind =
                sum.shape == Draft.Shape.DESTRUCTIVE
                        ? Severity.worse(sum.kind, draft.kind)
                        : draft.kind;
        sum.shape = Draft.Shape.DESTRUCTIVE;
        draft.tables.forEach(sum::add);
        if (sum.schema.isEmpty()) {
            sum.schema = draft.schema;
        }
    }

    private void alter() {
        while (lexer.is(Word.ONLINE) || lexer.is(Word.OFFLINE) || lexer.is(Word.IGNORE)) {
            lexer.next();
        }
        if (lexer.is(Word.DEFINER) || lexer.is(Word.EVENT)) {
            if (blocks.toProgram() == Word.EVENT) {
                draft.destroys(StatementClass.OPAQUE);
            }
            return;
        }
        if (!accept(Word.TABLE)) {
            return;
        }
        acceptIf();
        boolean isNamed = data.table(isTelling);
        while (!lexer.isEnd() && draft.shape == Draft.Shape.ORDINARY) {
            switch (lexer.word()) {
                case DROP -> alterDrop();
                case TRUNCATE -> alterPart(Word.PARTITION, StatementClass.DROP_PARTITION);
                case DISCARD -> {
                    lexer.next();
                    if (lexer.is(Word.PARTITION) || lexer.is(Word.TABLESPACE)) {
                        draft.destroys(StatementClass.DISCARD_TABLESPACE);
                    }
                }
                default -> lexer.next();
            }
        }
        draft.sure &= isNamed;
    }

    private void alterPart(Word next, StatementClass kind) {
        lexer.next();
        if (lexer.is(next)) {
            draft.destroys(kind);
        }
    }

    /** What ALTER TABLE drops; a column needs no word before its name. */
    private void alterDrop() {
        lexer.next();
        switch (lexer.word()) {
            case PARTITION -> draft.destroys(StatementClass.DROP_PARTITION);
            case INDEX, KEY, PRIMARY, FOREIGN, CONSTRAINT, CHECK, DEFAULT -> {}
            case PERIOD -> {
                lexer.next();
                if (!lexer.is(Word.FOR)) {
                    draft.destroys(StatementClass.DROP_COLUMN);
                }
            }
            // DROP SYSTEM VERSIONING drops the rows that only the history has: the same class.
            default -> draft.destroys(StatementClass.DROP_COLUMN);
        }
    }
}
