package dev.homeport.router.admin;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;

/** What a route answers with. */
sealed interface Answer {
    HttpStatus status();

    /** All of it at once. */
    record Document(HttpStatus status, MediaType type, String body) implements Answer {}

    /** Events as they come, until either side ends it. */
    record Events(EventStream stream) implements Answer {
        @Override
        public HttpStatus status() {
            return HttpStatus.OK;
        }
    }

    static Answer ok(ObjectNode json) {
        return of(HttpStatus.OK, json);
    }

    static Answer of(HttpStatus status, ObjectNode json) {
        return new Document(status, MediaType.JSON_UTF_8, Json.text(json));
    }
}
