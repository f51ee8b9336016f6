package dev.homeport.testkit.mariadb;

import dev.homeport.testkit.server.FolderTemplate;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A fresh data folder with the accounts that a new MariaDB has, without passwords. */
final class DataTemplate {
    /** Redo log of 8 MB: a data folder has 26 MB then, else 114. */
    static final String REDO_LOG_SIZE = "8M";

    private DataTemplate() {}

    static FolderTemplate of(MariaDbInstallation installation) {
        return FolderTemplate.of(
                installation.version(),
                installation.home(),
                folder -> command(installation, folder));
    }

    private static List<String> command(MariaDbInstallation installation, Path folder) {
        List<String> command = new ArrayList<>();
        command.addAll(List.of("/bin/sh", installation.installer().toString(), "--no-defaults"));
        command.add("--basedir=" + installation.home());
        command.add("--datadir=" + folder);
        command.add("--auth-root-authentication-method=normal");
        command.add("--skip-test-db");
        command.add("--innodb-log-file-size=" + REDO_LOG_SIZE);
        command.add("--user=" + System.getProperty("user.name"));
        return command;
    }
}
