package dev.homeport.testkit.zookeeper;

import dev.homeport.testkit.net.TcpProxy;
import dev.homeport.testkit.net.TcpProxy.Translation;
import dev.homeport.testkit.process.FreePorts;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiPredicate;
import java.util.stream.IntStream;

/**
 * The network between the members of an ensemble: each knows every other by an address of its own,
 * behind which a proxy stands. Members are counted from 0. Safe for use by several threads.
 *
 * <p>A member that opens an election connection says where it is to be reached, and one with a
 * higher number hangs up and calls back ({@code QuorumCnxManager.InitialMessage}). The proxies put
 * in that place how the other one knows it, else the call would pass beside the network.
 *
 * <p>A member that was elected does not listen at once for those that follow it. They try again
 * where they are refused; who is hung up on looks for another leader, and the one that was elected
 * waits for it until {@code initLimit} is over. So the proxies hold who comes early.
 */
final class PeerLinks implements AutoCloseable {
    private static final String HOST = "127.0.0.1";

    private final List<Ports> own;
    private final Map<Direction, Link> links = new HashMap<>();

    /** Where a member listens for those that follow it, and for votes. */
    private record Ports(int quorum, int election) {
        static Ports next() {
            return new Ports(FreePorts.next(), FreePorts.next());
        }
    }

    /** Who calls whom. */
    private record Direction(int from, int to) {}

    private record Link(TcpProxy quorum, TcpProxy election) {
        List<TcpProxy> proxies() {
            return List.of(quorum, election);
        }

        Ports ports() {
            return new Ports(quorum.port(), election.port());
        }
    }

    PeerLinks(int members) {
        own = IntStream.range(0, members).mapToObj(i -> Ports.next()).toList();
        for (int from = 0; from < members; from++) {
            for (int to = 0; to < members; to++) {
                if (from != to) {
                    var direction = new Direction(from, to);
                    links.put(direction, link(direction));
                }
            }
        }
    }

    private Link link(Direction direction) {
        Ports target = own.get(direction.to());
        return new Link(
                TcpProxy.patientlyTo(target.quorum()),
                TcpProxy.to(
                        target.election(),
                        Translation.ofGreeting(greeting -> translated(greeting, direction))));
    }

    private byte[] translated(byte[] greeting, Direction direction) {
        String said = address(own.get(direction.from()).election());
        String known = address(portsOf(direction.from(), direction.to()).election());
        String text = new String(greeting, StandardCharsets.ISO_8859_1);
        if (!text.contains(said)) {
            throw new IllegalStateException(
                    "member %d did not say that it is %s, so that others would call beside the network"
                            .formatted(direction.from() + 1, said));
        }
        // As long as each other: ports have five digits (FreePorts.MIN).
        return text.replace(said, known).getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String address(int port) {
        return HOST + ":" + port;
    }

    /** Where one member is for another. */
    private Ports portsOf(int member, int seenBy) {
        return member == seenBy
                ? own.get(member)
                : links.get(new Direction(seenBy, member)).ports();
    }

    /** What the configuration of that member says of the others and of itself. */
    List<String> configurationOf(int member) {
        List<String> lines = new ArrayList<>();
        for (int other = 0; other < own.size(); other++) {
            Ports ports = portsOf(other, member);
            lines.add(
                    "server.%d=%s:%d"
                            .formatted(other + 1, address(ports.quorum()), ports.election()));
        }
        return List.copyOf(lines);
    }

    /** From now on nothing arrives between those two, and nobody is told. */
    void separate(int one, int other) {
        lose((from, to) -> (from == one && to == other) || (from == other && to == one));
    }

    /** From now on nothing of that member arrives at the others, nor of them at it. */
    void isolate(int member) {
        lose((from, to) -> from == member || to == member);
    }

    private void lose(BiPredicate<Integer, Integer> which) {
        links.forEach(
                (direction, link) -> {
                    if (which.test(direction.from(), direction.to())) {
                        link.proxies().forEach(TcpProxy::blackHole);
                    }
                });
    }

    /** Everything arrives again, also what was under way. */
    void heal() {
        links.values().forEach(link -> link.proxies().forEach(TcpProxy::heal));
    }

    @Override
    public void close() {
        links.values().forEach(link -> link.proxies().forEach(TcpProxy::close));
    }
}
