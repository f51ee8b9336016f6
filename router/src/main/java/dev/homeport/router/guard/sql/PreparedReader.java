package dev.homeport.router.guard.sql;

import dev.homeport.topology.StatementClass;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;
import java.util.Optional;

/** Reads PREPARE and EXECUTE, and what is prepared where it stands there. */
final class PreparedReader {
    /** Reads a text that is prepared. */
    interface Inner {
        /** What it holds that is not ordinary: nothing, or one statement. */
        List<Statement> classify(ByteBuf text, boolean backslashEscapes);
    }

    private final Lexer lexer;
    private final Draft draft;
    private Inner inner = (text, escapes) -> List.of();

    PreparedReader(Lexer lexer, Draft draft) {
        this.lexer = lexer;
        this.draft = draft;
    }

    void use(Inner reader) {
        inner = reader;
    }

    /** Behind PREPARE. */
    void prepare(boolean isTelling) {
        if (lexer.isEnd()) {
            return;
        }
        draft.shape = Draft.Shape.PREPARE;
        if (!isTelling) {
            return;
        }
        draft.name = Identifier.name(lexer.text(), lexer.start(), lexer.stop());
        lexer.next();
        if (!lexer.is(Word.FROM)) {
            draft.shape = Draft.Shape.ORDINARY; // a syntax error
            return;
        }
        lexer.next();
        Optional<ByteBuf> text = literal();
        draft.known = text.isPresent();
        draft.prepared = text.flatMap(this::read);
    }

    /** Behind EXECUTE. */
    void execute(boolean isTelling) {
        if (lexer.isEnd()) {
            return;
        }
        draft.shape = Draft.Shape.EXECUTE;
        if (!isTelling) {
            return;
        }
        draft.name = Identifier.name(lexer.text(), lexer.start(), lexer.stop());
        boolean isImmediate = lexer.is(Word.IMMEDIATE);
        lexer.next();
        if (isImmediate && !lexer.isEnd() && !lexer.is(Word.USING)) {
            Optional<ByteBuf> text = literal();
            if (text.isEmpty()) {
                draft.destroys(StatementClass.OPAQUE);
            } else {
                immediate(read(text.get()));
            }
        }
    }

    /** The draft becomes what is run at once. */
    private void immediate(Optional<Statement> read) {
        draft.shape = Draft.Shape.ORDINARY;
        switch (read.orElse(null)) {
            case null -> {}
            case Statement.Destructive found -> {
                draft.destroys(found.kind());
                found.tables().forEach(draft::add);
                draft.allNamed = found.allNamed();
                draft.schema = found.schema();
                draft.temporary = found.temporary();
                draft.sure = found.sure();
            }
            case Statement.CreateTable found -> {
                draft.shape = Draft.Shape.CREATE;
                draft.add(found.table());
                draft.ifNotExists = found.ifNotExists();
            }
            // No server prepares these two.
            case Statement.Prepare prepare -> draft.destroys(StatementClass.OPAQUE);
            case Statement.Execute execute -> draft.destroys(StatementClass.OPAQUE);
        }
    }

    /** What the literals hold that stand there, up to the end or USING; empty if it is more. */
    private Optional<ByteBuf> literal() {
        ByteBuf text = Unpooled.buffer();
        boolean isOne = false;
        while (lexer.kind() == Lexer.Kind.TEXT && lexer.first() != '$') {
            Identifier.literal(
                    lexer.text(), lexer.start(), lexer.stop(), lexer.hasBackslashEscapes(), text);
            isOne = true;
            lexer.next();
        }
        boolean isAll = lexer.isEnd() || lexer.is(Word.USING);
        return isOne && isAll ? Optional.of(text) : Optional.empty();
    }

    private Optional<Statement> read(ByteBuf text) {
        return inner.classify(text, lexer.hasBackslashEscapes()).stream().findFirst();
    }
}
