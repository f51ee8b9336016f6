package dev.homeport.router.admin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.ResponseHeadersBuilder;
import com.linecorp.armeria.common.annotation.Nullable;
import com.linecorp.armeria.server.ServerErrorHandler;
import com.linecorp.armeria.server.ServiceConfig;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.homeport.topology.fields.Problems;
import java.util.Locale;

/** The JSON form of errors, those of the routes and those of the HTTP server alike. */
final class Errors implements ServerErrorHandler {
    static HttpResponse response(Refusal refusal) {
        ResponseHeadersBuilder headers =
                ResponseHeaders.builder(refusal.status()).contentType(MediaType.JSON_UTF_8);
        refusal.retryAfter()
                .ifPresent(
                        after ->
                                headers.set(
                                        HttpHeaderNames.RETRY_AFTER,
                                        Long.toString(after.toSeconds())));
        if (refusal.status().equals(HttpStatus.UNAUTHORIZED)) {
            headers.set(HttpHeaderNames.WWW_AUTHENTICATE, "Bearer realm=\"homeport\"");
        }
        refusal.etag().ifPresent(tag -> headers.set(HttpHeaderNames.ETAG, tag));
        return HttpResponse.of(headers.build(), HttpData.ofUtf8(Json.text(json(refusal))));
    }

    /**
     * What the server gives up on by itself takes its default way, which ends in the form below.
     */
    @Override
    public HttpResponse onServiceException(ServiceRequestContext context, Throwable cause) {
        return ServerErrorHandler.ofDefault().onServiceException(context, cause);
    }

    /** Errors that no route saw: unknown paths, bodies too large, timeouts. */
    @Override
    public AggregatedHttpResponse renderStatus(
            @Nullable ServiceRequestContext context,
            ServiceConfig config,
            @Nullable RequestHeaders headers,
            HttpStatus status,
            @Nullable String description,
            @Nullable Throwable cause) {
        String code = status.reasonPhrase().toLowerCase(Locale.ROOT).replace(' ', '_');
        return AggregatedHttpResponse.of(
                status,
                MediaType.JSON_UTF_8,
                HttpData.ofUtf8(Json.text(json(code, status.toString()))));
    }

    private static ObjectNode json(Refusal refusal) {
        ObjectNode json = json(refusal.code(), refusal.getMessage());
        refusal.etag().ifPresent(tag -> json.withObject("/error").put("etag", tag));
        if (!refusal.conflictsWith().isEmpty()) {
            ArrayNode records = json.withObject("/error").putArray("conflictsWith");
            refusal.conflictsWith().forEach(records::add);
        }
        if (!refusal.problems().isEmpty()) {
            ArrayNode problems = json.withObject("/error").putArray("problems");
            for (Problems.Problem problem : refusal.problems()) {
                ObjectNode one = problems.addObject();
                one.put("field", problem.path());
                one.put("rule", problem.rule());
                Json.put(one, "suggestion", problem.suggestion());
            }
        }
        return json;
    }

    private static ObjectNode json(String code, String message) {
        ObjectNode json = Json.object();
        json.putObject("error").put("code", code).put("message", message);
        return json;
    }
}
