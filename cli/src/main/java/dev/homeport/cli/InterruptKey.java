package dev.homeport.cli;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;

/**
 * While this is open, Ctrl-C does nothing to this process: it belongs to the program in the
 * foreground, such as an editor, in which it means something else. Uses {@code sun.misc.Signal} by
 * its name, for the compiler warns of it and Java has nothing else; where that is not there,
 * nothing changes.
 */
final class InterruptKey {
    private static final String SIGNAL = "sun.misc.Signal";
    private static final String HANDLER = "sun.misc.SignalHandler";

    private final Object before;

    private InterruptKey(Object before) {
        this.before = before;
    }

    static InterruptKey giveAway() {
        try {
            Class<?> handler = Class.forName(HANDLER);
            // Not "ignore": the program that is started would inherit that.
            Object nothing =
                    Proxy.newProxyInstance(
                            InterruptKey.class.getClassLoader(),
                            new Class<?>[] {handler},
                            (proxy, method, arguments) -> null);
            return new InterruptKey(handle(nothing));
        } catch (ReflectiveOperationException | IllegalArgumentException e) {
            return new InterruptKey(null);
        }
    }

    private static Object handle(Object handler) throws ReflectiveOperationException {
        Class<?> signal = Class.forName(SIGNAL);
        Method handle = signal.getMethod("handle", signal, Class.forName(HANDLER));
        return handle.invoke(null, signal.getConstructor(String.class).newInstance("INT"), handler);
    }

    /** Ctrl-C is this process's again. */
    void close() {
        if (before == null) {
            return;
        }
        try {
            handle(before);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("Ctrl-C cannot be taken back", e);
        }
    }
}
