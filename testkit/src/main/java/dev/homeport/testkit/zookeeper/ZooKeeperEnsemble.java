package dev.homeport.testkit.zookeeper;

import dev.homeport.testkit.process.FreePorts;
import dev.homeport.testkit.process.PrivateDirectories;
import dev.homeport.testkit.process.ServerException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A real ZooKeeper ensemble: each member is a JVM of its own, which can be killed, suspended, run
 * out of disk and started again by itself, and cut off from others of them while clients still
 * reach it. Safe for use by several threads.
 */
public final class ZooKeeperEnsemble implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final List<ZooKeeperMember> members;
    private final PeerLinks links;

    private ZooKeeperEnsemble(List<ZooKeeperMember> members, PeerLinks links) {
        this.members = List.copyOf(members);
        this.links = links;
    }

    /** Starts three members and waits until they serve. */
    public static ZooKeeperEnsemble start(Path directory) {
        return start(directory, 3, MemberSettings.PLAIN);
    }

    /**
     * Starts that many members, one stands alone, and waits until they serve.
     *
     * @throws ServerException if they do not; nothing is left running then
     */
    public static ZooKeeperEnsemble start(Path directory, int size, MemberSettings settings) {
        PrivateDirectories.create(directory);
        var links = new PeerLinks(size);
        List<ZooKeeperMember> members = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            members.add(
                    new ZooKeeperMember(
                            directory.toAbsolutePath().resolve("zk" + (i + 1)),
                            i + 1,
                            FreePorts.next(),
                            size == 1 ? List.of() : links.configurationOf(i),
                            settings));
        }
        ZooKeeperEnsemble ensemble = new ZooKeeperEnsemble(members, links);
        try {
            ensemble.startAll();
            return ensemble;
        } catch (ServerException e) {
            ensemble.close();
            throw e;
        }
    }

    private void startAll() {
        members.forEach(ZooKeeperMember::start);
        awaitServing();
    }

    /** Waits until every member serves. */
    public void awaitServing() {
        await("the ensemble serves", () -> members.stream().allMatch(ZooKeeperMember::isServing));
    }

    /** Waits until there is a leader, and tells which. */
    public ZooKeeperMember awaitLeader() {
        // What was seen is told: asked once more, a busy member may not answer in time.
        AtomicReference<ZooKeeperMember> seen = new AtomicReference<>();
        await(
                "a leader",
                () -> {
                    leader().ifPresent(seen::set);
                    return seen.get() != null;
                });
        return seen.get();
    }

    private Optional<ZooKeeperMember> leader() {
        return members.stream().filter(one -> one.mode().equals("leader")).findFirst();
    }

    /** Those that follow, with the leader that there is. */
    public List<ZooKeeperMember> followers() {
        return members.stream().filter(one -> one.mode().equals("follower")).toList();
    }

    public List<ZooKeeperMember> members() {
        return members;
    }

    /** {@code host:port,host:port}, without a chroot. */
    public String connect() {
        return connect(members);
    }

    /** The same for some of the members. */
    public static String connect(List<ZooKeeperMember> members) {
        return members.stream()
                .map(one -> "127.0.0.1:" + one.port())
                .collect(Collectors.joining(","));
    }

    /**
     * Cuts a member off from all others: nothing arrives any more in either direction, and no
     * connection ends by that. Clients reach it as before.
     */
    public void isolate(ZooKeeperMember member) {
        links.isolate(members.indexOf(member));
    }

    /** Cuts two members off from each other, as {@link #isolate} does, and from nobody else. */
    public void separate(ZooKeeperMember one, ZooKeeperMember other) {
        links.separate(members.indexOf(one), members.indexOf(other));
    }

    /** All members reach each other again; what was under way between them arrives now. */
    public void healLinks() {
        links.heal();
    }

    /** As after the loss of all disks: the same addresses, and nothing in them. */
    public void rebuild() {
        members.forEach(ZooKeeperMember::kill);
        members.forEach(one -> deleteAll(one.data()));
        startAll();
    }

    private static void deleteAll(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void await(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new ServerException("waited in vain: " + what);
            }
            try {
                Thread.sleep(Duration.ofMillis(50));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new ServerException("interrupted", e);
            }
        }
    }

    /** Kills all: nobody needs what they have. */
    @Override
    public void close() {
        members.forEach(ZooKeeperMember::kill);
        links.close();
    }
}
