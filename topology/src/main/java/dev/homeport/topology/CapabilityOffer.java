package dev.homeport.topology;

import java.util.Collection;
import java.util.Optional;

/**
 * What a port for one server family can offer its clients: what every cluster that they may be led
 * to has. Pure.
 */
public final class CapabilityOffer {
    private CapabilityOffer() {}

    /**
     * The capabilities that all clusters of that family have in common, whatever is wanted of them
     * and however they are at the moment: one that is offline comes back. Those of which nothing is
     * known yet have no say.
     *
     * @return empty if nothing is known of any
     */
    public static Optional<ServerCapabilities> of(
            Family family, Collection<ClusterSnapshot> clusters) {
        return ServerCapabilities.common(
                clusters.stream()
                        .filter(cluster -> cluster.definition().family() == family)
                        .flatMap(cluster -> cluster.verdict().capabilities().stream()));
    }
}
