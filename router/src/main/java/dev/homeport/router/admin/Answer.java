package dev.homeport.router.admin;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import java.util.Optional;

/** What a route answers with. */
sealed interface Answer {
    HttpStatus status();

    /** What was changed, as far as the route says so. */
    Optional<Changed> changed();

    /** Whether nothing was changed, though that was asked for. */
    boolean changesNothing();

    /**
     * All of it at once.
     *
     * @param etag of the record that it shows, with its quotes
     */
    record Document(
            HttpStatus status,
            MediaType type,
            String body,
            Optional<String> etag,
            Optional<Changed> changed,
            boolean changesNothing)
            implements Answer {
        Document(HttpStatus status, MediaType type, String body) {
            this(status, type, body, Optional.empty(), Optional.empty(), false);
        }

        Document withEtag(Optional<String> tag) {
            return new Document(status, type, body, tag, changed, changesNothing);
        }

        /** For the audit. */
        Document changing(Changed what) {
            return new Document(status, type, body, etag, Optional.of(what), false);
        }

        /** It was so already. */
        Document withoutChange() {
            return new Document(status, type, body, etag, changed, true);
        }
    }

    /** Events as they come, until either side ends it. */
    record Events(EventStream stream) implements Answer {
        @Override
        public HttpStatus status() {
            return HttpStatus.OK;
        }

        @Override
        public Optional<Changed> changed() {
            return Optional.empty();
        }

        @Override
        public boolean changesNothing() {
            return true;
        }
    }

    static Document ok(ObjectNode json) {
        return of(HttpStatus.OK, json);
    }

    static Document of(HttpStatus status, ObjectNode json) {
        return new Document(status, MediaType.JSON_UTF_8, Json.text(json));
    }
}
