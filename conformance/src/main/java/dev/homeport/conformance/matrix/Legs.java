package dev.homeport.conformance.matrix;

import dev.homeport.topology.TlsMode;

/** TLS between client and router, and between router and instance. */
public enum Legs {
    PLAIN("plain", false, TlsMode.FOLLOW),
    TLS("TLS", true, TlsMode.FOLLOW),
    TLS_TO_PLAIN("TLS, plain behind", true, TlsMode.OFF),
    PLAIN_TO_TLS("plain, TLS behind", false, TlsMode.VERIFY_CA);

    private final String title;
    private final boolean clientTls;
    private final TlsMode backend;

    Legs(String title, boolean clientTls, TlsMode backend) {
        this.title = title;
        this.clientTls = clientTls;
        this.backend = backend;
    }

    public String title() {
        return title;
    }

    /** Whether the client speaks TLS, direct as well as through the router. */
    public boolean isClientTls() {
        return clientTls;
    }

    /** What the cluster's record says. */
    public TlsMode backend() {
        return backend;
    }

    /** Whether the instance sees another kind of connection than it would directly. */
    public boolean isMixed() {
        return backend != TlsMode.FOLLOW;
    }
}
