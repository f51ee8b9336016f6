package dev.homeport.quarantine;

/**
 * One run of one server: a thread id means nothing to another.
 *
 * @param server its name, port and server id
 * @param since seconds since 1970
 */
record ServerRun(String server, long since) {
    /** Two clocks are asked, one after the other. */
    private static final long TOLERANCE = 5;

    static ServerRun parse(String text) {
        int at = text.lastIndexOf('@');
        return new ServerRun(text.substring(0, at), Long.parseLong(text.substring(at + 1)));
    }

    boolean isSame(ServerRun other) {
        return server.equals(other.server) && Math.abs(since - other.since) <= TOLERANCE;
    }

    @Override
    public String toString() {
        return server + "@" + since;
    }
}
