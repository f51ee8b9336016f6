package dev.homeport.router.config;

import static java.util.Objects.requireNonNull;

import io.netty.util.NetUtil;
import java.net.InetAddress;

/**
 * A range of addresses, as {@code 10.0.0.0/8} or {@code 2001:db8::/32}; an address alone is a range
 * of one.
 *
 * @param address the first of them
 * @param prefixBits how many bits of it they have in common
 */
public record Network(InetAddress address, int prefixBits) {
    private static final String FORM =
            "must be a network such as 10.0.0.0/8 or 2001:db8::/32, or an address, was \"%s\"";

    public Network {
        requireNonNull(address, "address");
    }

    /**
     * Reads the text form.
     *
     * @throws IllegalArgumentException if it is none, or names an address within the network
     */
    public static Network parse(String text) {
        int slash = text.indexOf('/');
        InetAddress address =
                NetUtil.createInetAddressFromIpAddressString(
                        slash < 0 ? text : text.substring(0, slash));
        if (address == null) {
            throw new IllegalArgumentException(FORM.formatted(text));
        }
        int all = address.getAddress().length * Byte.SIZE;
        var network = new Network(address, slash < 0 ? all : prefix(text, slash + 1, all));
        if (!network.isFirst()) {
            throw new IllegalArgumentException(
                    "must have no bits behind the first "
                            + network.prefixBits
                            + ", was \""
                            + text
                            + "\"");
        }
        return network;
    }

    private static int prefix(String text, int from, int most) {
        try {
            int bits = Integer.parseInt(text, from, text.length(), 10);
            if (bits >= 0 && bits <= most) {
                return bits;
            }
        } catch (NumberFormatException e) {
            // The same answer as for a number that is too large.
        }
        throw new IllegalArgumentException(FORM.formatted(text));
    }

    private boolean isFirst() {
        byte[] bytes = address.getAddress();
        for (int bit = prefixBits; bit < bytes.length * Byte.SIZE; bit++) {
            if (bit(bytes, bit)) {
                return false;
            }
        }
        return true;
    }

    /** Whether an address is one of them. */
    public boolean contains(InetAddress other) {
        byte[] own = address.getAddress();
        byte[] its = other.getAddress();
        if (own.length != its.length) {
            return false;
        }
        for (int bit = 0; bit < prefixBits; bit++) {
            if (bit(own, bit) != bit(its, bit)) {
                return false;
            }
        }
        return true;
    }

    private static boolean bit(byte[] bytes, int index) {
        return (bytes[index / Byte.SIZE] >> (Byte.SIZE - 1 - index % Byte.SIZE) & 1) != 0;
    }

    @Override
    public String toString() {
        return address.getHostAddress() + "/" + prefixBits;
    }
}
