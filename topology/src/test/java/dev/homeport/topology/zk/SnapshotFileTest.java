package dev.homeport.topology.zk;

import static dev.homeport.topology.zk.Records.C1;
import static dev.homeport.topology.zk.Records.C2;
import static dev.homeport.topology.zk.Records.NOON;
import static dev.homeport.topology.zk.Records.announcement;
import static dev.homeport.topology.zk.Records.approval;
import static dev.homeport.topology.zk.Records.cluster;
import static dev.homeport.topology.zk.Records.healthy;
import static dev.homeport.topology.zk.Records.incident;
import static dev.homeport.topology.zk.Records.intent;
import static dev.homeport.topology.zk.Records.on;
import static dev.homeport.topology.zk.Records.project;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.homeport.topology.Buckets;
import dev.homeport.topology.ClusterSnapshot;
import dev.homeport.topology.FleetSnapshot;
import dev.homeport.topology.GuardState;
import dev.homeport.topology.IncidentLimit;
import dev.homeport.topology.Intent;
import dev.homeport.topology.PlacementMap;
import dev.homeport.topology.PlacementPolicy;
import dev.homeport.topology.ProjectId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SnapshotFileTest {
    private static final ProjectId P42 = project("p42");

    @TempDir Path directory;
    private Path path;
    private SnapshotFile file;

    @BeforeEach
    void nameTheFile() {
        path = directory.resolve("fleet.snapshot");
        file = new SnapshotFile(path);
    }

    @Test
    void whatIsWrittenIsRead() throws IOException {
        // Given
        FleetSnapshot fleet = fleet();

        // When
        file.write(fleet);
        FleetSnapshot read = file.read().orElseThrow();

        // Then
        assertThat(read.clusters()).isEqualTo(fleet.clusters());
        assertThat(read.policy()).isEqualTo(fleet.policy());
        assertThat(read.guard()).isEqualTo(fleet.guard());
        assertThat(read.incidents()).isEqualTo(fleet.incidents()).hasSize(1);
        assertThat(read.zxid()).isEqualTo(fleet.zxid());
        assertThat(read.asOf()).isEqualTo(fleet.asOf());
        assertThat(read.placements().size()).isEqualTo(1);
        assertThat(read.placements().find(P42)).contains(on(C1));
    }

    @Test
    void aFileOfATimeBeforeTheGuardIsRead() throws IOException {
        // Given
        String body =
                "zxid=0000000000000007 asOf=2026-01-31T12:00:00Z\n"
                        + line("/clusters/c1", ClusterDefinitionCodec.znode(C1).write(cluster(C1)))
                        + line("/intents/c1", ClusterIntentCodec.ZNODE.write(intent(Intent.ACTIVE)))
                        + line("/verdicts/c1", VerdictCodec.ZNODE.write(healthy(C1, 4)))
                        + line(
                                "/placement-policy",
                                PlacementPolicyCodec.ZNODE.write(PlacementPolicy.DEFAULT));
        writeWhole(body);

        // When
        FleetSnapshot read = file.read().orElseThrow();

        // Then
        assertThat(read.clusters()).containsOnlyKeys(C1);
        assertThat(read.guard()).isEqualTo(GuardState.DEFAULT);
        assertThat(read.incidents()).isEmpty();
    }

    private static String line(String path, byte[] json) {
        return path + " " + new String(json, StandardCharsets.UTF_8) + "\n";
    }

    private void writeWhole(String body) throws IOException {
        var crc = new CRC32C();
        crc.update(body.getBytes(StandardCharsets.UTF_8));
        Files.writeString(
                path,
                "homeport-snapshot 1 crc32c=%08x bytes=%012d\n%s"
                        .formatted(crc.getValue(), body.length(), body));
    }

    @Test
    void onlyItsOwnerMayReadItAndNoTemporaryFileIsLeft() throws IOException {
        // Given
        file.write(fleet());

        // When
        file.write(fleet());

        // Then
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                .isEqualTo("rw-------");
        assertThat(directory.toFile().list()).containsExactly("fleet.snapshot");
    }

    @Test
    void noFileIsNoPicture() throws IOException {
        // Given no file

        // When
        Optional<FleetSnapshot> read = file.read();

        // Then
        assertThat(read).isEmpty();
    }

    @Test
    void cutShortAnywhereItIsRefused() throws IOException {
        // Given
        file.write(fleet());
        byte[] good = Files.readAllBytes(path);
        for (int length = 0; length < good.length; length += 7) {
            Files.write(path, Arrays.copyOf(good, length));

            // When
            var thrown = assertThatThrownBy(file::read);

            // Then
            thrown.isInstanceOf(IOException.class).hasMessageContaining("damaged or cut short");
        }
    }

    @Test
    void oneWrongBitAnywhereIsFound() throws IOException {
        // Given
        file.write(fleet());
        byte[] good = Files.readAllBytes(path);
        for (int at = 0; at < good.length; at += 3) {
            byte[] bad = good.clone();
            bad[at] ^= 4;
            Files.write(path, bad);

            // When
            var thrown = assertThatThrownBy(file::read);

            // Then
            thrown.isInstanceOf(IOException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\n",
                "zxid=0000000000000007\n",
                "zxid=0000000000000007 asOf=2026-01-31T12:00:00Z\n/clusters/c1\n",
                "zxid=0000000000000007 asOf=2026-01-31T12:00:00Z\nclusters {}\n",
                "zxid=0000000000000007 asOf=2026-01-31T12:00:00Z\n/projects/xyz {}\n"
            })
    void aBodyThatIsWholeAndNoPictureIsRefused(String body) throws IOException {
        // Given
        writeWhole(body);

        // When
        var thrown = assertThatThrownBy(file::read);

        // Then
        thrown.isInstanceOf(IOException.class).hasMessageContaining("is damaged");
    }

    @Test
    void aFullDiskLeavesTheOldFileAsItWas() throws IOException {
        // Given
        file.write(fleet());
        byte[] old = Files.readAllBytes(path);
        Files.createSymbolicLink(directory.resolve("fleet.snapshot.tmp"), Path.of("/dev/full"));

        // When
        var thrown = assertThatThrownBy(() -> file.write(fleet()));

        // Then
        thrown.isInstanceOf(IOException.class).hasMessageContaining("No space left");
        assertThat(Files.readAllBytes(path)).isEqualTo(old);
    }

    private static FleetSnapshot fleet() {
        return new FleetSnapshot(
                Map.of(
                        C1,
                        new ClusterSnapshot(cluster(C1), intent(Intent.OFFLINE), healthy(C1, 4)),
                        C2,
                        new ClusterSnapshot(cluster(C2), intent(Intent.ACTIVE), healthy(C2, 1))),
                PlacementMap.EMPTY.withBucket(Buckets.of(P42), Map.of(P42, on(C1))),
                new PlacementPolicy(List.of(C2), List.of(C1), PlacementPolicy.DEFAULT_PROVISION),
                new GuardState(
                        Records.guard(), List.of(approval("a1")), List.of(announcement("n1"))),
                List.of(incident("i1", C1, IncidentLimit.CONTAIN, P42)),
                0x1_0000_0007L,
                NOON);
    }
}
