package dev.homeport.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Reads, tries and writes the records that operators own. Blocking. */
final class FleetRecords {
    private static final int NOT_FOUND = 404;

    private final RestClient client;

    FleetRecords(RestClient client) {
        this.client = client;
    }

    /** Ids of all clusters, sorted. */
    Set<String> clusters() {
        Set<String> ids = new TreeSet<>();
        client.get("/v1/clusters")
                .path("clusters")
                .forEach(cluster -> ids.add(cluster.path("id").asText()));
        return ids;
    }

    /** The record as it stands; empty if there is none. */
    Optional<FleetRecord> find(RecordName name) {
        try {
            return Optional.of(read(name));
        } catch (RefusedException e) {
            if (e.status() == NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** The record as it stands. */
    FleetRecord read(RecordName name) {
        RestClient.Reply reply = client.read(name.readPath());
        String etag =
                reply.etag()
                        .orElseThrow(
                                () ->
                                        new CommandException(
                                                ExitCode.REFUSED,
                                                "the router gives no ETag for %s, so what others write could be lost: it is not connected to ZooKeeper, or older than this command"
                                                        .formatted(name.text())));
        return new FleetRecord(name, body(reply.body()), etag);
    }

    /**
     * Asks the router what it would make of a record, without writing it.
     *
     * @return the names of the fields that would be different then; what the record leaves out has
     *     its default
     * @throws RefusedException if it would not be taken
     */
    Set<String> tried(RecordName name, JsonNode wanted) {
        Set<String> changes = new TreeSet<>();
        client.put(name.path() + "?dryRun=true", wanted.toString())
                .path("changes")
                .forEach(field -> changes.add(field.asText()));
        return changes;
    }

    /**
     * Asks the router whether it would delete a cluster, without deleting it.
     *
     * @throws RefusedException if it would not
     */
    void tryDeletion(RecordName name) {
        client.delete(name.path() + "?dryRun=true", Optional.empty());
    }

    /**
     * Writes a record, unless somebody else has changed it since it was read.
     *
     * @param standing what was read; empty where there was none
     */
    JsonNode write(
            RecordName name,
            Optional<FleetRecord> standing,
            JsonNode wanted,
            Optional<String> reason) {
        return client.put(
                name.path() + query(reason),
                wanted.toString(),
                standing.map(FleetRecord::etag).orElse(FleetRecord.ABSENT));
    }

    /**
     * Deletes a cluster, unless somebody else has changed it since it was read; the router does not
     * let go what is in use.
     */
    void delete(FleetRecord standing, Optional<String> reason) {
        client.delete(standing.name().path() + query(reason), Optional.of(standing.etag()));
    }

    private static String query(Optional<String> reason) {
        return reason.map(text -> "?reason=" + Texts.encoded(text)).orElse("");
    }

    private static ObjectNode body(JsonNode answer) {
        if (!(answer instanceof ObjectNode record)) {
            throw new CommandException(
                    ExitCode.UNREACHABLE, "the router answered with something that is no record");
        }
        return record;
    }
}
