package dev.homeport.router.guard.sql;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** What the classifier says, as the corpus writes it. */
final class Described {
    private Described() {}

    static List<Statement> classify(String text, Reading reading) {
        ByteBuf in = buffer(text);
        return Classifier.classify(in, in.readerIndex(), in.writerIndex(), reading);
    }

    static boolean isOrdinary(String text, Reading reading) {
        ByteBuf in = buffer(text);
        return Classifier.isOrdinary(in, in.readerIndex(), in.writerIndex(), reading);
    }

    private static ByteBuf buffer(String text) {
        return Unpooled.copiedBuffer("xx" + text, StandardCharsets.UTF_8).skipBytes(2);
    }

    static String of(List<Statement> statements) {
        return statements.isEmpty()
                ? "-"
                : statements.stream().map(Described::of).collect(Collectors.joining(" & "));
    }

    private static String of(Statement statement) {
        return switch (statement) {
            case Statement.Destructive found ->
                    found.kind()
                            + (found.sure() ? " " : "? ")
                            + (found.temporary() ? "~ " : "")
                            + names(found);
            case Statement.CreateTable create -> "CREATE " + name(create.table());
            case Statement.Prepare prepare ->
                    prepare.known()
                            ? "PREPARE(" + of(prepare.prepared().stream().toList()) + ")"
                            : "PREPARE(?)";
            case Statement.Execute execute -> "EXECUTE";
        };
    }

    private static String names(Statement.Destructive found) {
        Optional<String> schema = found.schema();
        if (schema.isPresent()) {
            return schema.get();
        }
        return found.tables().isEmpty()
                ? "-"
                : found.tables().stream().map(Described::name).collect(Collectors.joining(", "));
    }

    private static String name(NamedTable table) {
        return table.schema().map(schema -> schema + ".").orElse("") + table.table();
    }
}
