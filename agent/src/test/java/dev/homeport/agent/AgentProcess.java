package dev.homeport.agent;

import dev.homeport.testkit.process.ChildProcess;
import dev.homeport.testkit.process.FreePorts;
import dev.homeport.testkit.process.JavaCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Agents as processes of their own, as the launcher starts them. */
final class AgentProcess {
    private static final List<String> JVM =
            List.of("-Xmx128m", "-Dlogback.configurationFile=../conf/logback.xml");

    private AgentProcess() {}

    /** Starts one with these arguments. */
    static ChildProcess start(String name, List<String> arguments, Path log) {
        return start(name, List.of(), arguments, log);
    }

    /** Starts one with these options of the JVM, too. */
    static ChildProcess start(
            String name, List<String> jvmOptions, List<String> arguments, Path log) {
        List<String> jvm = Stream.concat(JVM.stream(), jvmOptions.stream()).toList();
        return ChildProcess.start(
                name, JavaCommand.withOwnClassPath(AgentMain.class.getName(), jvm, arguments), log);
    }

    /**
     * Writes its configuration, for fast probes.
     *
     * @param inventoryInterval as it stands in the file
     */
    static Path configFile(AgentFleet fleet, Path directory, String id, String inventoryInterval)
            throws IOException {
        Path password =
                AgentFleet.secretFile(
                        directory.resolve(id + ".password"), fleet.account.password());
        return Files.writeString(
                directory.resolve(id + ".yaml"),
                """
                id: %s
                cluster: c1
                zookeeper: { connect: "%s", digestFile: %s, sessionTimeout: 4s }
                probe: { passwordFile: %s, interval: 500ms }
                watch: { inventoryFile: %s, inventoryInterval: %s }
                admin: { port: %d }
                """
                        .formatted(
                                id,
                                fleet.zookeeperConfig.connect(),
                                fleet.zookeeperConfig.digestFile().orElseThrow(),
                                password,
                                directory.resolve(id + ".inventory"),
                                inventoryInterval,
                                FreePorts.next()));
    }
}
