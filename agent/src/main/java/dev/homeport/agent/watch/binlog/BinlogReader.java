package dev.homeport.agent.watch.binlog;

import static java.util.Objects.requireNonNull;

import com.github.shyiko.mysql.binlog.BinaryLogClient;
import com.github.shyiko.mysql.binlog.event.Event;
import com.github.shyiko.mysql.binlog.network.AuthenticationException;
import com.github.shyiko.mysql.binlog.network.SSLMode;
import com.github.shyiko.mysql.binlog.network.ServerException;
import dev.homeport.quarantine.account.AccountLink;
import dev.homeport.quarantine.account.AccountLinks;
import dev.homeport.topology.Family;
import dev.homeport.topology.Instance;
import dev.homeport.topology.TlsMode;
import dev.homeport.topology.fields.Secret;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocket;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the binary log of one instance by GTID, in a thread of its own, and comes back by itself
 * after each loss of the connection, from where it was. What it finds goes to a {@link Listener},
 * on its thread; a listener that blocks slows the stream down, and loses nothing.
 *
 * <p>A server that has nothing to say sends a heartbeat each second; one that is silent for some
 * seconds is given up and asked anew.
 */
public final class BinlogReader implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(BinlogReader.class);

    private static final Duration HEARTBEAT = Duration.ofSeconds(1);
    private static final Duration SILENCE = Duration.ofSeconds(5);
    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LAST_PAUSE = Duration.ofSeconds(5);

    private static final int MOST_CAUSES = 20;

    /** ER_MASTER_FATAL_ERROR_READING_BINLOG: purged, or another history. */
    private static final int POSITION_NOT_THERE = 1236;

    /** Is told what is read, on the reader's thread. */
    public interface Listener {
        /** A statement that matters was executed. */
        void onStatement(BinlogTransaction statement);

        /** Tables shrank or grew. */
        void onRows(RowChanges changes);

        /** Everything up to there was told. At least once a second while events arrive. */
        void onPosition(GtidPosition position, Instant at);

        void onStatus(ReaderStatus status);

        /** An event could not be read, and was skipped. */
        void onUnreadable();

        /**
         * The server no longer has what comes after the position, or never had it.
         *
         * @param wanted what was asked for
         * @return where to go on; empty: ask again in a moment
         */
        Optional<GtidPosition> onGap(GtidPosition wanted);
    }

    /**
     * How to log in.
     *
     * @param serverId of the stream; unique among all that read from the server
     * @param links how the connection is encrypted
     */
    public record Login(String user, Secret password, long serverId, AccountLinks links) {
        public Login {
            requireNonNull(user, "user");
            requireNonNull(password, "password");
            requireNonNull(links, "links");
        }
    }

    private final Instance instance;
    private final Family family;
    private final Login login;
    private final Listener listener;
    private final Thread thread;

    private volatile boolean isClosed;
    private volatile WatchClient client;
    private AccountLink link = AccountLink.DEFAULT; // of the thread only
    private ReaderStatus status = ReaderStatus.CONNECTING; // of the thread only
    private GtidPosition position; // of the thread only
    private Duration pause = FIRST_PAUSE; // of the thread only

    /** Starts to read behind that position. */
    public static BinlogReader start(
            Instance instance,
            Family family,
            Login login,
            GtidPosition position,
            Listener listener) {
        var reader = new BinlogReader(instance, family, login, position, listener);
        reader.thread.start();
        return reader;
    }

    private BinlogReader(
            Instance instance,
            Family family,
            Login login,
            GtidPosition position,
            Listener listener) {
        this.instance = instance;
        this.family = family;
        this.login = login;
        this.position = position;
        this.listener = listener;
        this.thread =
                Thread.ofPlatform().daemon().name("binlog-" + instance.id()).unstarted(this::run);
    }

    public Instance instance() {
        return instance;
    }

    private void run() {
        while (!isClosed) {
            Optional<Exception> failure = Optional.empty();
            try {
                failure = read();
            } catch (IOException | RuntimeException e) {
                failure = Optional.of(e);
            }
            if (!isClosed) {
                failure.ifPresent(this::onFailure);
                pause();
            }
        }
    }

    /** One connection, from its beginning to its end. */
    private Optional<Exception> read() throws IOException {
        var events = new WatchedEvents();
        var stream = new BinlogStream(family, events, position, listener);
        var one =
                new WatchClient(
                        instance.host(), instance.port(), login.user(), login.password().value());
        one.setServerId(login.serverId());
        link = login.links().of(instance);
        one.setSSLMode(sslMode(link.mode()));
        one.setSslSocketFactory(this::secured);
        one.setKeepAlive(false);
        one.setHeartbeatInterval(HEARTBEAT.toMillis());
        one.setConnectTimeout(CONNECT.toMillis());
        one.setSocketFactory(BinlogReader::socket);
        one.setEventDeserializer(events.deserializer());
        one.setGtidSet(position.toString());
        var life = new Life(one);
        one.registerLifecycleListener(life);
        one.registerEventListener(event -> take(stream, event));
        client = one;
        try {
            if (!isClosed) {
                one.connect();
            }
        } finally {
            position = stream.position();
            client = null;
        }
        return life.failure;
    }

    /** What is asked of certificates is up to the link, not to the library. */
    private static SSLMode sslMode(TlsMode mode) {
        return switch (mode) {
            case OFF -> SSLMode.DISABLED;
            case FOLLOW, PREFERRED -> SSLMode.PREFERRED;
            case REQUIRED, VERIFY_CA, VERIFY_IDENTITY -> SSLMode.REQUIRED;
        };
    }

    private SSLSocket secured(Socket socket) throws SocketException {
        try {
            return link.over(socket, instance.host(), instance.port());
        } catch (IOException e) {
            // The library's interface throws nothing else.
            throw (SocketException) new SocketException(e.getMessage()).initCause(e);
        }
    }

    private static Socket socket() throws SocketException {
        var socket = new Socket();
        socket.setSoTimeout(Math.toIntExact(SILENCE.toMillis()));
        socket.setTcpNoDelay(true);
        socket.setKeepAlive(true);
        return socket;
    }

    private void take(BinlogStream stream, Event event) {
        pause = FIRST_PAUSE;
        tell(ReaderStatus.STREAMING);
        stream.take(event);
    }

    private void onFailure(Exception e) {
        Optional<String> refusal = link.refusal(instance, asSql(e));
        if (refusal.isPresent()) {
            tell(new ReaderStatus(ReaderStatus.State.REFUSED, refusal.get()));
        } else if (e instanceof ServerException refused
                && refused.getErrorCode() == POSITION_NOT_THERE
                && !(e instanceof AuthenticationException)) {
            log.atWarn()
                    .addKeyValue("instance", instance.id())
                    .addKeyValue("position", position)
                    .log("the binary log no longer has what comes after the position");
            tell(new ReaderStatus(ReaderStatus.State.REFUSED, "the position is not there"));
            listener.onGap(position).ifPresent(next -> position = next);
        } else if (e instanceof ServerException refused) {
            tell(
                    new ReaderStatus(
                            ReaderStatus.State.REFUSED,
                            "refused with error " + refused.getErrorCode()));
        } else {
            tell(
                    new ReaderStatus(
                            ReaderStatus.State.CONNECTING,
                            "lost: " + rootOf(e).getClass().getSimpleName()));
            if (e instanceof RuntimeException) {
                log.atError()
                        .addKeyValue("instance", instance.id())
                        .setCause(e)
                        .log("reader failed");
            }
        }
    }

    /** With the server's error where JDBC has it. */
    private static Exception asSql(Exception e) {
        return e instanceof ServerException refused
                ? new SQLException(e.getMessage(), refused.getSqlState(), refused.getErrorCode(), e)
                : e;
    }

    private void tell(ReaderStatus now) {
        if (!now.equals(status)) {
            status = now;
            log.atInfo()
                    .addKeyValue("instance", instance.id())
                    .addKeyValue("state", now.state())
                    .addKeyValue("reason", now.detail())
                    .log("binary log");
            listener.onStatus(now);
        }
    }

    private static Throwable rootOf(Throwable e) {
        Throwable root = e;
        for (int depth = 0; depth < MOST_CAUSES && root.getCause() != null; depth++) {
            root = root.getCause();
        }
        return root;
    }

    private void pause() {
        try {
            TimeUnit.NANOSECONDS.sleep(pause.toNanos());
        } catch (InterruptedException e) {
            // close() ends the wait; whoever else does changes nothing
            log.trace("the pause was cut short");
        }
        Duration doubled = pause.multipliedBy(2);
        pause = doubled.compareTo(LAST_PAUSE) > 0 ? LAST_PAUSE : doubled;
    }

    /** Ends the reading. Nothing is told afterwards, apart from what is being told right now. */
    @Override
    public void close() {
        isClosed = true;
        disconnect(client);
        thread.interrupt();
        if (Thread.currentThread() != thread) {
            try {
                thread.join(TimeUnit.SECONDS.toMillis(2));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void disconnect(WatchClient one) {
        if (one != null) {
            try {
                one.disconnect();
            } catch (IOException e) {
                log.atDebug().setCause(e).log("left the hard way");
            }
        }
    }

    /** What becomes of one connection. */
    private final class Life implements BinaryLogClient.LifecycleListener {
        private final WatchClient one;
        private Optional<Exception> failure = Optional.empty(); // of the reader's thread

        Life(WatchClient one) {
            this.one = one;
        }

        @Override
        public void onConnect(BinaryLogClient client) {
            if (isClosed) {
                disconnect(one);
            }
        }

        @Override
        public void onCommunicationFailure(BinaryLogClient client, Exception e) {
            failure = Optional.of(e);
        }

        @Override
        public void onEventDeserializationFailure(BinaryLogClient client, Exception e) {
            Throwable root = rootOf(e);
            boolean isLost =
                    root instanceof java.io.InterruptedIOException
                            || root instanceof EOFException
                            || root instanceof SocketException;
            if (isLost) {
                // Within an event: what comes next is no beginning of one.
                failure = Optional.of(e);
                disconnect(one);
            } else {
                log.atDebug()
                        .addKeyValue("instance", instance.id())
                        .addKeyValue("error", root.toString())
                        .log("an event could not be read");
                listener.onUnreadable();
            }
        }

        @Override
        public void onDisconnect(BinaryLogClient client) {
            // connect() returns
        }
    }
}
