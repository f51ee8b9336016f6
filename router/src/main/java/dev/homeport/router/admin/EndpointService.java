package dev.homeport.router.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.linecorp.armeria.common.AggregatedHttpRequest;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.QueryParams;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.ResponseHeadersBuilder;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import com.linecorp.armeria.server.streaming.ServerSentEvents;
import dev.homeport.topology.TopologyException;
import dev.homeport.topology.fields.Problems;
import dev.homeport.topology.fields.Suggestions;
import io.netty.util.AsciiString;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries the requests of one route: who asks is settled on the event loop from the head alone,
 * then the body is collected, and the rest happens on the threads of the route's lane.
 */
final class EndpointService implements HttpService {
    private static final Logger LOG = LoggerFactory.getLogger(EndpointService.class);

    private static final AsciiString LAST_EVENT_ID = HttpHeaderNames.of("last-event-id");

    /** Proxies wait a minute for the next byte, or half of one. */
    private static final Duration HEARTBEAT = Duration.ofSeconds(15);

    private static final ResponseHeaders EVENTS =
            ResponseHeaders.of(
                    HttpStatus.OK,
                    HttpHeaderNames.CONTENT_TYPE,
                    MediaType.EVENT_STREAM,
                    HttpHeaderNames.CACHE_CONTROL,
                    "no-store");

    private final Endpoint endpoint;
    private final Gatekeeper gatekeeper;
    private final Executor threads;
    private final Auditor auditor;
    private final TurnedAway turnedAway;

    EndpointService(
            Endpoint endpoint,
            Gatekeeper gatekeeper,
            Executor threads,
            Auditor auditor,
            TurnedAway turnedAway) {
        this.endpoint = endpoint;
        this.gatekeeper = gatekeeper;
        this.threads = threads;
        this.auditor = auditor;
        this.turnedAway = turnedAway;
    }

    @Override
    public HttpResponse serve(ServiceRequestContext context, HttpRequest request) {
        Caller caller;
        try {
            caller = gatekeeper.admit(head(request.headers()), endpoint.role());
            requireJson(request);
        } catch (Refusal e) {
            turnedAway.note(endpoint, context, e);
            // After the last byte of the body, which nobody keeps: a client whose sending is cut
            // off may take that for a broken connection and never see the answer.
            return HttpResponse.of(
                    request.subscribe().handle((nothing, broken) -> Errors.response(e)));
        }
        CompletableFuture<HttpResponse> response =
                request.aggregate().thenCompose(whole -> onThreads(context, caller, whole));
        return HttpResponse.of(response);
    }

    private CompletableFuture<HttpResponse> onThreads(
            ServiceRequestContext context, Caller caller, AggregatedHttpRequest request) {
        CompletableFuture<HttpResponse> response = new CompletableFuture<>();
        try {
            threads.execute(() -> response.complete(answered(context, caller, request)));
        } catch (RejectedExecutionException e) {
            Refusal refusal = Refusal.unavailable("overloaded", "too many requests are waiting");
            turnedAway.note(endpoint, context, refusal);
            response.complete(Errors.response(refusal));
        }
        return response;
    }

    private HttpResponse answered(
            ServiceRequestContext context, Caller caller, AggregatedHttpRequest request) {
        var asked = Auditor.Request.of(endpoint, caller, context, Json.object());
        try {
            JsonNode body = Json.parse(request.content().array());
            asked = asked.with(body);
            Call call =
                    new Call(
                            caller,
                            context.pathParams(),
                            query(context),
                            body,
                            ifMatch(request.headers()),
                            Optional.ofNullable(request.headers().get(LAST_EVENT_ID)),
                            context::isCancelled);
            Answer answer = endpoint.handler().answer(call);
            auditor.answered(asked, answer);
            return response(context, answer);
        } catch (Refusal e) {
            return refused(asked, e);
        } catch (TopologyException e) {
            return refused(asked, Refusal.of(e));
        } catch (RuntimeException e) {
            LOG.atError().addKeyValue("path", endpoint.path()).setCause(e).log("bug in a route");
            return refused(
                    asked,
                    Refusal.of(
                                    HttpStatus.INTERNAL_SERVER_ERROR,
                                    "internal",
                                    "this is a bug of the router; its log has the details")
                            .doubtful());
        }
    }

