package dev.homeport.router.guard.sql;

/**
 * Finds the end of blocks of statements, which have semicolons of their own. In doubt a block ends
 * too early rather than too late: then what stands in it counts as if it were run, and nothing
 * behind it is taken for a part of it. So a word only opens a block where no name can stand.
 */
final class BlockReader {
    /** Deeper ones are not followed. */
    private static final int MOST_DEPTH = 60;

    private final Lexer lexer;
    private int depth;
    private long expressions;

    BlockReader(Lexer lexer) {
        this.lexer = lexer;
    }

    /**
     * Moves to the word that says what is created or altered, past {@code DEFINER = ...}.
     *
     * @return the word; NONE if it is something else
     */
    Word toProgram() {
        while (!lexer.isEnd()) {
            switch (lexer.word()) {
                case EVENT, FUNCTION, PACKAGE, PROCEDURE, TRIGGER -> {
                    return lexer.word();
                }
                case VIEW -> {
                    return Word.NONE;
                }
                default -> lexer.next();
            }
        }
        return Word.NONE;
    }

    /**
     * Moves behind the body of a stored program.
     *
     * @param what the present word
     * @return whether it has an end; at a semicolon or the end of the text then
     */
    boolean skipBody(Word what) {
        if (what == Word.NONE) {
            return true;
        }
        lexer.next();
        skipName();
        boolean isBody =
                switch (what) {
                    case TRIGGER -> toTriggerBody();
                    case EVENT -> toEventBody();
                    default -> toRoutineBody();
                };
        return !isBody || skipBlock();
    }

    private void skipName() {
        if (lexer.is(Word.IF)) {
            while (!lexer.isEnd() && !lexer.is(Word.EXISTS)) {
                lexer.next();
            }
            lexer.next();
        }
        lexer.next();
        if (lexer.isSymbol('.')) {
            lexer.next();
            lexer.next();
        }
    }

    private boolean toTriggerBody() {
        while (!lexer.isEnd() && !lexer.is(Word.ROW)) {
            lexer.next();
        }
        lexer.next();
        if (lexer.is(Word.FOLLOWS) || lexer.is(Word.PRECEDES)) {
            lexer.next();
            lexer.next();
        }
        return opensBlock();
    }

    private boolean toEventBody() {
        while (!lexer.isEnd() && !lexer.is(Word.DO)) {
            lexer.next();
        }
        lexer.next();
        return opensBlock();
    }

    private boolean toRoutineBody() {
        int brackets = 0;
        while (!lexer.isEnd()) {
            if (brackets == 0 && opensBlock()) {
                return true;
            }
            if (brackets == 0 && lexer.is(Word.LANGUAGE)) {
                lexer.next();
            }
            brackets += lexer.isSymbol('(') ? 1 : lexer.isSymbol(')') ? -1 : 0;
            // A body of one statement has no semicolon.
            Word word = lexer.word();
            boolean isStatement = word.isVerb() || word.isOrdinary() || word == Word.RETURN;
            if (brackets == 0 && isStatement) {
                return false;
            }
            lexer.next();
        }
        return false;
    }

    /** Whether the token opens a block where a statement may start; a label may stand before it. */
    private boolean opensBlock() {
        return switch (lexer.word()) {
            case BEGIN, CASE, FOR, IF, LOOP, REPEAT, WHILE -> true;
            default -> false;
        };
    }

    /**
     * Moves behind the block that starts at the present token.
     *
     * @return whether it has an end; at a semicolon or the end of the text then
     */
    boolean skipBlock() {
        depth = 0;
        expressions = 0;
        boolean isStart = true;
        boolean awaitsDo = false;
        int brackets = 0;
        while (lexer.kind() != Lexer.Kind.END && lexer.kind() != Lexer.Kind.BROKEN) {
            Word word = lexer.word();
            boolean isFirst = isStart;
            isStart = false;
            if (lexer.isSymbol(';')) {
                if (depth == 0) {
                    return true;
                }
                isStart = true;
                awaitsDo = false;
                brackets = 0;
            } else if (word == Word.END && depth > 0) {
                end();
                continue;
            } else if (word == Word.CASE) {
                if (!open(!isFirst)) {
                    return false;
                }
            } else if (isFirst && opensBlock()) {
                boolean isLoop = word == Word.LOOP || word == Word.REPEAT;
                awaitsDo = word == Word.WHILE || word == Word.FOR;
                brackets = 0;
                lexer.next();
                boolean isLabel = lexer.isSymbol(':');
                if (!isLabel && !open(false)) {
                    return false;
                }
                isStart = isLoop || word == Word.BEGIN;
                if (isLabel) {
                    lexer.next();
                } else if (word == Word.BEGIN && lexer.is(Word.NOT)) {
                    lexer.next();
                    lexer.next();
                }
                continue;
            } else if (lexer.isSymbol('(') || lexer.isSymbol(')')) {
                brackets += lexer.isSymbol('(') ? 1 : -1;
            } else if (awaitsDo && brackets == 0 && word == Word.DO) {
                awaitsDo = false;
                isStart = true;
            } else if (!isInExpression() && (word == Word.THEN || word == Word.ELSE)) {
                isStart = true;
            } else if (isFirst && lexer.kind() == Lexer.Kind.WORD) {
                lexer.next();
                if (lexer.isSymbol(':')) {
                    lexer.next();
                    isStart = true;
                } else if (word == Word.DECLARE) {
                    isStart = toHandled();
                }
                continue;
            }
            lexer.next();
        }
        return depth == 0 && lexer.kind() == Lexer.Kind.END;
    }

    /**
     * Behind {@code DECLARE}: moves behind {@code EXIT HANDLER FOR ...}, where a statement starts;
     * whether there is one. Only one that begins with BEGIN is looked for.
     */
    private boolean toHandled() {
        boolean isHandler = false;
        boolean isNameAwaited = false;
        while (!lexer.isEnd()) {
            if (isHandler && !isNameAwaited && lexer.is(Word.BEGIN)) {
                return true;
            }
            isHandler |= lexer.is(Word.HANDLER);
            isNameAwaited = lexer.is(Word.FOR) || lexer.isSymbol(',') || !isHandler;
            lexer.next();
        }
        return false;
    }

    private boolean open(boolean isExpression) {
        if (depth == MOST_DEPTH) {
            return false;
        }
        expressions = (expressions << 1) | (isExpression ? 1 : 0);
        depth++;
        return true;
    }

    private boolean isInExpression() {
        return (expressions & 1) != 0;
    }

    /** {@code END}, {@code END IF} and such; moves behind it. */
    private void end() {
        expressions >>>= 1;
        depth--;
        lexer.next();
        switch (lexer.word()) {
            case CASE, FOR, IF, LOOP, REPEAT, WHILE -> lexer.next();
            default -> {}
        }
    }
}
