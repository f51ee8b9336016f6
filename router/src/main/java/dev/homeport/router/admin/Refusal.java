package dev.homeport.router.admin;

import com.linecorp.armeria.common.HttpStatus;
import dev.homeport.topology.TopologyException;
import dev.homeport.topology.fields.Problems;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** A request that is not carried out; becomes the JSON error of the answer. */
final class Refusal extends Exception {
    private static final long serialVersionUID = 1;
    private static final Duration RETRY_SOON = Duration.ofSeconds(5);

    private final transient HttpStatus status;
    private final String code;
    private final transient List<Problems.Problem> problems;
    private final transient Optional<Duration> retryAfter;
    private transient Optional<String> etag = Optional.empty();
    private transient List<String> conflictsWith = List.of();
    private boolean isDoubtful;

    private Refusal(
            HttpStatus status,
            String code,
            String message,
            List<Problems.Problem> problems,
            Optional<Duration> retryAfter) {
        super(message, null, false, false);
        this.status = status;
        this.code = code;
        this.problems = problems;
        this.retryAfter = retryAfter;
    }

    static Refusal of(HttpStatus status, String code, String message) {
        return new Refusal(status, code, message, List.of(), Optional.empty());
    }

    /** 400 with everything that is wrong. */
    static Refusal invalid(Problems problems) {
        return new Refusal(
                HttpStatus.BAD_REQUEST,
                "invalid",
                problems.text(),
                problems.all(),
                Optional.empty());
    }

    static Refusal invalid(String path, String rule) {
        var problems = new Problems();
        problems.add(path, rule);
        return invalid(problems);
    }

    static Refusal notFound(String code, String message) {
        return of(HttpStatus.NOT_FOUND, code, message);
    }

    static Refusal conflict(String code, String message) {
        return of(HttpStatus.CONFLICT, code, message);
    }

    /**
     * 409: somebody else has changed the record since the caller looked.
     *
     * @param etag of what stands there
     */
    static Refusal versionConflict(String message, String etag) {
        Refusal refusal =
                conflict("version_conflict", message + "; read it again, then change what it is");
        refusal.etag = Optional.of(etag);
        return refusal;
    }

    /** The same, with the records that stand in the way. */
    private Refusal with(List<String> records) {
        conflictsWith = records;
        return this;
    }

    /** The same, where something may have been changed all the same. */
    Refusal doubtful() {
        isDoubtful = true;
        return this;
    }

    /** 503 with Retry-After: asking again later may help. */
    static Refusal unavailable(String code, String message) {
        return new Refusal(
                HttpStatus.SERVICE_UNAVAILABLE, code, message, List.of(), Optional.of(RETRY_SOON));
    }

    /** What a write that was not carried out means for the caller. */
    static Refusal of(TopologyException e) {
        return switch (e.reason()) {
            case UNAVAILABLE -> unavailable("zookeeper_unavailable", e.getMessage()).doubtful();
            case CONFLICT ->
                    e.currentVersion().isPresent()
                            ? versionConflict(
                                    e.getMessage(), EntityTags.of(e.currentVersion().getAsInt()))
                            : conflict("conflict", e.getMessage()).with(e.conflictsWith());
            case NOT_FOUND -> notFound("not_found", e.getMessage());
            case INVALID -> invalid("", e.getMessage());
        };
    }

    /** Of the record as it stands, where the caller went by another version. */
    Optional<String> etag() {
        return etag;
    }

    /** The records that stand in the way, by their paths in ZooKeeper, where it is they alone. */
    List<String> conflictsWith() {
        return conflictsWith;
    }

    /** Whether something may have been changed all the same. */
    boolean isDoubtful() {
        return isDoubtful;
    }

    HttpStatus status() {
        return status;
    }

    String code() {
        return code;
    }

    List<Problems.Problem> problems() {
        return problems;
    }

    Optional<Duration> retryAfter() {
        return retryAfter;
    }
}
