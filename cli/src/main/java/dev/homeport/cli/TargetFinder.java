package dev.homeport.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Finds the routers to ask: those of {@code --url}, else of {@code HOMEPORT_URL}, else of the
 * sandbox of {@code --data}, of {@code ./sandbox-data} or of the current directory. A token of a
 * sandbox goes to that sandbox only.
 */
final class TargetFinder {
    static final String URL_VARIABLE = "HOMEPORT_URL";
    static final String TOKEN_VARIABLE = "HOMEPORT_TOKEN";
    private static final String SANDBOX_FILE = "sandbox.json";
    private static final long MAX_FILE_BYTES = 1 << 20;

    private final Surroundings surroundings;

    TargetFinder(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    /**
     * At least one, in the order in which they are to be tried.
     *
     * @throws NoRouterException if there is none
     * @throws CommandException if a file cannot be used
     */
    List<Target> find(ConnectionOptions options) {
        if (options.url().isPresent()) {
            return List.of(target(options.url().get(), options, "--url"));
        }
        if (options.data().isPresent()) {
            return ofSandbox(requireRunning(resolve(options.data().get())));
        }
        Optional<String> variable = surroundings.variable(URL_VARIABLE);
        if (variable.isPresent()) {
            return List.of(target(variable.get(), options, URL_VARIABLE));
        }
        for (Path directory : List.of(Path.of("sandbox-data"), Path.of(""))) {
            Path file = resolve(directory).resolve(SANDBOX_FILE);
            if (Files.exists(file)) {
                return ofSandbox(file);
            }
        }
        throw new NoRouterException(
                ExitCode.USAGE,
                """
                Which router? Say it with --url http://HOST:7380, with HOMEPORT_URL, \
                or with --data DIR for a sandbox (none runs in this directory).""");
    }

    private Target target(String url, ConnectionOptions options, String origin) {
        Optional<String> token =
                options.tokenFile()
                        .map(file -> firstLine(resolve(file)))
                        .or(() -> surroundings.variable(TOKEN_VARIABLE));
        return new Target(uri(url, origin), token, origin);
    }

    private List<Target> ofSandbox(Path file) {
        JsonNode routers = json(file).path("routers");
        List<Target> targets = new ArrayList<>();
        for (JsonNode router : routers) {
            JsonNode admin = router.path("admin");
            targets.add(
                    new Target(
                            uri(admin.path("url").asText(), file.toString()),
                            Optional.of(admin.path("token").asText())
                                    .filter(token -> !token.isEmpty()),
                            file.toString()));
        }
        if (targets.isEmpty()) {
            throw new CommandException(ExitCode.USAGE, file + " names no router");
        }
        return targets;
    }

    /** The file stands there while the sandbox is ready, and only then. */
    private static Path requireRunning(Path data) {
        Path file = data.resolve(SANDBOX_FILE);
        if (!Files.exists(file)) {
            throw new NoRouterException(
                    ExitCode.UNREACHABLE, "no sandbox runs in %s (yet)".formatted(data));
        }
        return file;
    }

    private Path resolve(Path path) {
        return surroundings.directory().resolve(path);
    }

    private static URI uri(String text, String origin) {
        try {
            URI uri = URI.create(text.endsWith("/") ? text.substring(0, text.length() - 1) : text);
            boolean isHttp = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
            if (isHttp && uri.getHost() != null && uri.getRawUserInfo() == null) {
                return uri;
            }
        } catch (IllegalArgumentException e) {
            throw new CommandException(ExitCode.USAGE, notUrl(text, origin), e);
        }
        throw new CommandException(ExitCode.USAGE, notUrl(text, origin));
    }

    private static String notUrl(String text, String origin) {
        return "\"%s\" of %s is no URL such as http://127.0.0.1:7380".formatted(text, origin);
    }

    private static String firstLine(Path file) {
        try {
            requireSmall(file);
            return Files.readString(file).lines().findFirst().orElse("").strip();
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private static JsonNode json(Path file) {
        try {
            requireSmall(file);
            return new ObjectMapper().readTree(Files.readString(file));
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private static void requireSmall(Path file) throws IOException {
        if (Files.size(file) > MAX_FILE_BYTES) {
            throw new IOException("it is too large");
        }
    }

    private static CommandException unreadable(Path file, IOException e) {
        // Only the kind of the failure: a message of the parser could quote the file.
        return new CommandException(
                ExitCode.USAGE,
                "%s cannot be used: %s".formatted(file, e.getClass().getSimpleName()),
                e);
    }
}
