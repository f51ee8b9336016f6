package dev.homeport.testkit.zookeeper;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import org.apache.zookeeper.server.embedded.ExitHandler;
import org.apache.zookeeper.server.embedded.ZooKeeperServerEmbedded;

/** A standalone ZooKeeper on a loopback port: {@code ZooKeeperMain DIRECTORY PORT}. */
public final class ZooKeeperMain {
    private ZooKeeperMain() {}

    /** Runs until the process is ended. */
    public static void main(String[] args) throws Exception {
        if (args.length != 2) {
            System.err.println("usage: zookeeper DIRECTORY PORT");
            System.exit(2);
        }
        Path directory = Path.of(args[0]);
        deleteOldConfigurations(directory);
        ZooKeeperServerEmbedded server =
                ZooKeeperServerEmbedded.builder()
                        .baseDir(directory)
                        .configuration(configuration(directory, args[1]))
                        .exitHandler(ExitHandler.EXIT)
                        .build();
        Runtime.getRuntime().addShutdownHook(new Thread(server::close, "stop"));
        server.start();
        Thread.currentThread().join();
    }

    /** The server writes one into its folder at every start. */
    private static void deleteOldConfigurations(Path directory) throws IOException {
        try (DirectoryStream<Path> old =
                Files.newDirectoryStream(directory, "zookeeper.configuration*.properties")) {
            for (Path file : old) {
                Files.delete(file);
            }
        }
    }

    private static Properties configuration(Path directory, String port) {
        Properties properties = new Properties();
        properties.setProperty("clientPort", port);
        properties.setProperty("clientPortAddress", "127.0.0.1");
        properties.setProperty("dataDir", directory.resolve("data").toString());
        properties.setProperty("tickTime", "500");
        properties.setProperty("minSessionTimeout", "1000");
        properties.setProperty("maxSessionTimeout", "60000");
        // 60 per address by default: everybody here comes from one address.
        properties.setProperty("maxClientCnxns", "10000");
        properties.setProperty("admin.enableServer", "false");
        // A killed server loses nothing by this; only a machine that crashes would. A disk that
        // others keep busy otherwise holds every write up for seconds.
        properties.setProperty("forceSync", "no");
        properties.setProperty("4lw.commands.whitelist", "srvr,mntr,ruok,cons,wchs");
        properties.setProperty("autopurge.purgeInterval", "1");
        properties.setProperty("autopurge.snapRetainCount", "3");
        return properties;
    }
}
