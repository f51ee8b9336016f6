package dev.homeport.conformance.fleet;

import dev.homeport.conformance.matrix.AuthPlugin;
import dev.homeport.conformance.matrix.ServerKind;
import dev.homeport.quarantine.ServiceAccount;
import dev.homeport.testkit.mariadb.Account;
import dev.homeport.testkit.mariadb.MariaDbInstallation;
import dev.homeport.testkit.mariadb.MariaDbServer;
import dev.homeport.testkit.mariadb.MariaDbSettings;
import dev.homeport.testkit.mariadb.PamServices;
import dev.homeport.testkit.mysql.MySqlTestClient;
import dev.homeport.testkit.mysqlserver.MySqlInstallation;
import dev.homeport.testkit.mysqlserver.MySqlServer;
import dev.homeport.testkit.mysqlserver.MySqlSettings;
import dev.homeport.testkit.process.Commands;
import dev.homeport.testkit.process.PrivateDirectories;
import dev.homeport.testkit.process.ServerException;
import dev.homeport.testkit.server.DatabaseServer;
import dev.homeport.testkit.tls.ServerTls;
import dev.homeport.topology.ServerCapabilities;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** A server with an account for each auth plugin, and one schema that is made anew for each run. */
final class TestDatabase implements AutoCloseable {
    static final String SCHEMA = "conformance";
    static final String GUARD = "homeport_guard";
    static final String HOST = "127.0.0.1";

    /** All of them are this machine's own. */
    static final List<String> ADDRESSES = List.of(HOST, "127.0.0.2", "127.0.0.3");

    private static final Map<String, String> COMMON =
            Map.of(
                    "bind_address", String.join(",", ADDRESSES),
                    "local_infile", "ON",
                    "performance_schema", "ON",
                    "max_allowed_packet", "64M",
                    "log_bin_trust_function_creators", "ON",
                    "innodb_flush_log_at_trx_commit", "0",
                    "sync_binlog", "0");

    private final ServerKind kind;
    private final DatabaseServer server;
    private final Map<AuthPlugin, Account> accounts = new EnumMap<>(AuthPlugin.class);
    private final Path secrets;
    private final Optional<PamServices> pam;

    private TestDatabase(
            ServerKind kind, DatabaseServer server, Path secrets, Optional<PamServices> pam) {
        this.kind = kind;
        this.server = server;
        this.pam = pam;
        this.secrets = PrivateDirectories.create(secrets);
    }

    /** Why there is no such server on this machine; empty where there is one. */
    static Optional<String> missing(ServerKind kind) {
        boolean isHere =
                switch (kind) {
                    case MARIADB -> Commands.find("mariadbd").isPresent();
                    case NEWER_MARIADB -> MariaDbInstallation.newest().isPresent();
                    case MYSQL -> MySqlInstallation.find().isPresent();
                };
        return isHere
                ? Optional.empty()
                : Optional.of(
                        kind == ServerKind.MARIADB
                                ? "no mariadbd is here: install mariadb-server"
                                : "the server is not here: build-tools/get-servers.sh gets it"
                                        + " (Debian)");
    }

    /** Starts it and makes its accounts. */
    static TestDatabase start(ServerKind kind, Path directory, ServerTls tls) {
        Optional<PamServices> pam =
                kind == ServerKind.MARIADB && PamServices.arePossible()
                        ? Optional.of(PamServices.in(directory.resolve("pam")))
                        : Optional.empty();
        TestDatabase database =
                new TestDatabase(
                        kind,
                        startServer(kind, directory, tls, pam),
                        directory.resolve("passwords"),
                        pam);
        database.createAccounts();
        return database;
    }

    private static DatabaseServer startServer(
            ServerKind kind, Path directory, ServerTls tls, Optional<PamServices> pam) {
        MariaDbSettings mariaDb = MariaDbSettings.in(directory).withTls(tls);
        return switch (kind) {
            case MARIADB ->
                    startMariaDb(
                            pam.map(mariaDb::withPam).orElse(mariaDb), MariaDbInstallation.find());
            case NEWER_MARIADB ->
                    startMariaDb(
                            // At its start, as it makes its RSA keys then and never later.
                            mariaDb.withPlugins("auth_mysql_sha2"),
                            MariaDbInstallation.newest().orElseThrow());
            case MYSQL -> startMySql(directory, tls);
        };
    }

