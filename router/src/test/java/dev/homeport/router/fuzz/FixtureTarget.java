package dev.homeport.router.fuzz;

import dev.homeport.router.config.ListenerTlsConfig;
import dev.homeport.router.config.Transport;
import dev.homeport.router.netty.Leaks;
import dev.homeport.router.netty.RouterFixture;
import dev.homeport.testkit.tls.ClientTls;
import dev.homeport.testkit.tls.PemFiles;
import dev.homeport.testkit.tls.TestCertificates;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A router in this JVM, with a real server behind it and hostile instances beside that. */
final class FixtureTarget implements FuzzTarget, AutoCloseable {
    private final FuzzDatabase database;
    private final List<HostileInstance> hostile = new ArrayList<>();
    private final RouterFixture router;
    private final ClientTls tls;
    private final ErrorLog errors = ErrorLog.watch();

    private FixtureTarget(
            FuzzDatabase database, TestCertificates certificates, int lanes, Transport transport) {
        this.database = database;
        for (int i = 0; i < lanes; i++) {
            hostile.add(new HostileInstance());
        }
        PemFiles own = certificates.server();
        tls = ClientTls.trusting(certificates.authority());
        router =
                RouterFixture.of(database.fleet(lanes, lane -> hostile.get(lane).port()).build())
                        .with(transport)
                        .with(
                                new ListenerTlsConfig(
                                        false, own.certificate(), own.key(), Optional.empty()))
                        .start();
    }

    /** Starts all of it; one hostile instance for each lane. */
    static FixtureTarget start(Path directory, int lanes, Transport transport) {
        return new FixtureTarget(
                FuzzDatabase.start(directory.resolve("c1-1")),
                TestCertificates.in(directory.resolve("certificates")),
                lanes,
                transport);
    }

    @Override
    public InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), router.port());
    }

    @Override
    public String user() {
        return database.app().user();
    }

    @Override
    public String password() {
        return database.app().password();
    }

    @Override
    public List<String> projects() {
        return List.of("p1", "p2");
    }

    @Override
    public List<HostileInstance> hostile() {
        return hostile;
    }

    @Override
    public int connections() {
        return router.sessions.size();
    }

    @Override
    public Optional<ClientTls> tls() {
        return Optional.of(tls);
    }

    @Override
    public String remaining() {
        return OpenSessions.of(router.sessions);
    }

    @Override
    public List<String> complaints() {
        List<String> complaints = new ArrayList<>(errors.events());
        double bugs =
                router.meters.get("router.sessions.closed").tag("reason", "bug").counter().count();
        if (bugs > 0) {
            complaints.add((int) bugs + " sessions were closed because of a mistake in the router");
        }
        if (!database.server().process().isAlive()) {
            complaints.add(
                    "the database server has ended: " + database.server().process().complaint());
        }
        try {
            complaints.addAll(Leaks.collect());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return complaints;
    }

    @Override
    public Memory memory() {
        Runtime jvm = Runtime.getRuntime();
        long direct =
                ((ByteBufAllocatorMetricProvider) ByteBufAllocator.DEFAULT)
                        .metric()
                        .usedDirectMemory();
        return new Memory(jvm.totalMemory() - jvm.freeMemory(), direct);
    }

    @Override
    public void close() {
        router.close();
        hostile.forEach(HostileInstance::close);
        database.close();
        errors.close();
    }
}
