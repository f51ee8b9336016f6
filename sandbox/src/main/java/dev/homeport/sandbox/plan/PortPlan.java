package dev.homeport.sandbox.plan;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.IntPredicate;
import java.util.function.IntSupplier;

/**
 * Who listens where. A port that an option names must be free; another one is the one of the last
 * run, else the usual one, else any, whichever is free first.
 */
final class PortPlan {
    private static final int USUAL_INSTANCES = 7400;
    private static final int USUAL_AGENTS = 7480;
    private static final int MOST_INSTANCES_BEFORE_AGENTS = 8;
    private static final int USUAL_CLUSTER_STEP = 10;

    private final Map<String, Integer> saved;
    private final IntPredicate claim;
    private final IntSupplier any;
    private final Map<String, Integer> ports = new LinkedHashMap<>();

    private PortPlan(Map<String, Integer> saved, IntPredicate claim, IntSupplier any) {
        this.saved = saved;
        this.claim = claim;
        this.any = any;
    }

    static String mysqlOf(String router) {
        return router + ".mysql";
    }

    static String adminOf(String daemon) {
        return daemon + ".admin";
    }

    static final String ZOOKEEPER = "zookeeper";

    /**
     * Chooses.
     *
     * @param saved of the last run, by name
     * @param claim takes a port if it is free
     * @param any takes any free port
     * @throws SandboxException if a port that an option names is taken
     */
    static Map<String, Integer> choose(
            SandboxOptions options,
            SandboxSize size,
            Map<String, Integer> saved,
            IntPredicate claim,
            IntSupplier any) {
        PortPlan plan = new PortPlan(saved, claim, any);
        plan.named(mysqlOf("r1"), "--mysql-port", options.mysqlPort());
        plan.named(adminOf("r1"), "--admin-port", options.adminPort());
        plan.named(ZOOKEEPER, "--zk-port", options.zkPort());
        plan.usual(mysqlOf("r1"), 7306);
        plan.usual(adminOf("r1"), 7380);
        plan.usual(ZOOKEEPER, 2181);
        for (String router : size.routerIds()) {
            plan.any(mysqlOf(router));
            plan.any(adminOf(router));
        }
        size.clusterIds().forEach(cluster -> plan.cluster(size, cluster));
        return plan.ports;
    }

    private void cluster(SandboxSize size, String cluster) {
        int number = size.numberOf(cluster);
        usual(adminOf(size.agentId(cluster)), USUAL_AGENTS + number - 1);
        int port = USUAL_INSTANCES + USUAL_CLUSTER_STEP * (number - 1);
        for (String instance : size.instanceIds(cluster)) {
            port++;
            if (number <= MOST_INSTANCES_BEFORE_AGENTS) {
                usual(instance, port);
            } else {
                any(instance);
            }
        }
    }

    private void named(String name, String option, OptionalInt port) {
        if (port.isPresent()) {
            if (!claim.test(port.getAsInt())) {
                throw new SandboxException(
                        "port %d of %s is in use: take another one, or stop what listens there"
                                .formatted(port.getAsInt(), option));
            }
            ports.put(name, port.getAsInt());
        }
    }

    private void usual(String name, int port) {
        if (!ports.containsKey(name) && !takeSaved(name)) {
            ports.put(name, claim.test(port) ? port : any.getAsInt());
        }
    }

    private void any(String name) {
        if (!ports.containsKey(name) && !takeSaved(name)) {
            ports.put(name, any.getAsInt());
        }
    }

    private boolean takeSaved(String name) {
        Integer port = saved.get(name);
        if (port == null || !claim.test(port)) {
            return false;
        }
        ports.put(name, port);
        return true;
    }
}
