package dev.homeport.cli;

import com.fasterxml.jackson.databind.JsonNode;
import picocli.CommandLine.Command;

/** All clusters. */
@Command(name = "clusters", description = "All clusters: intent, health, residents.")
final class ClustersCommand extends ApiCommand {
    @Override
    int run(RestClient client) {
        JsonNode answer = client.get("/v1/clusters");
        return show(answer, () -> ClusterTable.of(answer.path("clusters")).print(out()));
    }
}
