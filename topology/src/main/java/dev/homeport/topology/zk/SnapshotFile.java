package dev.homeport.topology.zk;

import dev.homeport.topology.Announcement;
import dev.homeport.topology.AnnouncementId;
import dev.homeport.topology.Approval;
import dev.homeport.topology.ApprovalId;
import dev.homeport.topology.Buckets;
import dev.homeport.topology.ClusterDefinition;
import dev.homeport.topology.ClusterId;
import dev.homeport.topology.ClusterIntent;
import dev.homeport.topology.ClusterSnapshot;
import dev.homeport.topology.FleetSnapshot;
import dev.homeport.topology.GuardPolicy;
import dev.homeport.topology.GuardState;
import dev.homeport.topology.Incident;
import dev.homeport.topology.IncidentId;
import dev.homeport.topology.PackedBucket;
import dev.homeport.topology.PlacementMap;
import dev.homeport.topology.PlacementPolicy;
import dev.homeport.topology.Verdict;
import dev.homeport.topology.fields.Problems;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.zip.CRC32C;
import java.util.zip.CheckedOutputStream;

/**
 * The last good picture on disk. A header line with the CRC-32C and the length of the rest, a line
 * with zxid and time, then one line per znode: its path and its content as it would stand in
 * ZooKeeper. Replaced atomically, readable by its owner only.
 */
final class SnapshotFile {
    private static final String HEADER = "homeport-snapshot 1 crc32c=%08x bytes=%012d\n";
    private static final int HEADER_BYTES = String.format(Locale.ROOT, HEADER, 0, 0).length();

    private final Path file;
    private final Path temporary;

    SnapshotFile(Path file) {
        this.file = file.toAbsolutePath();
        this.temporary = this.file.resolveSibling(this.file.getFileName() + ".tmp");
    }

