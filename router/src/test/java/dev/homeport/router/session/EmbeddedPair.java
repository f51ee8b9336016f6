package dev.homeport.router.session;

import static dev.homeport.testkit.fleet.Clusters.aCluster;
import static dev.homeport.testkit.fleet.Fleets.aFleet;

import dev.homeport.router.admission.Admission;
import dev.homeport.router.admission.AdmissionLimits;
import dev.homeport.router.config.BackendConfig;
import dev.homeport.router.config.ListenerConfig;
import dev.homeport.router.config.RouteKeyConfig;
import dev.homeport.router.fuzz.Capture;
import dev.homeport.router.guard.Guard;
import dev.homeport.router.netty.BackendHandler;
import dev.homeport.router.netty.FrontendHandler;
import dev.homeport.router.routing.Route;
import dev.homeport.router.routing.RouteKeyChain;
import dev.homeport.testkit.fleet.FakeFleetSource;
import dev.homeport.topology.Family;
import dev.homeport.topology.FleetSnapshot;
import dev.homeport.topology.RouterId;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * A client connection and the connections to instances that it leads to, without sockets and
 * threads: the test says which bytes come, and in which order. All memory comes from an allocator
 * that counts. Projects {@code p1} and {@code p2}, on a cluster each.
 */
final class EmbeddedPair implements AutoCloseable {
    private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false);
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final SessionRegistry registry = new SessionRegistry(() -> 1);
    private final List<EmbeddedChannel> instances = new ArrayList<>();
    private final List<Throwable> failures = new ArrayList<>();
    private final ByteArrayOutputStream toClient = new ByteArrayOutputStream();
    private final ByteArrayOutputStream toInstances = new ByteArrayOutputStream();
    private final EmbeddedChannel client;
    private Optional<FleetSnapshot> placed = Optional.empty();
    private final FakeFleetSource fleet =
            FakeFleetSource.of(
                    aFleet().with(aCluster("c1").withPrimary("c1-1"))
                            .with(aCluster("c2").withPrimary("c2-1"))
                            .withProject("p1", "c1")
                            .withProject("p2", "c2")
                            .build());

    EmbeddedPair(long offered) {
        SessionServices services = services();
        var listener = new Listener(config(), Optional.empty(), () -> offered);
        fleet.onChange(registry::fleetChanged);
        client =
                new EmbeddedChannel(
                        initializer(
                                channel ->
                                        new ClientEvents(
                                                new FrontendSession(channel, services, listener))));
    }

    private interface HandlerOf {
        ChannelHandler on(EmbeddedChannel channel);
    }

    private ChannelInitializer<EmbeddedChannel> initializer(HandlerOf handler) {
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(EmbeddedChannel channel) {
                channel.config().setAllocator(allocator);
                channel.pipeline().addLast(handler.on(channel));
            }
        };
    }

    private SessionServices services() {
        return new SessionServices(
                new RouterId("r1"),
                fleet,
                new LoginRouter(
                        new RouteKeyChain(
                                List.of(
                                        new RouteKeyConfig.User("+"),
                                        new RouteKeyConfig.Schema(
                                                Pattern.compile("(?<project>.+)")))),
                        fleet,
                        Optional::empty),
                new Breakers(BackendConfig.DEFAULT.breaker()),
                this::connect,
                (channel, route, session) -> session.onTlsFailed(new Exception("no TLS here")),
                new Passwords(
                        true,
                        () -> {
                            throw new IllegalStateException("no key here");
                        }),
                registry,
                OtherRouters.NONE,
                CommandRules.DEFAULT,
                Guard.OFF,
                new SessionMeters(meters),
                new MissingTables(meters, Clock.systemUTC()),
                Clock.systemUTC(),
                Duration.ofSeconds(10),
                Duration.ofSeconds(10),
                new Admission(AdmissionLimits.of(100), meters, System::nanoTime),
                (route, user, from) -> {
                    placed.ifPresent(fleet::set);
                    return CompletableFuture.completedFuture(Optional.empty());
                });
    }

    private static ListenerConfig config() {
        return new ListenerConfig(
                "main",
                InetAddress.getLoopbackAddress(),
                0,
                "5.5.5-10.11.0-MariaDB-homeport",
                Family.MARIADB,
                45,
                Optional.empty(),
                Set.of(),
                Optional.empty(),
                Optional.empty(),
                OptionalLong.empty());
    }

    private void connect(EventLoop eventLoop, Route route, BackendSession session) {
        instances.add(new EmbeddedChannel(initializer(channel -> new InstanceEvents(session))));
    }

    private final class ClientEvents extends FrontendHandler {
        ClientEvents(FrontendSession session) {
            super(session);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            failures.add(cause);
            super.exceptionCaught(context, cause);
        }
    }

    private final class InstanceEvents extends BackendHandler {
        InstanceEvents(BackendSession session) {
            super(session);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            failures.add(cause);
            super.exceptionCaught(context, cause);
        }
    }

    // ---------------------------------------------------------------------------------- what comes

    /** The login as it was recorded, but for the client's first packet; the instance agrees. */
    void logIn(Capture capture, byte[] response) {
        List<Capture.Turn> login =
                capture.turns().subList(0, capture.turns().size() - capture.commands().size());
        clientSends(response);
        instanceSends(HostilePairTest.greeting());
        for (Capture.Turn turn : login.subList(1, login.size())) {
            byte[] packet = turn.packet().bytes();
            if (turn.fromClient()) {
                clientSends(packet);
            } else {
                instanceSends(packet);
            }
        }
    }

    /** The client sends bytes. */
    void clientSends(byte[] bytes) {
        if (client.isOpen()) {
            client.writeInbound(allocator.buffer().writeBytes(bytes));
        }
        settle();
    }

    /** The last instance that was connected to sends bytes. */
    void instanceSends(byte[] bytes) {
        if (!instances.isEmpty() && instances.getLast().isOpen()) {
            instances.getLast().writeInbound(allocator.buffer().writeBytes(bytes));
        }
        settle();
    }

    void clientCloses() {
        client.close();
        settle();
    }

    void instanceCloses() {
        if (!instances.isEmpty()) {
            instances.getLast().close();
        }
        settle();
    }

    /** The fleet will be that when a login has placed its project. */
    void onPlacing(FleetSnapshot then) {
        placed = Optional.of(then);
    }

    /** The fleet is another. */
    void fleet(FleetSnapshot now) {
        fleet.set(now);
        settle();
    }

    /** The router stops. */
    void stop(Duration deadline) {
        registry.stop(deadline);
        settle();
    }

    /** Time passes on the client's event loop. */
    void wait(Duration time) {
        client.advanceTimeBy(time.toMillis(), TimeUnit.MILLISECONDS);
        client.runScheduledPendingTasks();
        settle();
    }

    /** Lets tasks run and takes what was written. */
    private void settle() {
        client.runPendingTasks();
        take(client, toClient);
        for (EmbeddedChannel instance : List.copyOf(instances)) {
            instance.runPendingTasks();
            take(instance, toInstances);
        }
        client.runPendingTasks();
        take(client, toClient);
    }

    private static void take(EmbeddedChannel channel, ByteArrayOutputStream into) {
        for (ByteBuf out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
            into.writeBytes(ByteBufUtil.getBytes(out));
            out.release();
        }
    }

    // ------------------------------------------------------------------------------ what came of
    // it

    byte[] toClient() {
        return toClient.toByteArray();
    }

    byte[] toInstances() {
        return toInstances.toByteArray();
    }

    boolean isClientOpen() {
        return client.isOpen();
    }

    /** Whether the instance that was connected to last still is. */
    boolean isInstanceOpen() {
        return instances.getLast().isOpen();
    }

    /** Exceptions that handlers threw. */
    List<Throwable> failures() {
        return failures;
    }

    double closed(CloseReason reason) {
        return meters.get("router.sessions.closed")
                .tag("reason", dev.homeport.topology.Words.of(reason))
                .counter()
                .count();
    }

    int sessions() {
        return registry.size();
    }

    long bytesInUse() {
        return allocator.metric().usedHeapMemory();
    }

    /** Both sides leave, and all deadlines pass. */
    @Override
    public void close() {
        clientCloses();
        for (EmbeddedChannel instance : instances) {
            instance.close();
        }
        wait(Duration.ofMinutes(1));
    }
}
