package dev.homeport.router.peer;

import com.linecorp.armeria.client.ClientFactory;
import com.linecorp.armeria.client.ClientFactoryBuilder;
import com.linecorp.armeria.client.ResponseTimeoutException;
import com.linecorp.armeria.client.ResponseTimeoutMode;
import com.linecorp.armeria.client.WebClient;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import dev.homeport.router.session.ConnectionIds;
import dev.homeport.router.session.KillOutcome;
import dev.homeport.router.session.OtherRouters;
import dev.homeport.topology.FleetReports;
import dev.homeport.topology.ProjectId;
import dev.homeport.topology.RouterId;
import dev.homeport.topology.RouterReport;
import dev.homeport.topology.TableName;
import dev.homeport.topology.fields.Secret;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the router whose number a connection id begins with among those that are registered, and
 * asks it over its REST interface, with the secret that all routers share. An event loop of its
 * own; a bounded number of questions at once, each with a deadline. Thread-safe.
 */
public final class PeerDirectory implements OtherRouters, AutoCloseable {
    /** From the question to the answer; a KILL waits no longer. */
    public static final Duration DEADLINE = Duration.ofSeconds(1);

    /** What a client whose CREATE TABLE failed waits for the others to know it. */
    private static final Duration NOTICE_DEADLINE = Duration.ofMillis(300);

    private static final Duration GRACE = Duration.ofMillis(200);
    private static final Duration IDLE_TIMEOUT = Duration.ofSeconds(30);
    private static final int MOST_ANSWER_BYTES = 16 * 1024;
    private static final int MOST_QUESTIONS = 64;

    /** More than one router goes by a number only by accident. */
    private static final int MOST_OWNERS = 3;

    private static final Logger log = LoggerFactory.getLogger(PeerDirectory.class);

    private final RouterId self;
    private final FleetReports reports;
    private final Supplier<Optional<Secret>> token;
    private final Duration deadline;
    private final ClientFactory factory;
    private final WebClient client;
    private final Semaphore questions = new Semaphore(MOST_QUESTIONS);
    private final Complaints complaints = new Complaints(log);

    /**
     * @param access without a secret nobody is asked
     */
    public PeerDirectory(
            RouterId self, FleetReports reports, PeerAccess access, Duration deadline) {
        this.self = self;
        this.reports = reports;
        this.token = access.secret();
        this.deadline = deadline;
        this.factory = factory(access, deadline);
        this.client =
                WebClient.builder()
                        .factory(factory)
                        .responseTimeout(deadline)
                        .responseTimeoutMode(ResponseTimeoutMode.FROM_START)
                        .maxResponseLength(MOST_ANSWER_BYTES)
                        .build();
    }

    private static ClientFactory factory(PeerAccess access, Duration deadline) {
        ClientFactoryBuilder builder =
                ClientFactory.builder()
                        .workerGroup(1)
                        // Longer than any question: its own deadline is what ends it.
                        .connectTimeout(deadline.multipliedBy(2))
                        .idleTimeout(IDLE_TIMEOUT)
                        // Armeria's own meters go nowhere: its default registry is a global one.
                        .meterRegistry(new CompositeMeterRegistry());
        if (!access.authorities().isEmpty()) {
            builder.tlsCustomizer(context -> context.trustManager(access.authorities()));
        }
        return builder.build();
    }

    @Override
    public CompletableFuture<Answer> find(int connectionId) {
        List<RouterReport> owners = owners(connectionId);
        if (owners.isEmpty()) {
            return nobody(KillOutcome.UNKNOWN);
        }
        Optional<Secret> shown = token.get();
        if (shown.isEmpty()) {
            complaints.about(
                    owners.getFirst().id(),
                    "a KILL is for a connection of another router, and admin.peerTokenFile is not"
                            + " set here");
            return nobody(KillOutcome.NO_PEER_TOKEN);
        }
        return owners.stream()
                .limit(MOST_OWNERS)
                .map(owner -> ask(owner, connectionId, shown.get()))
                .reduce((one, other) -> one.thenCombine(other, PeerDirectory::better))
                .orElseThrow();
    }

    /**
     * Tells all other routers that are registered that a CREATE TABLE failed here, as a clean-up of
     * it may come to any of them. Waits for those that answer soon, and never fails.
     */
    public CompletableFuture<Void> createFailed(ProjectId project, TableName table) {
        Optional<Secret> shown = token.get();
        byte[] body = PeerNotice.createFailed(project, table);
        CompletableFuture<?>[] told =
                reports.routers().values().stream()
                        .filter(one -> !one.id().equals(self) && shown.isPresent())
                        .map(other -> tell(other, shown.get(), body))
                        .toArray(CompletableFuture[]::new);
        return CompletableFuture.allOf(told);
    }

