package dev.homeport.router.routing;

import dev.homeport.router.config.RouteKeyConfig;
import dev.homeport.router.routing.RouteKeyResult.Malformed;
import dev.homeport.router.routing.RouteKeyResult.Matched;
import dev.homeport.router.routing.RouteKeyResult.NoMatch;
import dev.homeport.router.routing.RouteKeyResult.Tried;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Asks the configured keys in order which project a login means. A key that does not match leaves
 * the question to the next; a match ends the chain, also when the project is unknown. Immutable;
 * safe on any thread.
 */
public final class RouteKeyChain {
    /** Longer texts are matched by no pattern, so that a hostile one costs nothing. */
    private static final int MOST_MATCHED_CHARS = 255;

    private final List<RouteKeyConfig> keys;

    public RouteKeyChain(List<RouteKeyConfig> keys) {
        this.keys = List.copyOf(keys);
    }

    /** Which project the login means. */
    public RouteKeyResult resolve(LoginFacts login) {
        List<Tried> tried = new ArrayList<>();
        for (RouteKeyConfig key : keys) {
            Answer answer = ask(key, login);
            tried.add(new Tried(nameOf(key), answer.outcome));
            if (answer.malformed) {
                return new Malformed(answer.outcome, tried);
            }
            if (answer.project.isPresent()) {
                return new Matched(answer.project.get(), nameOf(key), answer.user, tried);
            }
        }
        return new NoMatch(tried);
    }

    /** The project that a schema belongs to by the first key over schemas, if there is one. */
    public Optional<String> projectOfSchema(String schema) {
        for (RouteKeyConfig key : keys) {
            if (key instanceof RouteKeyConfig.Schema byPattern) {
                return match(byPattern.pattern(), schema);
            }
        }
        return Optional.empty();
    }

    private record Answer(
            Optional<String> project, String user, String outcome, boolean malformed) {
        static Answer none(String outcome) {
            return new Answer(Optional.empty(), "", outcome, false);
        }

        static Answer of(Optional<String> project, String user, String absent) {
            return project.isPresent()
                    ? new Answer(project, user, "matched project " + project.get(), false)
                    : none(absent);
        }
    }

    private static Answer ask(RouteKeyConfig key, LoginFacts login) {
        return switch (key) {
            case RouteKeyConfig.User user -> askUser(user, login);
            case RouteKeyConfig.Attribute attribute -> askAttribute(attribute, login);
            case RouteKeyConfig.Sni sni -> askSni(sni, login);
            case RouteKeyConfig.Schema schema -> askSchema(schema, login);
            case RouteKeyConfig.Listener listener ->
                    Answer.of(
                            login.listenerProject().map(Object::toString),
                            login.user(),
                            "this port belongs to no project");
            case RouteKeyConfig.Default fallback ->
                    Answer.of(Optional.of(fallback.project().value()), login.user(), "");
        };
    }

    private static Answer askUser(RouteKeyConfig.User key, LoginFacts login) {
        int at = login.user().lastIndexOf(key.separator());
        if (at < 0) {
            return Answer.none("the user name has no \"" + key.separator() + "\"");
        }
        String user = login.user().substring(0, at);
        String project = login.user().substring(at + key.separator().length());
        if (user.isEmpty() || project.isEmpty()) {
            String part = user.isEmpty() ? "before" : "after";
            return new Answer(
                    Optional.empty(),
                    "",
                    "the part %s \"%s\" in the user name is empty".formatted(part, key.separator()),
                    true);
        }
        return Answer.of(Optional.of(project), user, "");
    }

    private static Answer askAttribute(RouteKeyConfig.Attribute key, LoginFacts login) {
        String value = login.attributes().get(key.name());
        return value == null
                ? Answer.none("the client sent no such attribute")
                : Answer.of(
                        match(key.pattern(), value),
                        login.user(),
                        "its value does not match " + key.pattern());
    }

    private static Answer askSni(RouteKeyConfig.Sni key, LoginFacts login) {
        return login.serverName().isEmpty()
                ? Answer.none("the connection is not encrypted, or names no server")
                : Answer.of(
                        match(key.pattern(), login.serverName().get()),
                        login.user(),
                        "the server name does not match " + key.pattern());
    }

    private static Answer askSchema(RouteKeyConfig.Schema key, LoginFacts login) {
        return login.schema().isEmpty()
                ? Answer.none("the login names no schema")
                : Answer.of(
                        match(key.pattern(), login.schema().get()),
                        login.user(),
                        "the schema does not match " + key.pattern());
    }

    private static Optional<String> match(Pattern pattern, String text) {
        if (text.length() > MOST_MATCHED_CHARS) {
            return Optional.empty();
        }
        Matcher matcher = pattern.matcher(text);
        return matcher.matches()
                ? Optional.ofNullable(matcher.group(RouteKeyConfig.PROJECT_GROUP))
                        .filter(name -> !name.isEmpty())
                : Optional.empty();
    }

    private static String nameOf(RouteKeyConfig key) {
        return key instanceof RouteKeyConfig.Attribute attribute
                ? "attribute " + attribute.name()
                : key.kind();
    }
}
