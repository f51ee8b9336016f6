package dev.homeport.router.error;

import static java.util.Objects.requireNonNull;

import dev.homeport.router.protocol.ErrPacket;
import dev.homeport.topology.ClusterId;
import dev.homeport.topology.ProjectId;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/**
 * One error for one client. Its message starts with what happened, may go on with a detail, and
 * ends in a stable token such as {@code [homeport cluster_offline cluster=c1 project=p42
 * retry_after=60]}; the whole stays under 400 bytes so that no client cuts the token off.
 *
 * @param detail what more can be said, empty if nothing; sanitised and cut when the message is made
 */
public record ClientError(
        ErrorKind kind,
        Optional<ClusterId> cluster,
        Optional<ProjectId> project,
        String detail,
        Optional<Duration> retryAfter) {
    private static final int MOST_MESSAGE_BYTES = 399;

    public ClientError {
        requireNonNull(kind, "kind");
        requireNonNull(cluster, "cluster");
        requireNonNull(project, "project");
        requireNonNull(detail, "detail");
        requireNonNull(retryAfter, "retryAfter");
    }

    /** An error that concerns no project in particular. */
    public static ClientError of(ErrorKind kind, String detail) {
        return new ClientError(kind, Optional.empty(), Optional.empty(), detail, Optional.empty());
    }

    /** An error of a project, on its home if that is known. */
    public static ClientError of(
            ErrorKind kind, Optional<ClusterId> cluster, ProjectId project, String detail) {
        return new ClientError(kind, cluster, Optional.of(project), detail, Optional.empty());
    }

    /** The same without a detail: before authentication nobody is told an operator's reason. */
    public ClientError withoutDetail() {
        return withDetail("");
    }

    public ClientError withDetail(String newDetail) {
        return new ClientError(kind, cluster, project, newDetail, retryAfter);
    }

    /** Of another kind, about the same thing. */
    public ClientError as(ErrorKind otherKind) {
        return new ClientError(otherKind, cluster, project, detail, retryAfter);
    }

    /** The text that the client sees. */
    public String message() {
        String token = token();
        int left = MOST_MESSAGE_BYTES - bytes(token) - bytes(kind.text()) - 3;
        // Whatever its length: nobody sees more of it.
        String beginning = detail.substring(0, Math.min(detail.length(), MOST_MESSAGE_BYTES));
        String clean = cut(sanitised(beginning), left);
        return kind.text() + (clean.isEmpty() ? "" : ": " + clean) + " " + token;
    }

    /** The packet, with SQLSTATE: only for clients that have answered the greeting. */
    public ErrPacket packet() {
        return new ErrPacket(kind.code(), kind.sqlState(), message());
    }

    private String token() {
        var token = new StringBuilder("[homeport ").append(kind.token());
        cluster.ifPresent(id -> token.append(" cluster=").append(id));
        project.ifPresent(id -> token.append(" project=").append(id));
        retryAfter.ifPresent(time -> token.append(" retry_after=").append(time.toSeconds()));
        return token.append(']').toString();
    }

    /** Without control characters, and without the brackets that only the token may have. */
    private static String sanitised(String text) {
        return text.replaceAll("[\\p{C}\\p{Zl}\\p{Zp}\\[\\]]+", " ").strip();
    }

    private static String cut(String text, int mostBytes) {
        String cut = text;
        while (bytes(cut) > Math.max(0, mostBytes)) {
            cut = cut.substring(0, cut.offsetByCodePoints(cut.length(), -1));
        }
        return cut;
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
