package dev.homeport.sandbox.acceptance;

import static org.awaitility.Awaitility.await;

import dev.homeport.testkit.process.ServerException;
import dev.homeport.topology.ClusterId;
import dev.homeport.topology.Placement;
import dev.homeport.topology.ProjectId;
import dev.homeport.topology.TopologyException;
import dev.homeport.topology.zk.ZooKeeperFleet;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Moves empty projects by hand, and writes down where they lived when. One thread. */
final class ProjectMoves {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** What a session of a moved project has, at the longest. */
    private static final Duration DEADLINE = Duration.ofSeconds(1);

    private final RunningFleet fleet;
    private final ZooKeeperFleet zooKeeper;
    private final HomeTimeline timeline;

    ProjectMoves(RunningFleet fleet, ZooKeeperFleet zooKeeper, HomeTimeline timeline) {
        this.fleet = fleet;
        this.zooKeeper = zooKeeper;
        this.timeline = timeline;
    }

    /** Returns whether it lives there now; else it stayed where it was. */
    boolean move(String project, String target) {
        makeSchema(project, target);
        Instant begun = Instant.now();
        String home = moveTo(target, project);
        Instant acknowledged = Instant.now();
        if (!home.equals(target)) {
            return false;
        }
        fleet.awaitEveryRouter("/v1/projects/" + project, "cluster", target);
        timeline.moved(project, target, begun, acknowledged, Instant.now().plus(DEADLINE));
        return true;
    }

    /** It may hang at the moment. */
    private void makeSchema(String project, String cluster) {
        await().atMost(PATIENCE)
                .ignoreException(ServerException.class)
                .until(
                        () -> {
                            fleet.primaryOf(cluster)
                                    .execute("CREATE DATABASE IF NOT EXISTS `" + project + "`");
                            return true;
                        });
    }

    /** Returns where it lives then, which is not there if nothing was written. */
    private String moveTo(String target, String project) {
        try {
            return write(project, found -> movedTo(target, found));
        } catch (TopologyException e) {
            // Nobody knows whether it was written: then it is read until it is known.
            return await().atMost(PATIENCE)
                    .ignoreException(TopologyException.class)
                    .until(() -> write(project, UnaryOperator.identity()), home -> true);
        }
    }

    private String write(String project, UnaryOperator<Placement> change) throws TopologyException {
        return zooKeeper
                .writer()
                .changePlacement(new ProjectId(project), change)
                .value()
                .home()
                .value();
    }

    private static Placement movedTo(String target, Placement found) {
        return new Placement(
                new ClusterId(target), found.state(), Instant.now(), "storm", Optional.empty());
    }
}
