package dev.homeport.router.admin;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;

/** What a route answers with. */
record Answer(HttpStatus status, MediaType type, String body) {
    static Answer ok(ObjectNode json) {
        return of(HttpStatus.OK, json);
    }

    static Answer of(HttpStatus status, ObjectNode json) {
        return new Answer(status, MediaType.JSON_UTF_8, Json.text(json));
    }
}
