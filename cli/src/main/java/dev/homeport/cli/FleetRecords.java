package dev.homeport.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Reads, tries and writes the records that operators own. Blocking. */
final class FleetRecords {
    private static final int NOT_FOUND = 404;

    /** What answers have beside the record. */
    private static final List<String> NOT_OF_THE_RECORD =
            List.of("v", "id", "zxid", "applied", "dryRun", "version");

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
                                                "the router gives no ETag for %s, so what others write could be lost: it is older than this command"
                                                        .formatted(name.text())));
        return new FleetRecord(name, body(reply.body()), etag);
    }

    /**
     * Asks the router what it would make of a record, without writing it.
     *
     * @return the record with all defaults, as it would stand
     * @throws RefusedException if it would not be taken
     */
    ObjectNode tried(RecordName name, JsonNode wanted) {
        return body(client.put(name.path() + "?dryRun=true", wanted.toString()));
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
        RestClient.Condition condition =
                standing.map(one -> RestClient.Condition.unchangedSince(one.etag()))
                        .orElseGet(RestClient.Condition::absent);
        return client.put(name.path() + query(reason), wanted.toString(), condition);
    }

    /** Deletes a cluster; the router does not let go what is in use. */
    void delete(RecordName name, Optional<String> reason) {
        client.delete(name.path() + query(reason));
    }

    private static String query(Optional<String> reason) {
        return reason.map(text -> "?reason=" + Texts.encoded(text)).orElse("");
    }

    private static ObjectNode body(JsonNode answer) {
        if (!(answer instanceof ObjectNode record)) {
            throw new CommandException(
                    ExitCode.UNREACHABLE, "the router answered with something that is no record");
        }
        ObjectNode body = record.deepCopy();
        body.remove(NOT_OF_THE_RECORD);
        return body;
    }
}
