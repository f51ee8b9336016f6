package dev.homeport.agent.watch;

import dev.homeport.topology.ClusterId;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What blinds the watch, for people. Told on the watch's thread, read on any. */
final class WatchProblems {
    private static final Logger log = LoggerFactory.getLogger(WatchProblems.class);

    private final ClusterId cluster;
    private volatile List<String> standing = List.of();

    WatchProblems(ClusterId cluster) {
        this.cluster = cluster;
    }

    /** Empty while it sees everything. */
    List<String> standing() {
        return standing;
    }

    /** All that there are now; what changes is logged. */
    void tell(List<String> all) {
        if (all.equals(standing)) {
            return;
        }
        standing = List.copyOf(all);
        for (String problem : all) {
            log.atWarn()
                    .addKeyValue("cluster", cluster)
                    .addKeyValue("reason", problem)
                    .log("the data-loss watch does not see everything");
        }
    }
}
