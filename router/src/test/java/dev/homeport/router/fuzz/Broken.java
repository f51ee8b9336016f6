package dev.homeport.router.fuzz;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/** Arbitraries of broken messages: recorded or well-formed ones with a few mutations. */
public final class Broken {
    private static final int MOST_MUTATIONS = 4;

    private Broken() {}

    public static Arbitrary<Mutation> mutations() {
        Arbitrary<Integer> amounts = Arbitraries.integers().between(0, Integer.MAX_VALUE - 1);
        return Combinators.combine(Arbitraries.of(Mutation.Kind.class), amounts, amounts)
                .as(Mutation::new);
    }

    /** Any of those messages, with parts of each other or other changes in it. */
    public static Arbitrary<byte[]> of(List<byte[]> messages) {
        return Combinators.combine(
                        Arbitraries.of(messages),
                        Arbitraries.of(messages),
                        mutations().list().ofMaxSize(MOST_MUTATIONS))
                .as(Broken::apply);
    }

    private static byte[] apply(byte[] message, byte[] other, List<Mutation> mutations) {
        byte[] broken = message;
        for (Mutation mutation : mutations) {
            broken = mutation.applyTo(broken, other);
        }
        return broken;
    }

    /** Where to cut a message into pieces: lengths that are used over and over. */
    public static Arbitrary<List<Integer>> pieces() {
        return Arbitraries.integers()
                .between(1, 40)
                .edgeCases(edges -> edges.includeOnly(1, 3, 4, 5))
                .list()
                .ofMinSize(1)
                .ofMaxSize(6);
    }

    /** The message in those pieces. */
    public static List<byte[]> cut(byte[] message, List<Integer> pieces) {
        List<byte[]> result = new ArrayList<>();
        int from = 0;
        for (int i = 0; from < message.length; i++) {
            int to = Math.min(message.length, from + pieces.get(i % pieces.size()));
            result.add(java.util.Arrays.copyOfRange(message, from, to));
            from = to;
        }
        return result;
    }

    /** Every packet of all captures that one of the two sides sent. */
    public static List<byte[]> packets(boolean fromClient) {
        return Capture.all().stream()
                .flatMap(capture -> capture.turns().stream())
                .filter(turn -> turn.fromClient() == fromClient)
                .map(turn -> turn.packet().bytes())
                .toList();
    }
}
