package dev.homeport.router.ensemble;

import dev.homeport.topology.ClusterId;
import dev.homeport.topology.FleetSnapshot;
import dev.homeport.topology.ProjectId;
import dev.homeport.topology.zk.ZooKeeperFleet;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Looks at every picture of a fleet, and notes what never may be: see {@link #wrongs}. */
final class Historian {
    private final Map<ProjectId, ClusterId> homes = new HashMap<>();
    private final List<String> wrongs = new ArrayList<>();
    private long zxid;
    private boolean isSameEnsemble = true;

    Historian(ZooKeeperFleet fleet) {
        fleet.source().onChange((before, after) -> see(after));
    }

    private synchronized void see(FleetSnapshot picture) {
        if (isSameEnsemble && picture.zxid() < zxid) {
            wrongs.add("the picture went back from %x to %x".formatted(zxid, picture.zxid()));
        }
        zxid = picture.zxid();
        Map<ProjectId, ClusterId> seen = new HashMap<>();
        picture.placements().forEach((project, placement) -> seen.put(project, placement.home()));
        homes.forEach(
                (project, home) -> {
                    if (!home.equals(seen.get(project))) {
                        wrongs.add(project + " was on " + home + ", then " + seen.get(project));
                    }
                });
        homes.putAll(seen);
    }

    /** Transactions are counted from the beginning again. */
    synchronized void otherEnsemble() {
        isSameEnsemble = false;
    }

    /** Pictures that went back in time, and projects that lost or changed their home. */
    synchronized List<String> wrongs() {
        return List.copyOf(wrongs);
    }
}
