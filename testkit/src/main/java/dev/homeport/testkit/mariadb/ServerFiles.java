package dev.homeport.testkit.mariadb;

import dev.homeport.testkit.process.PrivateDirectories;
import dev.homeport.testkit.process.ServerException;
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
 * account, mode 0600) and {@code mariadbd.log}.
 */
final class ServerFiles {
    private final MariaDbSettings settings;
    private final MariaDbInstallation installation;

    ServerFiles(MariaDbSettings settings, MariaDbInstallation installation) {
        this.settings = settings;
        this.installation = installation;
    }

    Path data() {
        return settings.directory().resolve("data");
    }

    Path log() {
        return settings.directory().resolve("mariadbd.log");
    }

    /** Takes a complete data folder in one step: half a copy is never taken for a whole one. */
    void adopt(Path complete) {
        try {
            Files.move(complete, data(), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new ServerException("cannot move " + complete + " to " + data(), e);
        }
    }

    void write() {
        OptionFile.write(optionsFile(), "mariadbd", options());
        PrivateDirectories.write(initFile(), String.join("\n", rootAccount()) + "\n");
    }

    List<String> command() {
        List<String> server =
                List.of(installation.server().toString(), "--defaults-file=" + optionsFile());
        return settings.pam().map(services -> services.around(server)).orElse(server);
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
                "DELETE FROM mysql.global_priv WHERE user = '' OR (user = 'root' AND host NOT IN"
                        + " ('localhost', '127.0.0.1'));",
                "FLUSH PRIVILEGES;",
                "CREATE USER IF NOT EXISTS root@localhost, root@'127.0.0.1';",
                "GRANT ALL ON *.* TO root@localhost WITH GRANT OPTION;",
                "GRANT ALL ON *.* TO root@'127.0.0.1' WITH GRANT OPTION;",
                "ALTER USER root@localhost IDENTIFIED BY '%s', root@'127.0.0.1' IDENTIFIED BY '%s';"
                        .formatted(password, password));
    }

    private Map<String, String> options() {
        Map<String, String> options = new LinkedHashMap<>();
        options.put("basedir", installation.home().toString());
        options.put("datadir", data().toString());
        options.put("port", Integer.toString(settings.port()));
        options.put("bind_address", MariaDbServer.HOST);
        // Relative to the data folder: the path of a socket is limited to 107 bytes.
        options.put("socket", "mysqld.sock");
        options.put("pid_file", "mysqld.pid");
        options.put("user", System.getProperty("user.name"));
        options.put("init_file", initFile().toString());
        if (!settings.hasTls()) {
            // 11.4 makes a certificate at every start where there is none: 5 seconds of CPU.
            options.put("skip_ssl", "");
        }
        options.put("skip_name_resolve", "ON");
        options.put("character_set_server", "utf8mb4");
        options.put("max_connections", "500");
        replication(options);
        smallFootprint(options);
        options.putAll(settings.options());
        return options;
    }

    private void replication(Map<String, String> options) {
        options.put("read_only", "ON");
        options.put("server_id", Integer.toString(settings.serverId()));
        options.put("gtid_domain_id", Integer.toString(settings.gtidDomain()));
        options.put("gtid_strict_mode", "ON");
        options.put("log_bin", "binlog");
        options.put("log_slave_updates", "ON");
        options.put("binlog_format", "ROW");
        options.put("relay_log", "relaylog");
        options.put("report_host", MariaDbServer.HOST);
        options.put("slave_net_timeout", "4");
    }

    private static void smallFootprint(Map<String, String> options) {
        options.put("innodb_buffer_pool_size", "64M");
        options.put("innodb_log_file_size", DataTemplate.REDO_LOG_SIZE);
        options.put("innodb_buffer_pool_dump_at_shutdown", "OFF");
        options.put("innodb_buffer_pool_load_at_startup", "OFF");
        options.put("performance_schema", "OFF");
        options.put("key_buffer_size", "1M");
        options.put("aria_pagecache_buffer_size", "8M");
    }
}
