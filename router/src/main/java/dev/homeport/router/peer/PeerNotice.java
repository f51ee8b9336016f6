package dev.homeport.router.peer;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.homeport.topology.ProjectId;
import dev.homeport.topology.TableName;
import java.nio.charset.StandardCharsets;

/** The JSON of what routers tell each other without being asked. */
final class PeerNotice {
    static final String CREATE_FAILED = "/v1/failed-creations";

    private PeerNotice() {}

    static byte[] createFailed(ProjectId project, TableName table) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("project", project.value())
                .put("schema", table.schema())
                .put("table", table.table())
                .toString()
                .getBytes(StandardCharsets.UTF_8);
    }
}
