package dev.homeport.router.admin;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.Comparator;

/** Where this machine is reached, for a server that listens on all its addresses. */
final class OwnAddress {
    private OwnAddress() {}

    /**
     * The first address that is no loopback and not bound to a link, IPv4 before IPv6; the loopback
     * address where there is none. A guess on machines with several: they take {@code admin.url}.
     */
    static InetAddress find() {
        try {
            return NetworkInterface.networkInterfaces()
                    .filter(OwnAddress::isUp)
                    .flatMap(NetworkInterface::inetAddresses)
                    .filter(one -> !one.isLoopbackAddress() && !one.isLinkLocalAddress())
                    .min(Comparator.comparing(one -> !(one instanceof Inet4Address)))
                    .orElseGet(InetAddress::getLoopbackAddress);
        } catch (SocketException e) {
            return InetAddress.getLoopbackAddress();
        }
    }

    private static boolean isUp(NetworkInterface one) {
        try {
            return one.isUp();
        } catch (SocketException e) {
            return false;
        }
    }
}
