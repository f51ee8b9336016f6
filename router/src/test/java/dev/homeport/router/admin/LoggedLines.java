package dev.homeport.router.admin;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import ch.qos.logback.core.joran.spi.JoranException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.LoggerFactory;

/** Everything that is logged while it is open, this project's own at level DEBUG. */
final class LoggedLines implements AutoCloseable {
    private static final String OWN = "dev.homeport";
    private static final Path SHIPPED = Path.of("..", "conf", "logback.xml");

    private final LoggerContext shipped = shipped();
    private final Logger root = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
    private final Logger own = (Logger) LoggerFactory.getLogger(OWN);
    private final Level before = own.getLevel();
    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final List<String> stacks = new CopyOnWriteArrayList<>();
    private final AppenderBase<ILoggingEvent> appender =
            new AppenderBase<>() {
                @Override
                protected void append(ILoggingEvent event) {
                    lines.add(
                            event.getLoggerName()
                                    + " "
                                    + event.getFormattedMessage()
                                    + " "
                                    + event.getKeyValuePairs());
                    if (event.getThrowableProxy() != null && isInTheLog(event)) {
                        stacks.add(
                                event.getFormattedMessage()
                                        + "\n"
                                        + ThrowableProxyUtil.asString(event.getThrowableProxy()));
                    }
                }
            };

    LoggedLines() {
        own.setLevel(Level.DEBUG);
        own.setAdditive(false); // a test's own console need not have it all
        appender.start();
        root.addAppender(appender);
        own.addAppender(appender);
    }

    List<String> lines() {
        return lines;
    }

    /** What came with an exception, as it would stand in the log of a router as it is shipped. */
    List<String> stacks() {
        return stacks;
    }

    @Override
    public void close() {
        root.detachAppender(appender);
        own.detachAppender(appender);
        own.setAdditive(true);
        own.setLevel(before);
        appender.stop();
        shipped.stop();
    }

    private boolean isInTheLog(ILoggingEvent event) {
        return event.getLevel()
                .isGreaterOrEqual(shipped.getLogger(event.getLoggerName()).getEffectiveLevel());
    }

    /** Levels as an installation has them. */
    private static LoggerContext shipped() {
        LoggerContext context = new LoggerContext();
        JoranConfigurator configurator = new JoranConfigurator();
        configurator.setContext(context);
        try {
            configurator.doConfigure(SHIPPED.toFile());
        } catch (JoranException e) {
            throw new IllegalStateException(SHIPPED + " is not to be read", e);
        }
        return context;
    }
}
