package dev.homeport.testkit.mysqlserver;

import dev.homeport.testkit.process.PrivateDirectories;
import dev.homeport.testkit.process.ServerException;
import dev.homeport.testkit.server.FolderTemplate;
import dev.homeport.testkit.server.OptionFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What lies in a server's directory: {@code data/}, {@code my.cnf}, {@code init.sql} (the root
 * account, mode 0600) and {@code mysqld.log}.
 */
final class ServerFiles {
    /** The server's own default makes a new data folder 187 MB large, this one 120. */
    private static final String REDO_LOG_CAPACITY = "32M";

    private final MySqlSettings settings;
    private final MySqlInstallation installation;

    ServerFiles(MySqlSettings settings, MySqlInstallation installation) {
        this.settings = settings;
        this.installation = installation;
    }

    Path data() {
        return settings.directory().resolve("data");
    }

    Path log() {
        return settings.directory().resolve("mysqld.log");
    }

    /** Fills the data folder where it is missing: half a copy is never taken for a whole one. */
    void prepareData() {
        if (Files.isDirectory(data())) {
            return;
        }
        Path half = settings.directory().resolve("data.new");
        FolderTemplate.of(installation.version(), installation.home(), this::installer)
                .copyTo(half);
        try {
            Files.move(half, data(), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new ServerException("cannot move " + half + " to " + data(), e);
        }
    }

    private List<String> installer(Path folder) {
        return List.of(
                installation.server().toString(),
                "--no-defaults",
                "--initialize-insecure",
                "--basedir=" + installation.home(),
                "--datadir=" + folder,
                "--innodb-redo-log-capacity=" + REDO_LOG_CAPACITY,
                "--auto-generate-certs=OFF",
                "--skip-log-bin",
                "--user=" + System.getProperty("user.name"));
    }

    void write() {
        OptionFile.write(optionsFile(), "mysqld", options());
        PrivateDirectories.write(initFile(), String.join("\n", rootAccount()) + "\n");
    }

    List<String> command() {
        return List.of(installation.server().toString(), "--defaults-file=" + optionsFile());
    }

    private Path optionsFile() {
        return settings.directory().resolve("my.cnf");
    }

    private Path initFile() {
        return settings.directory().resolve("init.sql");
    }

    /**
     * Run at every start. Not binlogged: replicas do it for themselves, and it must not look like a
     * write of theirs.
     */
    private List<String> rootAccount() {
        String password = settings.root().password();
        return List.of(
                "SET SESSION sql_log_bin = 0;",
                "CREATE USER IF NOT EXISTS root@localhost, root@'127.0.0.1';",
                "GRANT ALL ON *.* TO root@localhost, root@'127.0.0.1' WITH GRANT OPTION;",
                "ALTER USER root@localhost IDENTIFIED BY '%s', root@'127.0.0.1' IDENTIFIED BY '%s';"
                        .formatted(password, password));
    }

    private Map<String, String> options() {
        Map<String, String> options = new LinkedHashMap<>();
        options.put("basedir", installation.home().toString());
        options.put("datadir", data().toString());
        options.put("port", Integer.toString(settings.port()));
        options.put("bind_address", MySqlServer.HOST);
        // Relative to the data folder: the path of a socket is limited to 107 bytes.
        options.put("socket", "mysqld.sock");
        options.put("pid_file", "mysqld.pid");
        options.put("user", System.getProperty("user.name"));
        options.put("init_file", initFile().toString());
        options.put("mysqlx", "OFF");
        // Packages build in a folder that only they make.
        options.put("secure_file_priv", "''");
        options.put("skip_name_resolve", "ON");
        options.put("max_connections", "500");
        noCertificateOfItsOwn(options);
        replication(options);
        smallFootprint(options);
        options.putAll(settings.options());
        return options;
    }

    private void noCertificateOfItsOwn(Map<String, String> options) {
        options.put("auto_generate_certs", "OFF");
        if (!settings.hasTls()) {
            // There is no option that turns TLS off.
            options.put("tls_version", "''");
        }
    }

    private void replication(Map<String, String> options) {
        options.put("server_id", Integer.toString(settings.serverId()));
        options.put("gtid_mode", "ON");
        options.put("enforce_gtid_consistency", "ON");
        options.put("log_bin", "binlog");
        options.put("relay_log", "relaylog");
        options.put("report_host", MySqlServer.HOST);
        options.put("report_port", Integer.toString(settings.port()));
    }

    private static void smallFootprint(Map<String, String> options) {
        options.put("innodb_buffer_pool_size", "64M");
        options.put("innodb_redo_log_capacity", REDO_LOG_CAPACITY);
        options.put("innodb_buffer_pool_dump_at_shutdown", "OFF");
        options.put("innodb_buffer_pool_load_at_startup", "OFF");
        options.put("key_buffer_size", "1M");
    }
}
