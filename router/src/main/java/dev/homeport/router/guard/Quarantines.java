package dev.homeport.router.guard;

import dev.homeport.quarantine.JdbcQuarantine;
import dev.homeport.router.account.InstanceAccount;
import dev.homeport.topology.Instance;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** The quarantine of each instance, with the guard's account. Thread-safe. */
public final class Quarantines implements AutoCloseable {
    private final InstanceAccount account;
    private final ConcurrentMap<Instance, JdbcQuarantine> quarantines = new ConcurrentHashMap<>();

    public Quarantines(InstanceAccount account) {
        this.account = account;
    }

    /** That of an instance, which must be the primary of its cluster. Connects to nothing yet. */
    public JdbcQuarantine of(Instance instance) {
        return quarantines.computeIfAbsent(
                instance, one -> new JdbcQuarantine(() -> account.source(one).getConnection()));
    }

    @Override
    public void close() {
        quarantines.values().forEach(JdbcQuarantine::close);
    }
}
