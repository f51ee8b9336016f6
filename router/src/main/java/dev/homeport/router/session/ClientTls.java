package dev.homeport.router.session;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;

/** TLS on the client connections of one listener. */
public interface ClientTls {
    /** Whether logins without it are refused. */
    boolean isRequired();

    /**
     * Begins as the server side of a TLS handshake on that channel, in front of the session, and
     * tells it with {@link FrontendSession#onTlsEstablished} or {@link
     * FrontendSession#onTlsFailed}; one of both, once.
     *
     * @param rest what was read behind the SSLRequest: the beginning of the handshake; taken over
     */
    void start(Channel channel, ByteBuf rest, FrontendSession session);

    /** Says that nothing more will come, if the channel has TLS. */
    void closeOutbound(Channel channel);
}
