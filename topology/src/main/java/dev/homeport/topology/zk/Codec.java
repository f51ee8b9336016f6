package dev.homeport.topology.zk;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.homeport.topology.fields.Fields;
import dev.homeport.topology.fields.Problems;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Function;

/** The form of one record in its znode. */
interface Codec<T> {
    /** Compact JSON in UTF-8, with {@code "v":1} first. */
    byte[] write(T value);

    /** The record; or empty, and then the problems say why. Never throws. */
    Optional<T> read(byte[] bytes, Problems problems);

    static <T> Codec<T> of(Function<Fields, Optional<T>> reader, BiConsumer<T, ObjectNode> writer) {
        return of(Json.MOST_RECORD_BYTES, reader, writer);
    }

    static <T> Codec<T> of(
            int mostBytes, Function<Fields, Optional<T>> reader, BiConsumer<T, ObjectNode> writer) {
        return new Codec<>() {
            @Override
            public byte[] write(T value) {
                ObjectNode json = Json.object().put("v", 1);
                writer.accept(value, json);
                return Json.bytes(json);
            }

            @Override
            public Optional<T> read(byte[] bytes, Problems problems) {
                return Json.parse(bytes, mostBytes, problems)
                        .flatMap(
                                node -> {
                                    Fields fields = Fields.of(node, problems);
                                    fields.version();
                                    return reader.apply(fields);
                                });
            }
        };
    }
}
