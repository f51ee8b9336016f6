package dev.homeport.sandbox.fleet;

import dev.homeport.sandbox.description.SandboxDescription;
import dev.homeport.testkit.process.Commands;
import java.nio.file.Path;
import java.util.stream.Collectors;

/** What {@code homeport up} shows once everything is ready. Pure, and without secrets. */
public final class Screen {
    private Screen() {}

    /**
     * The text.
     *
     * @param workingDirectory paths below it are shown as seen from there
     */
    public static String of(SandboxDescription sandbox, Path workingDirectory) {
        SandboxDescription.Router router = sandbox.routers().getFirst();
        Path data = Path.of(sandbox.data());
        Path shown = data.startsWith(workingDirectory) ? workingDirectory.relativize(data) : data;
        return """

        Homeport is up: %s, %s. Projects: %s

          mysql client   %s --defaults-extra-file=%s --user=app+demo1 demo1
          PHP PDO        mysql:host=%s;port=%d;dbname=demo1     user app+demo1
          JDBC           jdbc:mariadb://%s:%d/demo1     user app+demo1
                         (or user app: the schema alone names the project, too)
          admin          %s     ./homeport status
          passwords, tokens, pids   %s
          logs                      %s

        Ctrl-C stops all of it; the data stay, and the next ./homeport up goes on with them.
        """
                .formatted(
                        count(sandbox.clusters().size(), "cluster"),
                        count(sandbox.routers().size(), "router"),
                        projects(sandbox),
                        client(),
                        shown.resolve("app.cnf"),
                        router.mysql().host(),
                        router.mysql().port(),
                        router.mysql().host(),
                        router.mysql().port(),
                        router.admin().url(),
                        shown.resolve("sandbox.json"),
                        shown.resolve("*/*.log"));
    }

    private static String projects(SandboxDescription sandbox) {
        return sandbox.projects().stream()
                .map(project -> project.id() + " on " + project.cluster())
                .collect(Collectors.joining(", "));
    }

    /** As {@code 1 router} or {@code 2 routers}. */
    static String count(int number, String what) {
        return number + " " + what + (number == 1 ? "" : "s");
    }

    private static String client() {
        return Commands.find("mariadb").isPresent() ? "mariadb" : "mysql";
    }
}