    private HttpResponse refused(Auditor.Request asked, Refusal refusal) {
        auditor.refused(asked, refusal);
        return Errors.response(refusal);
    }

    /** Nobody is to believe that a condition was looked at where none is. */
    private Optional<String> ifMatch(RequestHeaders headers) throws Refusal {
        Optional<String> header = Optional.ofNullable(headers.get(HttpHeaderNames.IF_MATCH));
        if (header.isPresent() && endpoint.isWrite() && !EntityTags.areTakenBy(endpoint)) {
            throw Refusal.invalid("If-Match", "is not known here: " + endpoint.path());
        }
        return header;
    }

    private static HttpResponse response(ServiceRequestContext context, Answer answer) {
        return switch (answer) {
            case Answer.Document document -> response(document);
            case Answer.Events events -> response(context, events.stream());
        };
    }

    private static HttpResponse response(Answer.Document document) {
        ResponseHeadersBuilder headers =
                ResponseHeaders.builder(document.status()).contentType(document.type());
        document.etag().ifPresent(tag -> headers.set(HttpHeaderNames.ETAG, tag));
        return HttpResponse.of(headers.build(), HttpData.ofUtf8(document.body()));
    }

    private static HttpResponse response(ServiceRequestContext context, EventStream stream) {
        context.clearRequestTimeout();
        HttpResponse response = ServerSentEvents.fromPublisher(EVENTS, stream.messages());
        ScheduledFuture<?> heartbeat =
                context.eventLoop()
                        .scheduleAtFixedRate(
                                stream::heartbeat,
                                HEARTBEAT.toMillis(),
                                HEARTBEAT.toMillis(),
                                TimeUnit.MILLISECONDS);
        response.whenComplete()
                .whenComplete(
                        (done, thrown) -> {
                            heartbeat.cancel(false);
                            stream.abandon();
                        });
        return response;
    }

    private void requireJson(HttpRequest request) throws Refusal {
        MediaType type = request.contentType();
        if (endpoint.hasBody() && (type == null || !type.isJson())) {
            throw Refusal.of(
                    HttpStatus.UNSUPPORTED_MEDIA_TYPE,
                    "unsupported_media_type",
                    "Content-Type must be application/json");
        }
    }

    private Map<String, String> query(ServiceRequestContext context) throws Refusal {
        QueryParams parameters = context.queryParams();
        var problems = new Problems();
        Map<String, String> result = new LinkedHashMap<>();
        for (String name : parameters.names()) {
            if (!endpoint.knows(name)) {
                problems.addUnknown(
                        Reasons.shown(name),
                        "unknown query parameter; known are " + endpoint.query(),
                        Suggestions.nearest(name, endpoint.query()));
            } else if (parameters.getAll(name).size() > 1) {
                problems.add(name, "stands there more than once");
            } else {
                result.put(name, parameters.get(name));
            }
        }
        if (!problems.isEmpty()) {
            throw Refusal.invalid(problems);
        }
        return result;
    }

    private static Gatekeeper.Head head(RequestHeaders headers) {
        return new Gatekeeper.Head(
                // An HTTP/1 request that is upgraded to HTTP/2 has no :authority.
                headers.get(HttpHeaderNames.AUTHORITY, headers.get(HttpHeaderNames.HOST, "")),
                headers.get(HttpHeaderNames.ORIGIN, ""),
                headers.get(HttpHeaderNames.of("sec-fetch-site"), ""),
                headers.get(HttpHeaderNames.AUTHORIZATION, ""));
    }
}
