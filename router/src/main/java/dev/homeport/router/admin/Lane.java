package dev.homeport.router.admin;

/** Which threads carry a route, so that what is slow does not hold up what is not. */
enum Lane {
    /** Memory only. */
    READ(4, 256),
    /** Waits for ZooKeeper. */
    WRITE(4, 256),
    /** Waits for ZooKeeper and for database servers. */
    PLACE(8, 512),
    /** Reckons for seconds; the machine is there for the sessions. */
    SIMULATE(1, 4);

    private final int threads;
    private final int mostWaiting;

    Lane(int threads, int mostWaiting) {
        this.threads = threads;
        this.mostWaiting = mostWaiting;
    }

    int threads() {
        return threads;
    }

    /** How many requests may wait for a thread; one more is answered with 503. */
    int mostWaiting() {
        return mostWaiting;
    }
}