    private static DatabaseServer startMariaDb(
            MariaDbSettings with, MariaDbInstallation installation) {
        MariaDbSettings settings = with.withOption("innodb_log_file_size", "96M");
        for (Map.Entry<String, String> option : COMMON.entrySet()) {
            settings = settings.withOption(option.getKey(), option.getValue());
        }
        MariaDbServer server = MariaDbServer.launch(settings, installation);
        server.awaitReady();
        server.openForWrites();
        return server;
    }

    private static DatabaseServer startMySql(Path directory, ServerTls tls) {
        MySqlSettings settings = MySqlSettings.in(directory).withTls(tls);
        for (Map.Entry<String, String> option : COMMON.entrySet()) {
            settings = settings.withOption(option.getKey(), option.getValue());
        }
        return MySqlServer.start(settings);
    }

    private void createAccounts() {
        createGuard();
        for (AuthPlugin plugin : kind.plugins()) {
            if (plugin == AuthPlugin.ED25519 || plugin == AuthPlugin.PARSEC) {
                server.execute("INSTALL SONAME 'auth_%s'".formatted(plugin.title()));
            }
            Account account =
                    Account.withRandomPassword("conf_" + plugin.name().toLowerCase(Locale.ROOT));
            String name = account.user() + "@'%'";
            server.execute(
                    "CREATE USER %s %s".formatted(name, plugin.identifiedBy(account.password())),
                    "GRANT ALL ON %s.* TO %s".formatted(SCHEMA, name),
                    "GRANT ALL ON no_such_schema.* TO " + name);
            PrivateDirectories.write(passwordFile(account.user()), account.password() + "\n");
            accounts.put(plugin, account);
        }
    }

    /** The account of the router's guard, with the rights that the documentation names. */
    private void createGuard() {
        Account account = Account.withRandomPassword(GUARD);
        String name = GUARD + "@'%'";
        server.execute("CREATE USER %s IDENTIFIED BY '%s'".formatted(name, account.password()));
        server.execute(ServiceAccount.grants(kind.family(), name).toArray(String[]::new));
        PrivateDirectories.write(guardPasswordFile(), account.password() + "\n");
    }

    Path guardPasswordFile() {
        return passwordFile(GUARD);
    }

    private Path passwordFile(String user) {
        return secrets.resolve(user);
    }

    /** An empty schema, and nothing remembered of earlier logins. */
    void reset() {
        server.execute(
                "DROP DATABASE IF EXISTS " + SCHEMA,
                "CREATE DATABASE " + SCHEMA + " CHARACTER SET utf8mb4",
                // Forgets the passwords that caching_sha2_password has seen.
                "FLUSH PRIVILEGES");
    }

    DatabaseServer server() {
        return server;
    }

    /** Where PAM lets accounts in; empty where there is none. */
    Optional<PamServices> pam() {
        return pam;
    }

    ServerKind kind() {
        return kind;
    }

    int port() {
        return server.port();
    }

    String user(AuthPlugin plugin) {
        return accounts.get(plugin).user();
    }

    Path passwordFile(AuthPlugin plugin) {
        return passwordFile(user(plugin));
    }

    /** What its greeting says that it can. */
    ServerCapabilities capabilities() {
        try (MySqlTestClient client = MySqlTestClient.connect(port())) {
            return new ServerCapabilities(client.greeting().capabilities());
        } catch (IOException e) {
            throw new ServerException("no greeting of " + kind, e);
        }
    }

    /**
     * What its router has to greet with, where the default would make drivers take it for an older
     * one: what docs/compatibility.md advises.
     */
    Optional<String> greeting() {
        return kind == ServerKind.NEWER_MARIADB
                ? Optional.of(version().replaceFirst("-MariaDB.*", "-MariaDB-homeport"))
                : Optional.empty();
    }

    String version() {
        return server.variable("version");
    }

    @Override
    public void close() {
        server.close();
    }
}
