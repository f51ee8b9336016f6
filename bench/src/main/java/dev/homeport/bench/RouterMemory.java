package dev.homeport.bench;

import dev.homeport.sandbox.description.SandboxDescription;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * The memory of a router while something is measured: its heap and its direct buffers by its own
 * metrics, and what the kernel says that the process holds.
 */
final class RouterMemory implements AutoCloseable {
    private static final Duration INTERVAL = Duration.ofMillis(100);
    private static final double MEGABYTE = 1 << 20;

    private final HttpClient http = HttpClient.newHttpClient();
    private final SandboxDescription.Router router;
    private final Thread sampler;
    private volatile boolean stopped;
    private Sample base = Sample.NONE;
    private Sample peak = Sample.NONE;

    private record Sample(double heap, double direct, double resident) {
        static final Sample NONE = new Sample(0, 0, 0);

        Sample most(Sample other) {
            return new Sample(
                    Math.max(heap, other.heap),
                    Math.max(direct, other.direct),
                    Math.max(resident, other.resident));
        }
    }

    /**
     * How much more than at its start a measurement had at its height. Garbage of the heap counts
     * until it is collected.
     */
    record Growth(double heapMegabytes, double directMegabytes, double residentMegabytes) {}

    private RouterMemory(SandboxDescription.Router router) {
        this.router = router;
        this.sampler = Thread.ofVirtual().name("router-memory").unstarted(this::sample);
    }

    static RouterMemory watch(SandboxDescription.Router router) {
        var memory = new RouterMemory(router);
        memory.sampler.start();
        return memory;
    }

    /** From here on it is counted. */
    synchronized void settle() {
        base = now();
        peak = base;
    }

    synchronized Growth growth() {
        return new Growth(
                (peak.heap - base.heap) / MEGABYTE,
                (peak.direct - base.direct) / MEGABYTE,
                (peak.resident - base.resident) / MEGABYTE);
    }

    private void sample() {
        try {
            while (!stopped) {
                Sample now = now();
                synchronized (this) {
                    peak = peak.most(now);
                }
                Thread.sleep(INTERVAL);
            }
        } catch (InterruptedException e) {
            // closed
        }
    }

    private Sample now() {
        try {
            HttpRequest request =
                    HttpRequest.newBuilder(URI.create(router.admin().url()).resolve("/metrics"))
                            .header("Authorization", "Bearer " + router.admin().token())
                            .build();
            String metrics = http.send(request, BodyHandlers.ofString()).body();
            return new Sample(
                    sum(metrics, "jvm_memory_used_bytes{area=\"heap\""),
                    sum(metrics, "netty_allocator_memory_used{", "memory_type=\"direct\""),
                    resident());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Sample.NONE;
        }
    }

    /** The sum of all series whose line starts so and has those parts. */
    private static double sum(String metrics, String start, String... parts) {
        return metrics.lines()
                .filter(line -> line.startsWith(start))
                .filter(
                        line -> {
                            for (String part : parts) {
                                if (!line.contains(part)) {
                                    return false;
                                }
                            }
                            return true;
                        })
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    private double resident() throws IOException {
        return Files.readAllLines(Path.of("/proc/" + router.pid() + "/status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToDouble(line -> Double.parseDouble(line.replaceAll("[^0-9]", "")) * 1024)
                .sum();
    }

    @Override
    public void close() {
        stopped = true;
        sampler.interrupt();
    }
}
