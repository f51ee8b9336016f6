package dev.homeport.router.config;

import static java.util.Objects.requireNonNull;

import dev.homeport.topology.ProjectId;
import dev.homeport.topology.fields.Fields;
import dev.homeport.topology.fields.Suggestions;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * One entry of {@code routing.keys}: a place in a connection where the project's name may stand. A
 * pattern must match the whole text, and its group {@code (?<project>...)} is the name.
 */
public sealed interface RouteKeyConfig {
    /** The group of a pattern that holds the project's name. */
    String PROJECT_GROUP = "project";

    /** What a file calls the kinds of keys. */
    List<String> KINDS = List.of("user", "attribute", "sni", "schema", "listener", "default");

    /**
     * {@code app+p42}: behind the last separator stands the project, before it the user sent on.
     *
     * @param separator not empty, without any character that an id may have
     */
    record User(String separator) implements RouteKeyConfig {
        public static final String DEFAULT_SEPARATOR = "+";

        public User {
            requireNonNull(separator, "separator");
        }
    }

    /** A connection attribute, such as {@code _server_host} of PHP's mysqlnd. */
    record Attribute(String name, Pattern pattern) implements RouteKeyConfig {
        public Attribute {
            requireNonNull(name, "name");
            requireNonNull(pattern, "pattern");
        }
    }

    /** The server name that a client's TLS handshake asks for. */
    record Sni(Pattern pattern) implements RouteKeyConfig {
        public Sni {
            requireNonNull(pattern, "pattern");
        }
    }

    /** The default schema of the login. */
    record Schema(Pattern pattern) implements RouteKeyConfig {
        public Schema {
            requireNonNull(pattern, "pattern");
        }
    }

    /** The port belongs to a project. Matches on listeners that name one. */
    record Listener() implements RouteKeyConfig {}

    /** Whatever no key before matched. */
    record Default(ProjectId project) implements RouteKeyConfig {
        public Default {
            requireNonNull(project, "project");
        }
    }

    /** The word for this kind in the file and in explanations. */
    default String kind() {
        return switch (this) {
            case User user -> "user";
            case Attribute attribute -> "attribute";
            case Sni sni -> "sni";
            case Schema schema -> "schema";
            case Listener listener -> "listener";
            case Default byDefault -> "default";
        };
    }

    /** Reads one entry; empty where it has problems. */
    static Optional<RouteKeyConfig> read(Fields fields) {
        String kind = fields.string("key");
        return switch (kind) {
            case "user" -> readUser(fields);
            case "attribute" -> readAttribute(fields);
            case "sni" -> readSni(fields);
            case "schema" -> readSchema(fields);
            case "listener" -> fields.build(Listener::new);
            case "default" -> readDefault(fields);
            default -> {
                fields.problems()
                        .addUnknown(
                                fields.pathOf("key"),
                                "must be one of " + String.join(", ", KINDS),
                                Suggestions.nearest(kind, KINDS));
                yield Optional.empty();
            }
        };
    }

    private static Optional<RouteKeyConfig> readUser(Fields fields) {
        String separator = fields.string("separator", User.DEFAULT_SEPARATOR);
        fields.problems()
                .require(
                        !separator.isEmpty()
                                && separator.chars().noneMatch(RouteKeyConfig::mayBeInId),
                        fields.pathOf("separator"),
                        "must be one or more characters that no project id can have");
        return fields.build(() -> new User(separator));
    }

    private static Optional<RouteKeyConfig> readAttribute(Fields fields) {
        String name = Section.filled(fields, "name");
        Optional<Pattern> pattern = readPattern(fields);
        return fields.build(() -> new Attribute(name, pattern.orElseThrow()));
    }

    private static Optional<RouteKeyConfig> readSni(Fields fields) {
        Optional<Pattern> pattern = readPattern(fields);
        return fields.build(() -> new Sni(pattern.orElseThrow()));
    }

    private static Optional<RouteKeyConfig> readSchema(Fields fields) {
        Optional<Pattern> pattern = readPattern(fields);
        return fields.build(() -> new Schema(pattern.orElseThrow()));
    }

    private static Optional<RouteKeyConfig> readDefault(Fields fields) {
        Optional<ProjectId> project = fields.required("project", ProjectId::new);
        return fields.build(() -> new Default(project.orElseThrow()));
    }

    private static Optional<Pattern> readPattern(Fields fields) {
        return fields.required("pattern", RouteKeyConfig::compile);
    }

    private static Pattern compile(String text) {
        Pattern pattern;
        try {
            pattern = Pattern.compile(text);
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException(
                    "is no regular expression: " + e.getDescription(), e);
        }
        if (!pattern.namedGroups().containsKey(PROJECT_GROUP)) {
            throw new IllegalArgumentException(
                    "must have the group (?<project>...), which holds the project's name");
        }
        return pattern;
    }

    private static boolean mayBeInId(int character) {
        return ProjectId.parse("0" + Character.toString(character)).isPresent();
    }
}
