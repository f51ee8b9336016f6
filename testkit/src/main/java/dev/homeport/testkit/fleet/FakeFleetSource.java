package dev.homeport.testkit.fleet;

import dev.homeport.topology.Agreement;
import dev.homeport.topology.FleetSnapshot;
import dev.homeport.topology.FleetSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** A source whose picture the test sets. Listeners are called on the thread that sets it. */
public final class FakeFleetSource implements FleetSource {
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();
    private volatile Optional<FleetSnapshot> current = Optional.empty();
    private volatile Connection connection = Connection.CONNECTED;

    /** A source that has that picture from the start. */
    public static FakeFleetSource of(FleetSnapshot fleet) {
        FakeFleetSource source = new FakeFleetSource();
        source.set(fleet);
        return source;
    }

    /** Swaps the picture and tells the listeners. */
    public synchronized void set(FleetSnapshot fleet) {
        Optional<FleetSnapshot> before = current;
        current = Optional.of(fleet);
        listeners.forEach(listener -> listener.onSnapshot(before, fleet));
    }

    /** Swaps the picture for one that the builder makes. */
    public void set(Fleets fleet) {
        set(fleet.build());
    }

    /** Pretends another state of the connection to ZooKeeper. */
    public void set(Connection newConnection) {
        connection = newConnection;
    }

    @Override
    public Optional<FleetSnapshot> current() {
        return current;
    }

    @Override
    public Agreement agreement() {
        return Agreement.NONE.reached();
    }

    @Override
    public Status status() {
        return new Status(
                connection, false, current.map(FleetSnapshot::asOf), List.of(), Optional.empty());
    }

    @Override
    public void onChange(Listener listener) {
        listeners.add(listener);
    }
}
