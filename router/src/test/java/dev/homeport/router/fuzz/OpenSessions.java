package dev.homeport.router.fuzz;

import dev.homeport.router.session.FrontendSession;
import dev.homeport.router.session.SessionRegistry;
import io.netty.channel.Channel;
import java.lang.reflect.Field;
import java.util.Map;

/** What a session that should have ended looks like from inside, for who has to find out why. */
final class OpenSessions {
    private OpenSessions() {}

    static String of(SessionRegistry registry) {
        var text = new StringBuilder();
        try {
            for (Object one : ((Map<?, ?>) field(registry, "sessions")).values()) {
                var session = (FrontendSession) one;
                Channel channel = (Channel) field(session, "channel");
                text.append(
                        "%s %s, reading %s, writable %s%n"
                                .formatted(
                                        field(session, "phase"),
                                        channel,
                                        channel.config().isAutoRead(),
                                        channel.isWritable()));
            }
        } catch (ReflectiveOperationException e) {
            text.append(e);
        }
        return text.toString();
    }

    private static Object field(Object of, String name) throws ReflectiveOperationException {
        Field field = of.getClass().getDeclaredField(name);
        field.setAccessible(true);
        return field.get(of);
    }
}
