package dev.homeport.router.guard.sql;

import dev.homeport.testkit.mariadb.Account;
import dev.homeport.testkit.mariadb.MariaDbInstallation;
import dev.homeport.testkit.mariadb.MariaDbServer;
import dev.homeport.testkit.mariadb.MariaDbSettings;
import dev.homeport.testkit.mysql.Login;
import dev.homeport.testkit.mysqlserver.MySqlInstallation;
import dev.homeport.testkit.mysqlserver.MySqlServer;
import dev.homeport.testkit.server.DatabaseServer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** Every server that this machine has, one at a time. */
final class DisguiseServers {
    private final Path directory;

    DisguiseServers(Path directory) {
        this.directory = directory;
    }

    /**
     * One of them.
     *
     * @param start starts it
     */
    record Choice(String name, Supplier<Running> start) {
        @Override
        public String toString() {
            return name;
        }
    }

    /** A server that runs, and how to log in. */
    record Running(DatabaseServer server, Login login) implements AutoCloseable {
        @Override
        public void close() {
            server.close();
        }
    }

    List<Choice> all() {
        List<Choice> choices = new ArrayList<>();
        choices.add(new Choice("mariadb", () -> mariadb(MariaDbInstallation.find())));
        MariaDbInstallation.newest()
                .ifPresent(
                        installation ->
                                choices.add(
                                        new Choice("newest-mariadb", () -> mariadb(installation))));
        if (MySqlInstallation.find().isPresent()) {
            choices.add(new Choice("mysql", this::mysql));
        }
        return List.copyOf(choices);
    }

    private Running mariadb(MariaDbInstallation installation) {
        MariaDbServer server =
                MariaDbServer.launch(
                        MariaDbSettings.in(directory.resolve(installation.version())),
                        installation);
        server.awaitReady();
        server.openForWrites();
        return new Running(server, login(server.root()));
    }

    private Running mysql() {
        MySqlServer server = MySqlServer.start(directory.resolve("mysql"));
        return new Running(server, login(server.root()));
    }

    private static Login login(Account root) {
        return Login.as(root.user(), root.password());
    }
}
