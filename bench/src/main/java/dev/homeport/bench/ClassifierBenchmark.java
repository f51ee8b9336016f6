package dev.homeport.bench;

import dev.homeport.router.guard.sql.Classifier;
import dev.homeport.router.guard.sql.Reading;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * What the guard's classifier costs an ordinary statement: time, and {@code gc.alloc.rate.norm}
 * bytes, which have to be 0.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class ClassifierBenchmark {
    /** A text that a client may send. */
    public enum Text {
        POINT_SELECT("SELECT c FROM sbtest1 WHERE id = 4711"),
        INSERT_OF_200_ROWS(
                "INSERT INTO t (a, b, c) VALUES (1, 'it''s', \"a;b\")"
                        + ", (1, 'some text; it has a semicolon', NULL)".repeat(199)),
        /** Behind its semicolons stands a word that could start a statement of interest. */
        INSERT_THAT_IS_READ(
                "INSERT INTO t (a, b, c) VALUES (1, 'it''s', \"a;b\")"
                        + ", (1, 'some text; with a semicolon', NULL)".repeat(199)),
        UPDATE_WITH_WHERE(
                "UPDATE users SET name = 'O\\'Brien', email = 'x@example.org', updated_at = NOW()"
                        + " WHERE id = 4711"),
        DELETE_WITH_WHERE("/* app:web */ DELETE FROM `sessions` WHERE `id` = 'abc' LIMIT 1"),
        SEVERAL("DO 1; SELECT a FROM t WHERE b = ';'; INSERT INTO t VALUES (1); COMMIT"),
        SEVERAL_UPDATES("UPDATE t SET a = 1 WHERE b = 2; UPDATE t SET a = 2 WHERE b = 3; COMMIT"),
        ALTER("ALTER TABLE t ADD COLUMN c INT NOT NULL DEFAULT 0 AFTER b");

        private final String sql;

        Text(String sql) {
            this.sql = sql;
        }
    }

    /** Which one is measured. */
    @Param public Text text;

    private final Reading reading = new Reading(true, true, true, 101_119, true);
    private ByteBuf in;

    /** As it comes from a channel: in a direct buffer of the pool. */
    @Setup
    public void allocate() {
        in = PooledByteBufAllocator.DEFAULT.directBuffer();
        in.writeCharSequence(text.sql, StandardCharsets.UTF_8);
    }

    /** Gives the buffer back. */
    @TearDown
    public void release() {
        in.release();
    }

    /** What the router asks of every text. */
    @Benchmark
    public boolean isOrdinary() {
        return Classifier.isOrdinary(in, in.readerIndex(), in.writerIndex(), reading);
    }

    /** Runs all, with the allocations. */
    public static void main(String[] args) throws RunnerException {
        new Runner(
                        new OptionsBuilder()
                                .include(ClassifierBenchmark.class.getSimpleName())
                                .addProfiler(GCProfiler.class)
                                .build())
                .run();
    }
}
