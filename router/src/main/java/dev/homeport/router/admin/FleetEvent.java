package dev.homeport.router.admin;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * Something that happened in the fleet.
 *
 * @param data what is told of it: a JSON object on one line
 */
record FleetEvent(Kind kind, String data) {
    FleetEvent {
        requireNonNull(kind, "kind");
        requireNonNull(data, "data");
    }

    /** What happened. */
    enum Kind {
        INCIDENT_OPENED,
        /** More became known of it. */
        INCIDENT_AMENDED,
        INCIDENT_CLOSED,
        /** Routers do something else for the sessions of a cluster. */
        CLUSTER_AVAILABILITY,
        /** Routers do something else for the sessions of one project, whatever its cluster does. */
        PROJECT_AVAILABILITY,
        /** So many more have changed with it that they are not told one by one. */
        PROJECTS_CHANGED
    }

    static FleetEvent of(Kind kind, ObjectNode data) {
        return new FleetEvent(kind, Json.text(data));
    }
}
