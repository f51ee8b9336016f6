package dev.homeport.router.netty;

import dev.homeport.router.session.FrontendSession;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.haproxy.HAProxyCommand;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;

/**
 * Takes the header of the PROXY protocol, version 1 or 2, off a connection of a load balancer. Only
 * then does the session hear that somebody has connected, for it speaks first. This handler and the
 * decoder in front of it leave the pipeline with the header.
 */
final class ProxyHeaderHandler extends SimpleChannelInboundHandler<HAProxyMessage> {
    /** What balancers send along takes less: names, and what they know of TLS. */
    private static final int MOST_TLV_BYTES = 2048;

    private final FrontendSession session;

    private ProxyHeaderHandler(FrontendSession session) {
        this.session = session;
    }

    /** Expects the header in front of what the pipeline's last handler reads. */
    static void expectIn(ChannelPipeline pipeline, FrontendSession session) {
        pipeline.addFirst(HandlerNames.PROXY_HEADER, new ProxyHeaderHandler(session));
        pipeline.addFirst(HandlerNames.PROXY_DECODER, new HAProxyMessageDecoder(MOST_TLV_BYTES));
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        session.onHeaderAwaited();
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, HAProxyMessage header) {
        source(header).ifPresent(session::onClientAddress);
        context.pipeline().remove(this);
        context.fireChannelActive();
        // What came behind the header follows when the decoder leaves.
    }

    /** Empty where the balancer speaks for itself (a health check), or does not know. */
    private static Optional<InetSocketAddress> source(HAProxyMessage header) {
        if (header.command() == HAProxyCommand.LOCAL || header.sourceAddress() == null) {
            return Optional.empty();
        }
        InetAddress address = NetUtil.createInetAddressFromIpAddressString(header.sourceAddress());
        return address == null
                ? Optional.empty()
                : Optional.of(new InetSocketAddress(address, header.sourcePort()));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        session.onHeaderFailed(cause);
    }
}
