package dev.homeport.router.config;

/** How the router talks to the kernel. */
public enum Transport {
    /** The best that works on this machine. */
    AUTO,
    IO_URING,
    EPOLL,
    /** Works everywhere; does not know TCP_USER_TIMEOUT. */
    NIO
}
