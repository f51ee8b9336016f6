package dev.homeport.bench;

import dev.homeport.topology.PackedBucket;
import dev.homeport.topology.PlacementMap;
import dev.homeport.topology.ProjectId;
import dev.homeport.topology.Residence;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * What a login pays to learn where its project lives: at most 100 ns, and {@code
 * gc.alloc.rate.norm} has to be 0 bytes.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = "-Xmx3g")
public class PlacementLookupBenchmark {
    private static final int CLUSTERS = 100;

    /** Projects of the fleet. */
    @Param({"1000000", "5000000"})
    public int projects;

    /** Of how many different ones clients ask, in no order: few are in the caches of the CPU. */
    @Param({"4096", "1048576"})
    public int asked;

    private PlacementMap map;
    private ProjectId[] ids;
    private int next;

    /** Makes the fleet. */
    @Setup
    public void fill() {
        var fleet = new LargeFleet(projects, CLUSTERS);
        List<PackedBucket> buckets = new ArrayList<>();
        for (int part = 0; part < 16; part++) {
            buckets.addAll(fleet.buckets(part));
        }
        map = PlacementMap.EMPTY.with(buckets);
        ids = new ProjectId[asked];
        for (int i = 0; i < asked; i++) {
            ids[i] = LargeFleet.project((i * 7_919L) % projects);
        }
    }

    /** What every login and every change of the fleet asks for a session. */
    @Benchmark
    public Optional<Residence> residence() {
        next = (next + 1) & (asked - 1);
        return map.residence(ids[next]);
    }

    /** The whole record, for people. */
    @Benchmark
    public Optional<?> find() {
        next = (next + 1) & (asked - 1);
        return map.find(ids[next]);
    }

    /** Runs all, with the allocations. */
    public static void main(String[] args) throws RunnerException {
        new Runner(
                        new OptionsBuilder()
                                .include(PlacementLookupBenchmark.class.getSimpleName())
                                .addProfiler(GCProfiler.class)
                                .build())
                .run();
    }
}
