package dev.homeport.router.session;

import static java.util.Objects.requireNonNull;

import dev.homeport.topology.ClusterId;
import dev.homeport.topology.InstanceId;
import io.netty.util.NetUtil;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Instant;
import java.util.Optional;

/**
 * A session in its Command Phase, or one that was: whose connection that of the instance is.
 *
 * @param client where it is; empty if it was gone already. Made a text only where somebody asks
 * @param connected when the connection to the instance came about, which may have carried another
 *     user before (COM_CHANGE_USER)
 * @param closed when it ended; empty while it is open
 */
public record ServedSession(
        ClusterId cluster,
        SessionRegistry.Target target,
        Optional<SocketAddress> client,
        Instant connected,
        Optional<Instant> closed) {
    public ServedSession {
        requireNonNull(cluster, "cluster");
        requireNonNull(target, "target");
        requireNonNull(client, "client");
        requireNonNull(connected, "connected");
        requireNonNull(closed, "closed");
    }

    /** The instance's id of the connection, which its processlist and its binary log have. */
    public long threadId() {
        return Integer.toUnsignedLong(target.backendConnectionId());
    }

    /** Where the client is, for people: {@code host:port}; empty if nobody knows. */
    public String clientText() {
        return client.map(ServedSession::text).orElse("");
    }

    static String text(SocketAddress address) {
        return address instanceof InetSocketAddress socket
                ? NetUtil.toSocketAddressString(socket)
                : String.valueOf(address);
    }

    boolean isOn(ClusterId wanted, InstanceId instance) {
        return target.instance().id().equals(instance) && cluster.equals(wanted);
    }

    ServedSession closedAt(Instant now) {
        return new ServedSession(cluster, target, client, connected, Optional.of(now));
    }
}
