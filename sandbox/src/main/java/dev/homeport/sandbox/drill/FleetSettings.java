package dev.homeport.sandbox.drill;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.homeport.sandbox.fleet.AdminClient;

/**
 * The fleet's records that the drill changes for a while, the guard's policy and that of placement.
 * Puts back what it found when it is closed.
 */
final class FleetSettings implements AutoCloseable {
    private static final String GUARD = "/v1/guard";
    private static final String PLACEMENT = "/v1/placement-policy";

    private final DrilledFleet fleet;
    private final JsonNode guardBefore;
    private final JsonNode placementBefore;

    /** Changes nothing yet. */
    FleetSettings(DrilledFleet fleet) {
        this.fleet = fleet;
        this.guardBefore = fleet.get(GUARD);
        this.placementBefore = fleet.get(PLACEMENT);
    }

    /** New projects go to the drilled cluster as long as it takes any, and only then elsewhere. */
    void preferDrilledCluster() throws InterruptedException {
        ObjectNode policy = placementBefore.deepCopy();
        ArrayNode preferred = policy.putArray("preferred");
        ArrayNode fallback = policy.putArray("fallback");
        for (String cluster : fleet.clusters()) {
            (cluster.equals(fleet.cluster()) ? preferred : fallback).add(cluster);
        }
        put(PLACEMENT, policy);
    }

    /** The guard as in a new fleet, or one that only observes. */
    void guard(boolean observes) throws InterruptedException {
        put(GUARD, AdminClient.object().put("observe", observes));
    }

    /** Returns when all routers have it. */
    private void put(String path, JsonNode record) throws InterruptedException {
        DrilledFleet.good(path, fleet.admin().put(path, record));
        JsonNode written = fleet.get(path);
        for (AdminClient router : fleet.admins()) {
            Poll.require(
                    "a router does not take over " + path,
                    () -> router.get(path).body().equals(written));
        }
    }

    @Override
    public void close() {
        try {
            DrilledFleet.good(GUARD, fleet.admin().put(GUARD, guardBefore));
        } finally {
            DrilledFleet.good(PLACEMENT, fleet.admin().put(PLACEMENT, placementBefore));
        }
    }
}
