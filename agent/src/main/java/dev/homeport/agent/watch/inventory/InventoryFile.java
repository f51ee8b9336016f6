package dev.homeport.agent.watch.inventory;

import dev.homeport.agent.watch.binlog.GtidPosition;
import dev.homeport.topology.ClusterId;
import dev.homeport.topology.Family;
import dev.homeport.topology.Words;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.zip.Deflater;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The last inventory on the agent's own disk, so that an agent that starts knows what there was
 * before: names and numbers of rows, compressed and with a checksum. A file that cannot be read or
 * written is a warning; without one the watch begins with what it finds.
 */
public final class InventoryFile {
    private static final Logger log = LoggerFactory.getLogger(InventoryFile.class);
    private static final String FORM = "homeport-inventory-1";
    private static final String END = "end";

    private final Path file;
    private final ClusterId cluster;
    private final Family family;

    public InventoryFile(Path file, ClusterId cluster, Family family) {
        this.file = file.toAbsolutePath();
        this.cluster = cluster;
        this.family = family;
    }

    /** Replaces what is there, in one step. Blocking. */
    public void write(Inventory inventory) {
        Path half = file.resolveSibling(file.getFileName() + ".new");
        try {
            Files.deleteIfExists(half);
            Files.createFile(
                    half,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rw-------")));
            try (OutputStream raw = Files.newOutputStream(half, StandardOpenOption.WRITE);
                    BufferedWriter out = new BufferedWriter(writer(raw))) {
                write(inventory, out);
            }
            Files.move(
                    half,
                    file,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            log.atWarn()
                    .addKeyValue("file", file)
                    .addKeyValue("error", e.getClass().getSimpleName())
                    .log("the inventory is not kept");
        }
    }

    private static OutputStreamWriter writer(OutputStream raw) throws IOException {
        var zipped =
                new GZIPOutputStream(raw, 1 << 16) {
                    {
                        def.setLevel(Deflater.BEST_SPEED);
                    }
                };
        return new OutputStreamWriter(zipped, StandardCharsets.UTF_8);
    }

    private void write(Inventory inventory, BufferedWriter out) throws IOException {
        Inventory.Taken taken = inventory.taken();
        out.write(
                String.join(
                        "\t",
                        FORM,
                        cluster.value(),
                        Words.of(family),
                        taken.began().toString(),
                        taken.from().map(Object::toString).orElse(""),
                        taken.to().map(Object::toString).orElse("")));
        out.newLine();
        IOException[] failure = new IOException[1];
        inventory.forEachListed(
                (table, rows) -> {
                    try {
                        out.write(escaped(table.schema()));
                        out.write('\t');
                        out.write(escaped(table.table()));
                        out.write('\t');
                        out.write(Long.toString(rows));
                        out.write('\n');
                    } catch (IOException e) {
                        failure[0] = e;
                    }
                });
        if (failure[0] != null) {
            throw failure[0];
        }
        out.write(END);
        out.newLine();
    }

    /** What is there; empty where there is nothing that can be read whole. Blocking. */
    public Optional<Inventory> read() {
        try (BufferedReader in =
                new BufferedReader(
                        new InputStreamReader(
                                new GZIPInputStream(Files.newInputStream(file), 1 << 16),
                                StandardCharsets.UTF_8))) {
            Optional<Inventory> inventory = read(in);
            if (inventory.isEmpty()) {
                log.atWarn().addKeyValue("file", file).log("the inventory there is of no use");
            }
            return inventory;
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException | DateTimeParseException | NumberFormatException e) {
            log.atWarn()
                    .addKeyValue("file", file)
                    .addKeyValue("error", e.getClass().getSimpleName())
                    .log("the inventory there cannot be read");
            return Optional.empty();
        }
    }

    private Optional<Inventory> read(BufferedReader in) throws IOException {
        String first = Optional.ofNullable(in.readLine()).orElse("");
        String[] head = first.split("\t", -1);
        boolean isOurs =
                head.length == 6
                        && head[0].equals(FORM)
                        && head[1].equals(cluster.value())
                        && head[2].equals(Words.of(family));
        if (!isOurs) {
            return Optional.empty();
        }
        var builder = new Inventory.Builder(Optional.empty());
        while (true) {
            String line = in.readLine();
            if (line == null) {
                return Optional.empty();
            }
            if (line.equals(END)) {
                // Only the end of the stream compares the checksum.
                if (in.readLine() != null) {
                    return Optional.empty();
                }
                return Optional.of(
                        builder.build(
                                new Inventory.Taken(
                                        Instant.parse(head[3]),
                                        position(head[4]),
                                        position(head[5]))));
            }
            String[] fields = line.split("\t", -1);
            if (fields.length != 3) {
                return Optional.empty();
            }
            builder.add(plain(fields[0]), plain(fields[1]), Long.parseLong(fields[2]));
        }
    }

    private Optional<GtidPosition> position(String text) {
        return text.isEmpty() ? Optional.empty() : GtidPosition.parse(family, text);
    }

    private static String escaped(String name) {
        boolean isPlain = name.chars().allMatch(c -> c >= ' ' && c != '\\');
        if (isPlain) {
            return name;
        }
        return name.replace("\\", "\\\\")
                .replace("\t", "\\t")
                .replace("\n", "\\n")
                .replace("\r", "\\r");
    }

    private static String plain(String name) {
        if (name.indexOf('\\') < 0) {
            return name;
        }
        var plain = new StringBuilder();
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c == '\\' && i + 1 < name.length()) {
                i++;
                plain.append(
                        switch (name.charAt(i)) {
                            case 't' -> '\t';
                            case 'n' -> '\n';
                            case 'r' -> '\r';
                            default -> name.charAt(i);
                        });
            } else {
                plain.append(c);
            }
        }
        return plain.toString();
    }
}
