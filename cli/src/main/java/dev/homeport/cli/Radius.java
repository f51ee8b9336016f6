package dev.homeport.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;

/** What the answers to "what would happen" have in common. */
final class Radius {
    private Radius() {}

    /** Says whose sessions were not counted, if there are such. */
    static void printUncounted(JsonNode radius, PrintWriter err) {
        if (!radius.path("complete").asBoolean()) {
            err.println(
                    "The router that was asked has no connection to ZooKeeper: sessions of other"
                            + " routers are not counted.");
        }
        if (!radius.path("notHeardOf").isEmpty()) {
            err.println(
                    "Not counted, because nothing was heard of them for up to ten minutes: "
                            + Texts.plain(Texts.joined(radius.path("notHeardOf")))
                            + ".");
        }
        err.flush();
    }
}
