package dev.homeport.router.protocol;

import io.netty.buffer.ByteBuf;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HexFormat;

/**
 * The header of the PROXY protocol, version 2, which tells a server who is behind a connection
 * (HAProxy documentation, "The PROXY protocol", section 2.2).
 */
public final class ProxyHeader {
    private static final byte[] SIGNATURE = HexFormat.of().parseHex("0d0a0d0a000d0a515549540a");
    private static final int VERSION_2_PROXY = 0x21;
    private static final int VERSION_2_LOCAL = 0x20;
    private static final int UNSPECIFIED = 0x00;
    private static final int TCP_OVER_IPV4 = 0x11;
    private static final int TCP_OVER_IPV6 = 0x21;
    private static final int IPV4_BYTES = 4;
    private static final int IPV6_BYTES = 16;
    private static final int PORT_BYTES = 2;

    private ProxyHeader() {}

    /**
     * Writes the header of a connection that is made for somebody. There is one family for both
     * addresses: where they differ, both are written as IPv6.
     *
     * @param source where the client is
     * @param destination what it has connected to
     */
    public static void write(ByteBuf out, InetSocketAddress source, InetSocketAddress destination) {
        boolean isIpv4 = isIpv4(source.getAddress()) && isIpv4(destination.getAddress());
        int addressBytes = isIpv4 ? IPV4_BYTES : IPV6_BYTES;
        out.writeBytes(SIGNATURE);
        out.writeByte(VERSION_2_PROXY);
        out.writeByte(isIpv4 ? TCP_OVER_IPV4 : TCP_OVER_IPV6);
        out.writeShort(2 * (addressBytes + PORT_BYTES));
        writeAddress(out, source.getAddress(), addressBytes);
        writeAddress(out, destination.getAddress(), addressBytes);
        out.writeShort(source.getPort());
        out.writeShort(destination.getPort());
    }

    /** Writes the header of a connection that is made for nobody else. */
    public static void writeLocal(ByteBuf out) {
        out.writeBytes(SIGNATURE);
        out.writeByte(VERSION_2_LOCAL);
        out.writeByte(UNSPECIFIED);
        out.writeShort(0);
    }

    private static boolean isIpv4(InetAddress address) {
        return address.getAddress().length == IPV4_BYTES;
    }

    /** An IPv4 address takes its IPv6 form ({@code ::ffff:192.0.2.1}) where it must. */
    private static void writeAddress(ByteBuf out, InetAddress address, int bytes) {
        byte[] own = address.getAddress();
        if (own.length < bytes) {
            out.writeZero(IPV6_BYTES - IPV4_BYTES - 2);
            out.writeShort(0xffff);
        }
        out.writeBytes(own);
    }
}
