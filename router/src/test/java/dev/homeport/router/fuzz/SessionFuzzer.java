package dev.homeport.router.fuzz;

import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;

/**
 * Runs sessions of broken bytes against a router, many at a time, and holds after each batch that
 * every one of them has ended, that bystanders were served all along and correctly, that the router
 * has no complaint, and that its memory is what it was.
 */
final class SessionFuzzer {
    private static final Duration ALL_ENDED_WITHIN = Duration.ofSeconds(30);
    private static final int BYSTANDERS = 4;
    private static final int NEWCOMERS = 2;
    private static final int MOST_FAILURES = 10;
    private static final long FLAT_BYTES = 48L << 20;

    private final FuzzTarget target;
    private final FuzzPlan plan;
    private final PrintStream report;
    private final List<Capture> captures = Capture.all();
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private final Map<FuzzSession.Reached, LongAdder> reached =
            new EnumMap<>(FuzzSession.Reached.class);
    private final List<FuzzTarget.Memory> memory = new ArrayList<>();
    private long logins;

    SessionFuzzer(FuzzTarget target, FuzzPlan plan, PrintStream report) {
        this.target = target;
        this.plan = plan;
        this.report = report;
        for (FuzzSession.Reached one : FuzzSession.Reached.values()) {
            reached.put(one, new LongAdder());
        }
    }

    /**
     * What a run came to.
     *
     * @param failures nothing is what should be
     */
    record Summary(
            long sessions,
            long authenticated,
            long inCommands,
            Duration took,
            List<String> failures) {
        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "%d sessions in %d s (%.0f/s): %d (%.1f %%) reached authentication, %d (%.1f %%)"
                            + " the command phase; failures: %d",
                    sessions,
                    took.toSeconds(),
                    sessions * 1000.0 / Math.max(1, took.toMillis()),
                    authenticated,
                    100.0 * authenticated / sessions,
                    inCommands,
                    100.0 * inCommands / sessions,
                    failures.size());
        }
    }

    Summary run() throws InterruptedException {
        long start = System.nanoTime();
        List<Bystander> bystanders =
                IntStream.range(0, BYSTANDERS).mapToObj(i -> Bystander.start(target, i)).toList();
        long done = 0;
        while (done < plan.sessions() && failures.size() < MOST_FAILURES) {
            long count = Math.min(plan.batch(), plan.sessions() - done);
            long[] before = bystanders.stream().mapToLong(Bystander::rounds).toArray();
            List<Newcomer> newcomers =
                    IntStream.range(0, NEWCOMERS).mapToObj(i -> Newcomer.start(target)).toList();
            batch(plan.seed() + done, count);
            newcomers.forEach(Newcomer::close);
            newcomers.forEach(newcomer -> newcomer.failure().ifPresent(failures::add));
            logins += newcomers.stream().mapToLong(Newcomer::logins).sum();
            awaitEnd(plan.seed() + done, count);
            checkBystanders(bystanders, before);
            failures.addAll(target.complaints());
            memory.add(target.memory());
            done += count;
            progress(done, bystanders, start);
        }
        bystanders.forEach(Bystander::close);
        checkMemory();
        long commands = reached.get(FuzzSession.Reached.COMMANDS).sum();
        return new Summary(
                done,
                commands + reached.get(FuzzSession.Reached.AUTHENTICATION).sum(),
                commands,
                Duration.ofNanos(System.nanoTime() - start),
                List.copyOf(failures));
    }

    private void batch(long firstSeed, long count) throws InterruptedException {
        var next = new AtomicLong(firstSeed);
        List<Thread> lanes = new ArrayList<>();
        for (int lane = 0; lane < plan.lanes(); lane++) {
            int number = lane;
            lanes.add(
                    Thread.ofVirtual()
                            .name("fuzz-" + lane)
                            .start(() -> lane(number, next, firstSeed + count)));
        }
        for (Thread lane : lanes) {
            lane.join();
        }
    }

    private void lane(int lane, AtomicLong next, long end) {
        for (long seed = next.getAndIncrement(); seed < end; seed = next.getAndIncrement()) {
            try {
                FuzzSession.Outcome outcome =
                        new FuzzSession(seed, captures, target, lane, plan.hostilePercent()).run();
                reached.get(outcome.reached()).increment();
                outcome.failure().ifPresent(failures::add);
            } catch (RuntimeException e) {
                failures.add("seed " + seed + ": " + e);
            }
        }
    }

    /** All connections but the bystanders' are gone from the router. */
    private void awaitEnd(long firstSeed, long count) throws InterruptedException {
        long end = System.nanoTime() + ALL_ENDED_WITHIN.toNanos();
        while (target.connections() > BYSTANDERS) {
            if (System.nanoTime() > end) {
                failures.add(
                        "%d connections remain of the sessions with the seeds %d to %d:%n%s"
                                .formatted(
                                        target.connections() - BYSTANDERS,
                                        firstSeed,
                                        firstSeed + count - 1,
                                        target.remaining()));
                return;
            }
            Thread.sleep(20);
        }
    }

    private void checkBystanders(List<Bystander> bystanders, long[] before)
            throws InterruptedException {
        for (int i = 0; i < before.length; i++) {
            Bystander bystander = bystanders.get(i);
            // Each must finish a round of its work that began while the batch ran.
            long end = System.nanoTime() + ALL_ENDED_WITHIN.toNanos();
            while (bystander.failure().isEmpty()
                    && bystander.rounds() <= before[i]
                    && System.nanoTime() < end) {
                Thread.sleep(20);
            }
            bystander.failure().ifPresent(failures::add);
            if (bystander.failure().isEmpty() && bystander.rounds() <= before[i]) {
                failures.add("bystander " + i + " is not served");
            }
        }
    }

    private void progress(long done, List<Bystander> bystanders, long start) {
        FuzzTarget.Memory now = memory.getLast();
        double seconds = (System.nanoTime() - start) / 1e9;
        report.printf(
                Locale.ROOT,
                "%8d sessions, %5.0f/s; heap %4d MB, direct %4d MB; bystanders: %d rounds, slowest"
                        + " statement %d ms; newcomers: %d logins; failures: %d%n",
                done,
                done / seconds,
                now.heapBytes() >> 20,
                now.directBytes() >> 20,
                bystanders.stream().mapToLong(Bystander::rounds).sum(),
                bystanders.stream().mapToLong(Bystander::takeSlowestMillis).max().orElse(0),
                logins,
                failures.size());
    }

    /** The last figures are those after the first third, give or take the pools' chunks. */
    private void checkMemory() {
        if (memory.size() < 6) {
            return;
        }
        FuzzTarget.Memory warm = most(memory.subList(1, memory.size() / 3 + 1));
        FuzzTarget.Memory last = most(memory.subList(memory.size() - 2, memory.size()));
        if (last.heapBytes() > warm.heapBytes() + FLAT_BYTES
                || last.directBytes() > warm.directBytes() + FLAT_BYTES) {
            failures.add("memory grows: " + memory);
        }
    }

    private static FuzzTarget.Memory most(List<FuzzTarget.Memory> of) {
        return new FuzzTarget.Memory(
                of.stream().mapToLong(FuzzTarget.Memory::heapBytes).max().orElse(0),
                of.stream().mapToLong(FuzzTarget.Memory::directBytes).max().orElse(0));
    }
}
