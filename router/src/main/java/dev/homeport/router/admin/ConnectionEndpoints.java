package dev.homeport.router.admin;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** Whose a client connection of this router is: for other routers, to which a KILL of it came. */
final class ConnectionEndpoints {
    private final AdminParts parts;

    ConnectionEndpoints(AdminParts parts) {
        this.parts = parts;
    }

    Answer get(Call call) throws Refusal {
        int id = call.connection();
        ConnectionView found =
                parts.sessions()
                        .connections()
                        .find(id)
                        .orElseThrow(
                                () ->
                                        Refusal.notFound(
                                                "unknown_connection",
                                                "no connection has the id " + id));
        ObjectNode json = Json.object();
        json.put("project", found.project().value());
        json.put("user", found.user());
        json.put("instance", found.instance().id().value());
        json.put("host", found.instance().host());
        json.put("port", found.instance().port());
        json.put("backendConnectionId", Integer.toUnsignedLong(found.backendConnectionId()));
        return Answer.ok(json);
    }
}