    /**
     * The picture in the file; empty where there is no file.
     *
     * @throws IOException if the file cannot be read, or is cut short or damaged
     */
    Optional<FleetSnapshot> read() throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            checkHeader(channel);
            return Optional.of(parse(channel));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (RuntimeException e) {
            // Whatever the parsing stumbled over: a bad file must not keep a router from starting.
            throw new IOException(file + " is damaged: " + e.getMessage(), e);
        }
    }

    /**
     * Replaces the file.
     *
     * @throws IOException if it cannot be written; the old file is then as it was
     */
    void write(FleetSnapshot fleet) throws IOException {
        try (FileChannel channel =
                FileChannel.open(
                        temporary,
                        Set.of(
                                StandardOpenOption.CREATE,
                                StandardOpenOption.WRITE,
                                StandardOpenOption.TRUNCATE_EXISTING),
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rw-------")))) {
            var crc = new CRC32C();
            channel.position(HEADER_BYTES);
            // Not closed: that would close the channel, and the header is still to come.
            OutputStream body =
                    new BufferedOutputStream(
                            new CheckedOutputStream(Channels.newOutputStream(channel), crc),
                            1 << 16);
            writeBody(fleet, body);
            body.flush();
            String header =
                    String.format(
                            Locale.ROOT, HEADER, crc.getValue(), channel.position() - HEADER_BYTES);
            channel.write(ByteBuffer.wrap(header.getBytes(StandardCharsets.US_ASCII)), 0);
            channel.force(true);
        }
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        try (FileChannel directory = FileChannel.open(file.getParent(), StandardOpenOption.READ)) {
            directory.force(true);
        }
    }

    /** Before anything is believed. Reads the file once, which the parsing then does again. */
    private void checkHeader(FileChannel channel) throws IOException {
        var crc = new CRC32C();
        InputStream in = Channels.newInputStream(channel.position(0));
        byte[] header = in.readNBytes(HEADER_BYTES);
        long bodyBytes = 0;
        var chunk = new byte[1 << 16];
        for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
            crc.update(chunk, 0, read);
            bodyBytes += read;
        }
        byte[] expected =
                String.format(Locale.ROOT, HEADER, crc.getValue(), bodyBytes)
                        .getBytes(StandardCharsets.US_ASCII);
        if (!Arrays.equals(header, expected)) {
            throw new IOException(
                    file
                            + " is damaged or cut short: length or CRC-32C are not those of its header");
        }
    }

    private static void writeBody(FleetSnapshot fleet, OutputStream out) throws IOException {
        out.write(
                "zxid=%s asOf=%s\n"
                        .formatted(HexFormat.of().toHexDigits(fleet.zxid()), fleet.asOf())
                        .getBytes(StandardCharsets.UTF_8));
        for (ClusterSnapshot cluster : fleet.clusters().values()) {
            ClusterId id = cluster.id();
            line(
                    out,
                    ZnodePaths.cluster(id),
                    ClusterDefinitionCodec.znode(id).write(cluster.definition()));
            line(out, ZnodePaths.intent(id), ClusterIntentCodec.ZNODE.write(cluster.intent()));
            line(out, ZnodePaths.verdict(id), VerdictCodec.ZNODE.write(cluster.verdict()));
        }
        line(out, ZnodePaths.POLICY, PlacementPolicyCodec.ZNODE.write(fleet.policy()));
        writeGuard(fleet.guard(), out);
        for (Incident incident : fleet.incidents()) {
            IncidentId id = incident.id();
            line(out, ZnodePaths.incident(id), IncidentCodec.znode(id).write(incident));
        }
        for (int bucket = 0; bucket < Buckets.COUNT; bucket++) {
            PackedBucket content = fleet.placements().bucket(bucket);
            if (!content.isEmpty()) {
                line(out, ZnodePaths.bucket(bucket), PlacementBucketCodec.json(content));
            }
        }
    }

    private static void writeGuard(GuardState guard, OutputStream out) throws IOException {
        line(out, ZnodePaths.GUARD, GuardPolicyCodec.ZNODE.write(guard.policy()));
        for (Approval approval : guard.approvals()) {
            ApprovalId id = approval.id();
            line(out, ZnodePaths.approval(id), ApprovalCodec.znode(id).write(approval));
        }
        for (Announcement announcement : guard.announcements()) {
            AnnouncementId id = announcement.id();
            line(out, ZnodePaths.announcement(id), AnnouncementCodec.znode(id).write(announcement));
        }
    }

    private static void line(OutputStream out, String path, byte[] json) throws IOException {
        out.write((path + " ").getBytes(StandardCharsets.UTF_8));
        out.write(json);
        out.write('\n');
    }

    /** Line by line: the file of a large fleet is much larger than what it says. */
    private static FleetSnapshot parse(FileChannel channel) throws IOException {
        var lines = new Lines(Channels.newInputStream(channel.position(HEADER_BYTES)));
        String first = text(lines.next().orElseGet(() -> new byte[0]));
        Map<String, byte[]> znodes = new LinkedHashMap<>();
        List<PackedBucket> buckets = new ArrayList<>();
        for (Optional<byte[]> line = lines.next(); line.isPresent(); line = lines.next()) {
            byte[] all = line.get();
            int space = indexOfSpace(all);
            String path = text(Arrays.copyOf(all, space));
            byte[] json = Arrays.copyOfRange(all, space + 1, all.length);
            if (ZnodePaths.parent(path).equals(ZnodePaths.PROJECTS)) {
                int bucket = Buckets.parse(ZnodePaths.name(path)).orElseThrow();
                buckets.add(value(path, json, PlacementBucketCodec.znode(bucket)));
            } else {
                znodes.put(path, json);
            }
        }
        return fleet(first, znodes, PlacementMap.EMPTY.with(buckets));
    }

    private static int indexOfSpace(byte[] line) {
        for (int i = 0; i < line.length; i++) {
            if (line[i] == ' ') {
                return i;
            }
        }
        throw new IllegalArgumentException("a line without a space");
    }

    private static FleetSnapshot fleet(
            String first, Map<String, byte[]> znodes, PlacementMap placements) {
        Map<ClusterId, ClusterSnapshot> clusters = new TreeMap<>();
        for (String path : znodes.keySet()) {
            if (ZnodePaths.parent(path).equals(ZnodePaths.CLUSTERS)) {
                ClusterId id = new ClusterId(ZnodePaths.name(path));
                clusters.put(id, cluster(id, znodes));
            }
        }
        PlacementPolicy policy = value(znodes, ZnodePaths.POLICY, PlacementPolicyCodec.ZNODE);
        List<Incident> incidents =
                values(znodes, ZnodePaths.INCIDENTS, IncidentId::new, IncidentCodec::znode);
        String[] head = first.split("[= ]");
        return new FleetSnapshot(
                clusters,
                placements,
                policy,
                guard(znodes),
                incidents,
                HexFormat.fromHexDigitsToLong(head[1]),
                Instant.parse(head[3]));
    }

    private static ClusterSnapshot cluster(ClusterId id, Map<String, byte[]> znodes) {
        ClusterDefinition definition =
                value(znodes, ZnodePaths.cluster(id), ClusterDefinitionCodec.znode(id));
        ClusterIntent intent = value(znodes, ZnodePaths.intent(id), ClusterIntentCodec.ZNODE);
        Verdict verdict = value(znodes, ZnodePaths.verdict(id), VerdictCodec.ZNODE);
        return new ClusterSnapshot(definition, intent, verdict);
    }

    /** Files that were written before there was a guard have no line of it. */
    private static GuardState guard(Map<String, byte[]> znodes) {
        return new GuardState(
                znodes.containsKey(ZnodePaths.GUARD)
                        ? value(znodes, ZnodePaths.GUARD, GuardPolicyCodec.ZNODE)
                        : GuardPolicy.DEFAULT,
                values(znodes, ZnodePaths.APPROVALS, ApprovalId::new, ApprovalCodec::znode),
                values(
                        znodes,
                        ZnodePaths.ANNOUNCEMENTS,
                        AnnouncementId::new,
                        AnnouncementCodec::znode));
    }

    private static <I, T> List<T> values(
            Map<String, byte[]> znodes,
            String parent,
            Function<String, I> idOf,
            Function<I, Codec<T>> codec) {
        return znodes.keySet().stream()
                .filter(path -> ZnodePaths.parent(path).equals(parent))
                .map(path -> value(znodes, path, codec.apply(idOf.apply(ZnodePaths.name(path)))))
                .toList();
    }

    private static <T> T value(Map<String, byte[]> znodes, String path, Codec<T> codec) {
        return value(path, znodes.getOrDefault(path, new byte[0]), codec);
    }

    private static <T> T value(String path, byte[] json, Codec<T> codec) {
        var problems = new Problems();
        return codec.read(json, problems)
                .orElseThrow(() -> new IllegalArgumentException(path + ": " + problems.text()));
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
