package dev.homeport.router.admin;

import dev.homeport.topology.Words;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The table of docs/rest.md: routes, and the role that each one takes. */
final class RolesTable {
    private static final Path PAGE = Path.of("../docs/rest.md");
    private static final Pattern ROW =
            Pattern.compile("^\\| `([A-Z]+ /[^`]*)` \\| ([a-z]+) \\|", Pattern.MULTILINE);

    private RolesTable() {}

    /** By method and path, such as {@code GET /v1/status}. */
    static Map<String, String> read() {
        Map<String, String> roles = new TreeMap<>();
        Matcher rows = ROW.matcher(page());
        while (rows.find()) {
            if (roles.put(rows.group(1), rows.group(2)) != null) {
                throw new AssertionError(rows.group(1) + " stands there twice");
            }
        }
        return roles;
    }

    /** As the table and the document spell it. */
    static String role(Endpoint route) {
        return route.role().map(Words::of).orElse("none");
    }

    private static String page() {
        try {
            return Files.readString(PAGE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
