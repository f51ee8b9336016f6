package dev.homeport.sandbox.drill;

import static org.assertj.core.api.Assertions.assertThat;

import dev.homeport.sandbox.drill.PlayResult.Containment;
import dev.homeport.sandbox.drill.PlayResult.Detection;
import dev.homeport.sandbox.drill.PlayResult.Recovery;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class PromisesTest {
    private static final Optional<Duration> SOON = Optional.of(Duration.ofMillis(10));
    private static final BystanderCounts CALM =
            new BystanderCounts(100, 0, List.of(), Duration.ofMillis(5));

    @Test
    void holdWhereNothingIsLostAndAllComesBack() {
        assertThat(broken(kept(0, List.of(), CALM))).isEmpty();
    }

    @Test
    void doNotHoldWhereATableIsLostOrComesBackOtherwise() {
        assertThat(broken(kept(1, List.of("ns_users"), CALM)))
                .containsExactly("nothing is lost", "undrop brings every table back as it was");
    }

    @Test
    void doNotHoldWhereOthersGetErrorsOrDidNotRun() {
        assertThat(broken(kept(0, List.of(), BystanderCounts.failed("reset"))))
                .containsExactly("other projects notice nothing");
        assertThat(broken(kept(0, List.of(), BystanderCounts.NONE)))
                .containsExactly("other projects notice nothing");
    }

    @Test
    void holdWhereALossIsNoticedAndContained() {
        assertThat(broken(lost("not through a router (thread 7)", true))).isEmpty();
    }

    @Test
    void doNotHoldWhereNobodySaysWhoDidItOrASessionGoesOn() {
        assertThat(broken(lost("not known: no router was asked", false)))
                .containsExactly(
                        "it says who did it",
                        "the project is refused by every router, in running sessions, too");
    }

    private static List<String> broken(PlayResult result) {
        return Promises.of(result).stream()
                .filter(promise -> !promise.isKept())
                .map(Promise::text)
                .toList();
    }

    private static PlayResult kept(int lost, List<String> differing, BystanderCounts others) {
        return new PlayResult(
                new Play(Mode.GUARD, Variant.CLEANUP, "p1"),
                6,
                lost,
                2,
                detection("suspicious-drop", "alert", "", "app of project p1"),
                Optional.empty(),
                Optional.of(new Recovery(Duration.ofMillis(20), differing, true)),
                others,
                List.of());
    }

    private static PlayResult lost(String actor, boolean sessionRefused) {
        return new PlayResult(
                new Play(Mode.AROUND, Variant.CLEANUP, "p1"),
                6,
                2,
                0,
                detection("data-loss", "contain", "0-1-7", actor),
                Optional.of(new Containment(SOON, SOON, sessionRefused, SOON)),
                Optional.empty(),
                CALM,
                List.of());
    }

    private static Detection detection(String kind, String limit, String gtid, String actor) {
        return new Detection(
                SOON,
                SOON,
                Optional.of(
                        new IncidentFacts(
                                "c1-1", kind, limit, List.of("p1"), false, gtid, actor, 2)));
    }
}
