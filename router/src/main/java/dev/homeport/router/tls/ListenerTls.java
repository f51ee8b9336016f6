package dev.homeport.router.tls;

import dev.homeport.router.session.ClientTls;
import dev.homeport.router.session.FrontendSession;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.handler.ssl.SslHandler;
import java.util.Optional;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLSession;

/** TLS with the clients of one listener. */
public final class ListenerTls implements ClientTls {
    private final ServerCertificate certificate;

    public ListenerTls(ServerCertificate certificate) {
        this.certificate = certificate;
    }

    @Override
    public boolean isRequired() {
        return certificate.isRequired();
    }

    @Override
    public void start(Channel channel, ByteBuf rest, FrontendSession session) {
        SslHandler handler = certificate.context().newHandler(channel.alloc());
        handler.setHandshakeTimeoutMillis(0); // the session has a deadline for the whole login
        channel.pipeline().addFirst(Provider.HANDLER, handler);
        handler.handshakeFuture()
                .addListener(
                        done -> {
                            if (done.isSuccess()) {
                                session.onTlsEstablished(serverName(handler.engine().getSession()));
                            } else {
                                session.onTlsFailed(done.cause());
                            }
                        });
        channel.pipeline().fireChannelRead(rest);
    }

    @Override
    public void closeOutbound(Channel channel) {
        SslHandler handler = channel.pipeline().get(SslHandler.class);
        if (handler != null) {
            handler.closeOutbound();
        }
    }

    private static Optional<String> serverName(SSLSession session) {
        if (!(session instanceof ExtendedSSLSession extended)) {
            return Optional.empty();
        }
        for (SNIServerName name : extended.getRequestedServerNames()) {
            if (name instanceof SNIHostName host) {
                return Optional.of(host.getAsciiName());
            }
        }
        return Optional.empty();
    }
}
