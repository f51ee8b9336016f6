package dev.homeport.router.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.homeport.router.protocol.Bytes;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** What the router relies on of Netty's decoder: any bytes are read or refused, none are kept. */
class HaProxyDecoderTest {
    private static final byte[] BEGINNING = Bytes.of("\r\n\r\n\0\r\nQUIT\n", 0x21, 0x11);

    private static final byte[] ADDRESSES = Bytes.of(1, 2, 3, 4, 5, 6, 7, 8, 0, 1, 0, 2);

    private static final class Sink extends SimpleChannelInboundHandler<HAProxyMessage> {
        int headers;
        int errors;

        @Override
        protected void channelRead0(ChannelHandlerContext context, HAProxyMessage header) {
            headers++;
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            errors++;
        }
    }

    private static Sink feed(byte[] wire, int cut) {
        var sink = new Sink();
        var channel = new EmbeddedChannel(new HAProxyMessageDecoder(2048), sink);
        int at = Math.min(cut, wire.length);
        channel.writeInbound(Unpooled.copiedBuffer(wire, 0, at));
        if (channel.isOpen()) {
            channel.writeInbound(Unpooled.copiedBuffer(wire, at, wire.length - at));
        }
        channel.finishAndReleaseAll();
        return sink;
    }

    @Property(tries = 3000)
    void additionsThatLieLeaveNothingBehind(
            @ForAll @Size(max = 40) byte[] additions,
            @ForAll @IntRange(min = 0, max = 80) int cut) {
        int length = ADDRESSES.length + additions.length;
        feed(Bytes.of(BEGINNING, 0, length, ADDRESSES, additions), cut);
    }

    /** 0x20: what the balancer knows of TLS; it holds further additions. */
    @Property(tries = 3000)
    void additionsAboutTlsThatLieLeaveNothingBehind(
            @ForAll @Size(max = 40) byte[] additions, @ForAll @IntRange(max = 50) int announced) {
        byte[] tls = Bytes.of(0x20, 0, announced, additions);
        int length = ADDRESSES.length + tls.length;
        feed(Bytes.of(BEGINNING, 0, length, ADDRESSES, tls), 0);
    }

    @Property(tries = 2000)
    void anyBytesAreNoHeaderOrOne(
            @ForAll @Size(min = 150, max = 300) byte[] wire,
            @ForAll @IntRange(min = 0, max = 300) int cut) {
        Sink sink = feed(wire, cut);
        assertThat(sink.headers).isZero();
        assertThat(sink.errors).isPositive();
    }

    @Property(tries = 50)
    void aHeaderOfAnyLengthIsGivenUpBeforeItIsHere(
            @ForAll @IntRange(min = 2400, max = 65_535) int announced) {
        // Given
        var sink = new Sink();
        var channel = new EmbeddedChannel(new HAProxyMessageDecoder(2048), sink);
        byte[] wire = Arrays.copyOf(Bytes.of(BEGINNING, announced >>> 8, announced & 0xff), 2400);

        // When
        channel.writeInbound(Unpooled.copiedBuffer(wire));

        // Then
        assertThat(sink.errors).isEqualTo(1);
        channel.finishAndReleaseAll();
    }
}
