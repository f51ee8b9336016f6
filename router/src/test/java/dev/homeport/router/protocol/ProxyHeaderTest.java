package dev.homeport.router.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.haproxy.HAProxyCommand;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import io.netty.handler.codec.haproxy.HAProxyProxiedProtocol;
import io.netty.util.NetUtil;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProxyHeaderTest {
    private static final String SIGNATURE = "\r\n\r\n\0\r\nQUIT\n";

    private static InetSocketAddress at(String address, int port) {
        return new InetSocketAddress(NetUtil.createInetAddressFromIpAddressString(address), port);
    }

    private static byte[] header(InetSocketAddress source, InetSocketAddress destination) {
        ByteBuf out = Unpooled.buffer();
        ProxyHeader.write(out, source, destination);
        return ByteBufUtil.getBytes(out);
    }

    @Test
    void tellsWhoConnectedToWhat() {
        assertThat(header(at("203.0.113.7", 51413), at("10.0.0.1", 7306)))
                .isEqualTo(
                        Bytes.of(
                                SIGNATURE,
                                0x21, // version 2, PROXY
                                0x11, // TCP over IPv4
                                0,
                                12, // bytes that follow
                                Bytes.of(203, 0, 113, 7),
                                Bytes.of(10, 0, 0, 1),
                                Bytes.of(0xc8, 0xd5), // 51413
                                Bytes.of(0x1c, 0x8a))); // 7306
    }

    @ParameterizedTest
    @CsvSource({
        "203.0.113.7, 10.0.0.1, TCP4, 203.0.113.7, 10.0.0.1",
        "2001:db8::7, 2001:db8::1, TCP6, 2001:db8::7, 2001:db8::1",
        "2001:db8::7, 10.0.0.1, TCP6, 2001:db8::7, ::ffff:10.0.0.1",
        "203.0.113.7, 2001:db8::1, TCP6, ::ffff:203.0.113.7, 2001:db8::1",
        "203.0.113.7, ::ffff:10.0.0.1, TCP4, 203.0.113.7, 10.0.0.1"
    })
    void isReadByAnotherImplementation(
            String source,
            String destination,
            HAProxyProxiedProtocol family,
            String readSource,
            String readDestination) {
        // Given
        var decoder = new EmbeddedChannel(new HAProxyMessageDecoder());

        // When
        decoder.writeInbound(Unpooled.wrappedBuffer(header(at(source, 1), at(destination, 65535))));

        // Then
        HAProxyMessage read = decoder.readInbound();
        assertThat(read.command()).isEqualTo(HAProxyCommand.PROXY);
        assertThat(read.proxiedProtocol()).isEqualTo(family);
        assertThat(at(read.sourceAddress(), read.sourcePort()).getAddress().getAddress())
                .isEqualTo(at(readSource, 1).getAddress().getAddress());
        assertThat(at(read.destinationAddress(), 1).getAddress().getAddress())
                .isEqualTo(at(readDestination, 1).getAddress().getAddress());
        assertThat(read.sourcePort()).isEqualTo(1);
        assertThat(read.destinationPort()).isEqualTo(65535);
        read.release();
        decoder.finishAndReleaseAll();
    }

    @Test
    void saysNothingWhereThereIsNobodyElse() {
        ByteBuf out = Unpooled.buffer();
        ProxyHeader.writeLocal(out);
        assertThat(ByteBufUtil.getBytes(out)).isEqualTo(Bytes.of(SIGNATURE, 0x20, 0, 0, 0));
    }
}
