package dev.homeport.router.config;

import dev.homeport.topology.fields.Fields;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/**
 * Section {@code listeners[].proxyProtocol}: load balancers in front of the router, which say in a
 * header of the PROXY protocol who the client is.
 *
 * @param trusted where such connections come from; all of these must have the header, and nobody
 *     else may
 */
public record ProxyProtocolConfig(List<Network> trusted) {
    public ProxyProtocolConfig {
        trusted = List.copyOf(trusted);
    }

    /** Whether connections from that address begin with a header. */
    public boolean isTrusted(InetAddress address) {
        return trusted.stream().anyMatch(network -> network.contains(address));
    }

    static Optional<ProxyProtocolConfig> read(Fields fields) {
        int problemsBefore = fields.problems().all().size();
        List<Network> trusted = fields.list("trusted", Network::parse);
        fields.problems()
                .require(
                        !trusted.isEmpty() || fields.problems().all().size() > problemsBefore,
                        fields.pathOf("trusted"),
                        "must name one network at least, such as [10.0.0.0/8]");
        return fields.build(() -> new ProxyProtocolConfig(trusted));
    }
}
