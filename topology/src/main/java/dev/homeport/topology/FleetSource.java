package dev.homeport.topology;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Where the picture of the fleet comes from. */
public interface FleetSource {
    /**
     * The picture in force: one volatile read, safe on an event loop. Empty until there was a good
     * one.
     */
    Optional<FleetSnapshot> current();

    /**
     * Where there is no picture because no cluster stands there: everything else. It is to be shown
     * to who makes the first one, and nobody routes by it. Empty where there is a picture, or
     * nobody knows.
     */
    default Optional<FleetSnapshot> vacant() {
        return Optional.empty();
    }

    /** How the picture stands to ZooKeeper. */
    Agreement agreement();

    /** How the source itself is doing. */
    Status status();

    /**
     * Adds a listener, which is called after each swap with the picture before (empty for the
     * first) and after. Called on the source's own thread, one call at a time; must not block.
     */
    void onChange(Listener listener);

    /** Is told of every new picture. */
    @FunctionalInterface
    interface Listener {
        void onSnapshot(Optional<FleetSnapshot> before, FleetSnapshot after);
    }

    /** The connection to ZooKeeper, as Curator names its states. */
    enum Connection {
        /** Not connected since the start. */
        NEVER,
        CONNECTED,
        SUSPENDED,
        LOST
    }

    /**
     * How the source is doing.
     *
     * @param fromFile the picture in force was read from the snapshot file, not yet from ZooKeeper
     * @param asOf when the picture was last known to agree with ZooKeeper; empty without a picture
     * @param rejected edits that were not taken over and still stand in ZooKeeper
     * @param snapshotFileError why the snapshot file could not be written, if it could not
     */
    record Status(
            Connection connection,
            boolean fromFile,
            Optional<Instant> asOf,
            List<RejectedEdit> rejected,
            Optional<String> snapshotFileError) {
        public Status {
            rejected = List.copyOf(rejected);
        }
    }
}
