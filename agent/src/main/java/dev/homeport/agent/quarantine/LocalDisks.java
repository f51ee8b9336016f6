package dev.homeport.agent.quarantine;

import dev.homeport.quarantine.DiskSpace;
import dev.homeport.topology.InstanceId;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How full the disks of instances are that run on the agent's machine. */
public final class LocalDisks {
    private static final Logger log = LoggerFactory.getLogger(LocalDisks.class);

    private final Map<InstanceId, Path> disks;

    /**
     * @param disks a path on the disk that holds the instance's data
     */
    public LocalDisks(Map<InstanceId, Path> disks) {
        this.disks = Map.copyOf(disks);
    }

    /** Unknown for instances of other machines. */
    public DiskSpace of(InstanceId instance) {
        Path path = disks.get(instance);
        if (path == null) {
            return DiskSpace.UNKNOWN;
        }
        try {
            FileStore disk = Files.getFileStore(path);
            return new DiskSpace(disk.getTotalSpace(), disk.getUsableSpace());
        } catch (IOException e) {
            log.atDebug().addKeyValue("path", path).setCause(e).log("no disk there");
            return DiskSpace.UNKNOWN;
        }
    }
}
