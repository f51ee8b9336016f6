package dev.homeport.router.guard.sql;

import dev.homeport.topology.StatementClass;
import io.netty.buffer.ByteBuf;
import java.util.List;
import java.util.Optional;

/**
 * The last resort for texts that can be read in too many ways: any verb in it counts, in quotes or
 * not.
 */
final class RawVerbs {
    private RawVerbs() {}

    static boolean areIn(ByteBuf in, int from, int end) {
        return worst(in, from, end).isPresent();
    }

    /** One statement that may be the worst of what the words say; none if there is no such word. */
    static List<Statement> in(ByteBuf in, int from, int end) {
        return worst(in, from, end)
                .<List<Statement>>map(
                        kind ->
                                List.of(
                                        new Statement.Destructive(
                                                kind,
                                                List.of(),
                                                false,
                                                Optional.empty(),
                                                false,
                                                false,
                                                0,
                                                end - from)))
                .orElse(List.of());
    }

    private static Optional<StatementClass> worst(ByteBuf in, int from, int end) {
        Optional<StatementClass> worst = Optional.empty();
        int at = from;
        while (at < end) {
            int stop = at;
            while (stop < end && isLetter(in.getByte(stop))) {
                stop++;
            }
            if (stop > at) {
                Optional<StatementClass> kind = kindOf(Word.of(in, at, stop));
                worst =
                        worst.isPresent() && kind.isPresent()
                                ? Optional.of(Severity.worse(worst.get(), kind.get()))
                                : worst.or(() -> kind);
            }
            at = Math.max(stop, at + 1);
        }
        return worst;
    }

    private static boolean isLetter(byte b) {
        return (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z') || b == '_';
    }

    private static Optional<StatementClass> kindOf(Word word) {
        return switch (word) {
            case DROP -> Optional.of(StatementClass.DROP_DATABASE);
            case TRUNCATE -> Optional.of(StatementClass.TRUNCATE);
            case PURGE, RESET -> Optional.of(StatementClass.PURGE_LOGS);
            case SHUTDOWN, RESTART, CLONE -> Optional.of(StatementClass.SHUTDOWN);
            case DELETE -> Optional.of(StatementClass.DELETE_ALL);
            case UPDATE -> Optional.of(StatementClass.UPDATE_ALL);
            case DISCARD -> Optional.of(StatementClass.DISCARD_TABLESPACE);
            case REPLACE -> Optional.of(StatementClass.REPLACE_TABLE);
            case CALL, EXECUTE, PREPARE, BINLOG, EVENT -> Optional.of(StatementClass.OPAQUE);
            default -> Optional.empty();
        };
    }
}
