package dev.homeport.topology.zk;

import dev.homeport.topology.fields.Problems;
import dev.homeport.topology.fields.Problems.Problem;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What stands in a znode at this moment, before it is judged whether it may come into force. */
sealed interface Standing<T> {
    /** A record that is right in itself. */
    record Good<T>(T value) implements Standing<T> {}

    /** Bytes that are no such record. */
    record Bad<T>(List<Problem> problems) implements Standing<T> {}

    /** It stood there and is gone since then. */
    record Gone<T>(Instant since) implements Standing<T> {}

    static <T> Standing<T> of(Znode znode, Codec<T> codec, Instant now) {
        if (znode.isAbsent()) {
            return new Gone<>(now);
        }
        var problems = new Problems();
        if (!znode.unreadable().isEmpty()) {
            problems.add("", znode.unreadable());
        }
        Optional<T> value = znode.bytes().flatMap(bytes -> codec.read(bytes, problems));
        return value.isPresent() && problems.isEmpty()
                ? new Good<>(value.get())
                : new Bad<>(problems.all());
    }
}
