package dev.homeport.router.admin;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.LoggerFactory;

/** Everything that is logged while it is open, this project's own at level DEBUG. */
final class LoggedLines implements AutoCloseable {
    private static final String OWN = "dev.homeport";

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
                    if (event.getThrowableProxy() != null) {
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

    /** What came with an exception, as it would stand in the log. */
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
    }
}
