package dev.homeport.router;

import io.netty.util.internal.logging.InternalLogger;
import io.netty.util.internal.logging.InternalLoggerFactory;
import io.netty.util.internal.logging.JdkLoggerFactory;
import io.netty.util.internal.logging.Slf4JLoggerFactory;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Loggers of Netty and what is built on it, without those that write down what passes: at level
 * TRACE Armeria logs every byte and header of HTTP, tokens among them, and an operator who asks for
 * TRACE does not ask for that.
 */
final class TrafficLogs extends InternalLoggerFactory {
    private static final String TRAFFIC = "com.linecorp.armeria.logging.traffic";

    // Which is what they are, and what alone can be asked from here.
    private final Slf4JLoggerFactory usual = (Slf4JLoggerFactory) Slf4JLoggerFactory.INSTANCE;
    private final JdkLoggerFactory elsewhere = (JdkLoggerFactory) JdkLoggerFactory.INSTANCE;

    private TrafficLogs() {}

    /** From now on; before the first connection, as loggers are looked up once. */
    static void silence() {
        InternalLoggerFactory.setDefaultFactory(new TrafficLogs());
    }

    @Override
    protected InternalLogger newInstance(String name) {
        if (!name.startsWith(TRAFFIC)) {
            return usual.newInstance(name);
        }
        // No configuration of ours reaches the JDK's loggers, and this one keeps the level as long
        // as somebody holds it.
        InternalLogger logger = elsewhere.newInstance(name);
        Logger.getLogger(name).setLevel(Level.OFF);
        return logger;
    }
}
