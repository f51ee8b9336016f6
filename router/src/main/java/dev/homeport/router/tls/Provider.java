package dev.homeport.router.tls;

import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslProvider;

/** What does the work: BoringSSL where it runs, for it costs a fraction of the JDK's. */
final class Provider {
    /** Older versions are broken, and every server and driver of today has these. */
    static final String[] VERSIONS = {"TLSv1.3", "TLSv1.2"};

    static final SslProvider BEST = OpenSsl.isAvailable() ? SslProvider.OPENSSL : SslProvider.JDK;

    /** Name of the handler in a pipeline: the first one, in front of the session's. */
    static final String HANDLER = "tls";

    private Provider() {}
}
