package dev.homeport.topology.zk;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Texts of one document in which most stand many times: each is decoded once. A small table; what
 * finds no place in it is decoded each time. For one thread, and for one array.
 */
final class RepeatedTexts {
    private static final int PLACES = 256;
    private static final int TRIES = 8;

    private final String[] texts = new String[PLACES];
    private final int[] starts = new int[PLACES];
    private final int[] ends = new int[PLACES];

    /** What stands there, in UTF-8. */
    String of(byte[] document, int start, int end) {
        int hash = hash(document, start, end);
        for (int i = 0; i < TRIES; i++) {
            int place = (hash + i) & (PLACES - 1);
            if (texts[place] == null) {
                texts[place] = decoded(document, start, end);
                starts[place] = start;
                ends[place] = end;
                return texts[place];
            }
            if (Arrays.equals(document, starts[place], ends[place], document, start, end)) {
                return texts[place];
            }
        }
        return decoded(document, start, end);
    }

    private static int hash(byte[] document, int start, int end) {
        int hash = end - start;
        for (int at = start; at < end; at++) {
            hash = hash * 31 + document[at];
        }
        return hash ^ hash >>> 16;
    }

    private static String decoded(byte[] document, int start, int end) {
        return new String(document, start, end - start, StandardCharsets.UTF_8);
    }
}
