package dev.homeport.sandbox.acceptance;

import dev.homeport.sandbox.fleet.Daemon;
import dev.homeport.testkit.zookeeper.ZooKeeperEnsemble;
import dev.homeport.testkit.zookeeper.ZooKeeperMember;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;

/** What happens to ZooKeeper and to agents, which no application may notice. */
final class ControlPlaneFaults implements Trouble {
    /** The session timeout of all daemons is 6 s; beyond it they have to take theirs for lost. */
    private static final Duration LONGER_THAN_A_SESSION = Duration.ofSeconds(8);

    private static final Duration A_WHILE = Duration.ofSeconds(3);
    private static final Duration CALM = Duration.ofSeconds(4);

    private final RunningFleet fleet;
    private final ZooKeeperEnsemble ensemble;
    private final List<String> clusters;
    private final Tally tally;
    private final SplittableRandom random;

    ControlPlaneFaults(
            RunningFleet fleet,
            ZooKeeperEnsemble ensemble,
            List<String> clusters,
            Tally tally,
            SplittableRandom random) {
        this.fleet = fleet;
        this.ensemble = ensemble;
        this.clusters = List.copyOf(clusters);
        this.tally = tally;
        this.random = random;
    }

    @Override
    public void makeOnce() throws Exception {
        switch (random.nextInt(10)) {
            case 0 -> killFor(List.of(ensemble.awaitLeader()), "leader killed");
            case 1 -> killFor(List.of(anyMember()), "member killed");
            case 2 -> killFor(ensemble.members().subList(0, 2), "majority killed");
            case 3 -> suspend(List.of(ensemble.awaitLeader()), "leader hangs");
            case 4 -> suspend(ensemble.members(), "ensemble hangs");
            case 5 -> isolate(List.of(ensemble.awaitLeader()), "leader cut off");
            case 6 -> isolate(List.of(anyMember()), "member cut off");
            case 7 -> isolate(ensemble.members(), "all members cut off");
            case 8 -> agentKilled();
            default -> agentHangs();
        }
        Thread.sleep(CALM);
    }

    private void killFor(List<ZooKeeperMember> members, String what) throws InterruptedException {
        tally.note("begins: " + what);
        members.forEach(ZooKeeperMember::kill);
        Thread.sleep(A_WHILE);
        members.forEach(ZooKeeperMember::start);
        ensemble.awaitServing();
        tally.count(what);
    }

    private void suspend(List<ZooKeeperMember> members, String what) throws InterruptedException {
        tally.note("begins: " + what);
        members.forEach(ZooKeeperMember::suspend);
        Thread.sleep(LONGER_THAN_A_SESSION);
        members.forEach(ZooKeeperMember::resume);
        ensemble.awaitServing();
        tally.count(what);
    }

    /** Their clients reach them still, and are answered for a while. */
    private void isolate(List<ZooKeeperMember> members, String what) throws InterruptedException {
        tally.note("begins: " + what);
        members.forEach(ensemble::isolate);
        Thread.sleep(LONGER_THAN_A_SESSION);
        ensemble.healLinks();
        ensemble.awaitServing();
        tally.count(what);
    }

    private ZooKeeperMember anyMember() {
        return ensemble.members().get(random.nextInt(ensemble.members().size()));
    }

    private void agentKilled() throws InterruptedException {
        Daemon agent = anyAgent();
        agent.kill();
        Thread.sleep(A_WHILE);
        agent.restart();
        tally.count("agent killed");
    }

    private void agentHangs() throws InterruptedException {
        Daemon agent = anyAgent();
        agent.process().suspend();
        Thread.sleep(LONGER_THAN_A_SESSION);
        agent.process().resume();
        tally.count("agent hangs");
    }

    private Daemon anyAgent() {
        return fleet.agentOf(clusters.get(random.nextInt(clusters.size())));
    }
}
