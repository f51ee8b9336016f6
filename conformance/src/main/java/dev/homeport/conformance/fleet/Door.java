package dev.homeport.conformance.fleet;

import dev.homeport.conformance.matrix.Cell;
import dev.homeport.conformance.matrix.ServerKind;
import dev.homeport.topology.ClusterId;
import dev.homeport.topology.ProjectId;
import dev.homeport.topology.TlsMode;
import java.util.Locale;

/**
 * A port of the router that leads to one cluster.
 *
 * @param backend what the cluster's record says of TLS: the same server stands in a cluster for
 *     each
 */
record Door(ServerKind server, TlsMode backend) {
    static Door of(Cell cell) {
        return new Door(cell.server(), cell.legs().backend());
    }

    /** An address of the server: no two clusters may have the same one. */
    String host() {
        return TestDatabase.ADDRESSES.get(
                switch (backend) {
                    case OFF -> 1;
                    case VERIFY_CA -> 2;
                    default -> 0;
                });
    }

    String name() {
        return (server.id() + "-" + backend.name().replace('_', '-')).toLowerCase(Locale.ROOT);
    }

    ClusterId cluster() {
        return new ClusterId(name());
    }

    ProjectId project() {
        return new ProjectId(name());
    }
}
