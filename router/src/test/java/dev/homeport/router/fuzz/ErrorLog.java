package dev.homeport.router.fuzz;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.LoggerFactory;

/**
 * What nobody should have logged since the start: errors of anybody, and warnings of Netty, which
 * says so of exceptions that no handler took. Warnings about broken instances are what a fuzzed
 * router is to log, thousands of them, so they are turned off meanwhile.
 */
final class ErrorLog implements AutoCloseable {
    private static final int MOST_KEPT = 20;

    private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    private final Logger sessions = (Logger) LoggerFactory.getLogger("dev.homeport.router.session");
    private final List<String> events = new CopyOnWriteArrayList<>();
    private final AppenderBase<ILoggingEvent> appender =
            new AppenderBase<>() {
                @Override
                protected void append(ILoggingEvent event) {
                    boolean isNetty = event.getLoggerName().startsWith("io.netty");
                    boolean counts =
                            event.getLevel().isGreaterOrEqual(isNetty ? Level.WARN : Level.ERROR);
                    if (counts && events.size() < MOST_KEPT) {
                        events.add(text(event));
                    }
                }
            };

    private ErrorLog() {
        appender.setContext(root.getLoggerContext());
        appender.start();
        root.addAppender(appender);
        sessions.setLevel(Level.ERROR);
    }

    static ErrorLog watch() {
        return new ErrorLog();
    }

    List<String> events() {
        return List.copyOf(events);
    }

    private static String text(ILoggingEvent event) {
        String text = event.getLoggerName() + ": " + event.getFormattedMessage();
        return event.getThrowableProxy() == null
                ? text
                : text + "\n" + ThrowableProxyUtil.asString(event.getThrowableProxy());
    }

    @Override
    public void close() {
        sessions.setLevel(null);
        root.detachAppender(appender);
        appender.stop();
    }
}
