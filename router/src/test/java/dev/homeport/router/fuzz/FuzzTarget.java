package dev.homeport.router.fuzz;

import dev.homeport.testkit.tls.ClientTls;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;

/** A router that is fuzzed, and what can be asked of it. */
interface FuzzTarget {
    InetSocketAddress address();

    /** The user of the projects, without a suffix. */
    String user();

    String password();

    /** Projects whose schema has the same name and that the user may enter. */
    List<String> projects();

    /** Projects {@code h0}, {@code h1}, ... whose instances this process plays; may be none. */
    List<HostileInstance> hostile();

    /** How to speak TLS to it; empty where it offers none. */
    Optional<ClientTls> tls();

    /** Client connections of the router. */
    int connections();

    /** What can be said of the sessions that are still there, for the report. */
    String remaining();

    /** What is wrong with the router and its database by now; nothing is what should be. */
    List<String> complaints();

    /** What the router uses of memory after a collection, for the report. */
    Memory memory();

    /** Bytes in use. */
    record Memory(long heapBytes, long directBytes) {}
}
