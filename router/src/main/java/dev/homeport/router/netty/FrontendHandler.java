package dev.homeport.router.netty;

import dev.homeport.router.session.FrontendSession;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/** Passes the events of a client channel to its session. Not final: tests listen in. */
public class FrontendHandler extends ChannelInboundHandlerAdapter {
    private final FrontendSession session;

    public FrontendHandler(FrontendSession session) {
        this.session = session;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        session.onActive();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        session.onRead((ByteBuf) message);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        session.onReadComplete();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        session.onWritabilityChanged();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        session.onInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        session.onError(cause);
    }
}