    private CompletableFuture<Void> tell(RouterReport other, Secret shown, byte[] body) {
        if (!questions.tryAcquire()) {
            return CompletableFuture.completedFuture(null);
        }
        CompletableFuture<Void> answer = new CompletableFuture<>();
        post(other.adminUrl() + PeerNotice.CREATE_FAILED, shown, body)
                .orTimeout(NOTICE_DEADLINE.toMillis(), TimeUnit.MILLISECONDS)
                .whenComplete(
                        (response, thrown) -> {
                            questions.release();
                            answer.complete(null);
                        });
        return answer;
    }

    private CompletableFuture<AggregatedHttpResponse> post(String url, Secret shown, byte[] body) {
        try {
            return client.prepare()
                    .post(url)
                    .header(HttpHeaderNames.AUTHORIZATION, "Bearer " + shown.value())
                    .content(MediaType.JSON, body)
                    .execute()
                    .aggregate();
        } catch (IllegalArgumentException e) {
            return CompletableFuture.failedFuture(e); // what it registered as its URL is none
        }
    }

    /**
     * Asks that router, this one for instance, for nothing in particular: what a first question
     * takes in loading and connecting is not to be taken from the time of the first KILL.
     */
    public void warmUp(String adminUrl) {
        client.get(adminUrl + "/health/live").aggregate();
    }

    private List<RouterReport> owners(int connectionId) {
        int number = ConnectionIds.routerNumber(connectionId);
        return reports.routers().values().stream()
                .filter(one -> !one.id().equals(self))
                .filter(one -> one.numbers().stream().anyMatch(had -> had.value() == number))
                .toList();
    }

    private static Answer better(Answer one, Answer other) {
        return one instanceof Answer.Session ? one : other;
    }

    private CompletableFuture<Answer> ask(RouterReport owner, int connectionId, Secret shown) {
        if (!questions.tryAcquire()) {
            return nobody(KillOutcome.BUSY);
        }
        CompletableFuture<Answer> answer =
                request(owner.adminUrl() + "/v1/connections/" + connectionId, shown)
                        .thenApply(response -> answer(owner, response))
                        .exceptionally(cause -> failure(owner, cause));
        answer.whenComplete((done, failed) -> questions.release());
        return answer;
    }

    /** Armeria's deadline ends the request; the other one is for what it does not cover. */
    private CompletableFuture<AggregatedHttpResponse> request(String url, Secret shown) {
        try {
            return client.prepare()
                    .get(url)
                    .header(HttpHeaderNames.AUTHORIZATION, "Bearer " + shown.value())
                    .execute()
                    .aggregate()
                    .orTimeout(deadline.plus(GRACE).toMillis(), TimeUnit.MILLISECONDS);
        } catch (IllegalArgumentException e) {
            return CompletableFuture.failedFuture(e); // what it registered as its URL is none
        }
    }

    private Answer answer(RouterReport owner, AggregatedHttpResponse response) {
        HttpStatus status = response.status();
        if (status.equals(HttpStatus.OK)) {
            return PeerAnswer.read(response.contentUtf8())
                    .<Answer>map(Answer.Session::new)
                    .orElseGet(() -> away(owner, "its answer makes no sense"));
        }
        if (status.equals(HttpStatus.NOT_FOUND)) {
            return new Answer.Nobody(KillOutcome.UNKNOWN);
        }
        if (status.equals(HttpStatus.UNAUTHORIZED) || status.equals(HttpStatus.FORBIDDEN)) {
            complaints.about(
                    owner.id(),
                    "another router does not take the secret in admin.peerTokenFile; it must be"
                            + " the same on all");
            return new Answer.Nobody(KillOutcome.PEER_REFUSED);
        }
        return away(owner, "it answers " + status.codeAsText());
    }

    private Answer failure(RouterReport owner, Throwable thrown) {
        Throwable cause = thrown;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        if (cause instanceof ResponseTimeoutException || cause instanceof TimeoutException) {
            complaints.about(
                    owner.id(), "another router did not say in time whose a connection is");
            return new Answer.Nobody(KillOutcome.PEER_TIMEOUT);
        }
        return away(owner, cause.toString());
    }

    private Answer away(RouterReport owner, String why) {
        complaints.about(
                owner.id(), "another router cannot be asked whose a connection is: " + why);
        return new Answer.Nobody(KillOutcome.PEER_AWAY);
    }

    private static CompletableFuture<Answer> nobody(KillOutcome why) {
        return CompletableFuture.completedFuture(new Answer.Nobody(why));
    }

    @Override
    public void close() {
        factory.close();
    }
}
