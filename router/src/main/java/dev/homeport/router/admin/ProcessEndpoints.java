package dev.homeport.router.admin;

import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import java.util.Optional;

/** Liveness, readiness and metrics of this process. */
final class ProcessEndpoints {
    private static final MediaType EXPOSITION =
            MediaType.parse("text/plain; version=0.0.4; charset=utf-8");

    private final AdminParts parts;

    ProcessEndpoints(AdminParts parts) {
        this.parts = parts;
    }

    /** Why this router cannot do its work; empty if it can. */
    static Optional<String> notReady(AdminParts parts) {
        return parts.source().current().isEmpty()
                ? Optional.of("this router has no picture of the fleet yet")
                : parts.readiness().problem();
    }

    /** That this is answered at all is the answer. */
    Answer live(Call call) {
        return Answer.ok(Json.object().put("status", "live"));
    }

    Answer ready(Call call) {
        Optional<String> problem = notReady(parts);
        return problem.map(
                        why ->
                                Answer.of(
                                        HttpStatus.SERVICE_UNAVAILABLE,
                                        Json.object()
                                                .put("status", "not ready")
                                                .put("reason", why)))
                .orElseGet(() -> Answer.ok(Json.object().put("status", "ready")));
    }

    Answer metrics(Call call) {
        return new Answer.Document(HttpStatus.OK, EXPOSITION, parts.meters().scrape());
    }
}
