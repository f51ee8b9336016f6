package dev.homeport.router.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.homeport.router.admission.Admission.Decision;
import dev.homeport.topology.ProjectId;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class AdmissionTest {
    private static final ProjectId P1 = new ProjectId("p1");
    private static final ProjectId P2 = new ProjectId("p2");

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private long nanos = Long.MAX_VALUE - 1000; // it may overflow

    private Admission admission(AdmissionLimits limits) {
        return new Admission(limits, registry, () -> nanos);
    }

    private static AdmissionLimits limits(int address, int project, int user, int rate) {
        return new AdmissionLimits(10, of(address), of(project), of(user), of(rate), of(rate));
    }

    private static OptionalInt of(int limit) {
        return limit == 0 ? OptionalInt.empty() : OptionalInt.of(limit);
    }

    private static InetSocketAddress from(String host) {
        return new InetSocketAddress(host, 4711);
    }

    private double near(String limit) {
        return registry.get("router.limits.near").tag("limit", limit).gauge().value();
    }

    private double reached(String limit) {
        return registry.get("router.limits.near.reached").tag("limit", limit).counter().count();
    }

    private static Admission.Permit permit(Decision decision) {
        assertThat(decision).isInstanceOf(Decision.Admitted.class);
        return ((Decision.Admitted) decision).permit();
    }

    private static String reason(Decision decision) {
        assertThat(decision).isInstanceOf(Decision.Refused.class);
        return ((Decision.Refused) decision).reason();
    }

    @Test
    void oneAddressTakesNoPlaceFromAnother() {
        // Given
        Admission admission = admission(limits(2, 0, 0, 0));
        Admission.Permit first = permit(admission.connected(from("10.0.0.1")));
        permit(admission.connected(from("10.0.0.1")));

        // Then
        assertThat(reason(admission.connected(from("10.0.0.1"))))
                .isEqualTo("10.0.0.1 has 2 already");
        permit(admission.connected(from("10.0.0.2")));
        assertThat(near("address")).isOne();

        // When
        first.release();
        first.release();

        // Then: once
        assertThat(near("address")).isZero();
        permit(admission.connected(from("10.0.0.1")));
        assertThat(reason(admission.connected(from("10.0.0.1")))).contains("2 already");
    }

    @Test
    void aRefusedOneHasTakenNothing() {
        // Given
        Admission admission = admission(limits(1, 1, 2, 0));
        Admission.Permit login = permit(admission.login(P1, "app"));
        permit(admission.login(P2, "app"));

        // When
        for (int i = 0; i < 20; i++) {
            assertThat(reason(admission.login(P1, "jo"))).isEqualTo("the project has 1 already");
            assertThat(reason(admission.login(new ProjectId("p3"), "app")))
                    .isEqualTo("the user has 2 already");
        }
        login.release();

        // Then
        permit(admission.login(P1, "app"));
        permit(admission.login(new ProjectId("p3"), "jo"));
        permit(admission.connected(from("10.0.0.1")));
        for (int i = 0; i < 20; i++) {
            reason(admission.connected(from("10.0.0.1")));
        }
        for (int i = 2; i <= 10; i++) {
            permit(admission.connected(from("10.0.0." + i)));
        }
        assertThat(reason(admission.connected(from("10.0.0.99")))).isEqualTo("this router is full");
        assertThat(near("connections")).isOne();
    }

    @Test
    void aBurstPassesAndThenSoManyASecond() {
        // Given
        Admission admission = admission(limits(0, 0, 0, 2));
        for (int i = 0; i < 20; i++) {
            permit(admission.login(P1, "app"));
        }

        // When
        Decision tooFast = admission.login(P1, "app");

        // Then
        assertThat(tooFast)
                .isEqualTo(new Decision.Refused(true, "the project opens more than 2 a second"));
        permit(admission.login(P2, "app"));
        nanos += 500_000_000L;
        permit(admission.login(P1, "app"));
        reason(admission.login(P1, "app"));
        nanos += 3_600_000_000_000L;
        for (int i = 0; i < 20; i++) {
            permit(admission.login(P1, "app"));
        }
        reason(admission.login(P1, "app"));
    }

    @Test
    void whoComesNearARateIsCountedForAMinute() {
        // Given: eighty of a hundred that may come at once
        Admission admission = admission(limits(0, 0, 0, 10));
        for (int i = 0; i < 79; i++) {
            nanos += 1_000_000;
            permit(admission.login(P1, "app"));
        }
        assertThat(near("logins-of-project")).isZero();
        assertThat(admission.near()).isEmpty();

        // When
        permit(admission.login(P1, "app"));
        permit(admission.login(P1, "app"));
        permit(admission.login(P2, "app"));

        // Then
        assertThat(near("logins-of-project")).isOne();
        assertThat(near("connects-of-address")).isZero();
        assertThat(reached("logins-of-project")).isOne();
        assertThat(admission.near()).containsOnly(entry(LimitKind.LOGINS_OF_PROJECT, 1));
        nanos += Rates.NEAR_FOR.toNanos() - 1;
        assertThat(near("logins-of-project")).isOne();
        nanos++;
        assertThat(near("logins-of-project")).isZero();
    }

    @Test
    void whoGoesAtFourFifthsOfARateIsNearItAndWhoGoesSlowerIsNot() {
        // Given
        Admission admission = admission(limits(0, 0, 0, 10));

        // When: ten minutes of 9 a second, and of 7
        for (int i = 0; i < 600 * 9; i++) {
            nanos += 1_000_000_000L / 9;
            permit(admission.login(P1, "app"));
        }
        assertThat(near("logins-of-project")).isOne();
        nanos += Rates.NEAR_FOR.toNanos();
        for (int i = 0; i < 600 * 7; i++) {
            nanos += 1_000_000_000L / 7;
            permit(admission.login(P1, "app"));
        }

        // Then
        assertThat(near("logins-of-project")).isZero();
        assertThat(reached("logins-of-project")).isOne();
    }

    @Test
    void whoIsRefusedForARateIsNearIt() {
        // Given
        Admission admission = admission(limits(0, 0, 0, 1));
        for (int i = 0; i < 10; i++) {
            permit(admission.connected(from("10.0.0." + i)));
        }
        assertThat(near("connects-of-address")).isZero();
        for (int i = 0; i < 9; i++) {
            admission.connected(from("10.0.0.1"));
        }

        // When
        for (int i = 0; i < 3; i++) {
            reason(admission.connected(from("10.0.0.1")));
            nanos += 1_000_000L;
            assertThat(near("connects-of-address")).isOne();
        }

        // Then: told of once
        assertThat(reached("connects-of-address")).isOne();
    }

    @Test
    void aSmallRateIsNearWithFourOfFiveAndNotWithWhatHasSunk() {
        // Given
        var slow = Rates.perMinute(5, () -> nanos, key -> {});
        var fast = Rates.perMinute(5, () -> nanos, key -> {});

        // When
        for (int i = 0; i < 3; i++) {
            assertThat(slow.take("a")).isTrue();
        }
        nanos += Duration.ofSeconds(14).toNanos();
        assertThat(slow.take("a")).isTrue();
        for (int i = 0; i < 4; i++) {
            assertThat(fast.take("a")).isTrue();
            nanos += Duration.ofMillis(50).toNanos();
        }

        // Then
        assertThat(slow.near()).isZero();
        assertThat(fast.near()).isOne();
    }

    @Test
    void ofThoseThatAreNearARateNoMoreAreRememberedThanThereAreKeys() {
        // Given
        var rates = Rates.perMinute(1, () -> nanos, key -> {});

        // When
        for (int i = 0; i < Rates.MOST_KEYS + 10; i++) {
            assertThat(rates.take("key" + i)).isTrue();
        }

        // Then
        assertThat(rates.near()).isEqualTo(Rates.MOST_KEYS);
    }

    @Test
    void addressesThatComeAndGoAreForgotten() {
        // Given
        var rates = new Rates(OptionalInt.of(1), () -> nanos, key -> {});
        for (int i = 0; i < Rates.BURST_SECONDS; i++) {
            assertThat(rates.take("busy")).isTrue();
        }
        assertThat(rates.take("busy")).isFalse();

        // When
        for (int i = 0; i < Rates.MOST_KEYS; i++) {
            rates.take("other" + i);
        }

        // Then
        assertThat(rates.take("busy")).isTrue();
    }

    @Property(tries = 200)
    void placesAreCountedAsASimpleMapWould(
            @ForAll @IntRange(min = 1, max = 7) int most, @ForAll Random random) {
        // Given
        var near = new AtomicInteger();
        var places = new Places(OptionalInt.of(most), key -> near.incrementAndGet());
        Map<String, Integer> model = new HashMap<>();
        Deque<String> taken = new ArrayDeque<>();

        for (int i = 0; i < 200; i++) {
            // When
            if (random.nextBoolean() || taken.isEmpty()) {
                String key = "k" + random.nextInt(4);
                boolean isFree = model.getOrDefault(key, 0) < most;
                assertThat(places.take(key)).isEqualTo(isFree);
                if (isFree) {
                    model.merge(key, 1, Integer::sum);
                    taken.add(key);
                }
            } else {
                String key = taken.removeFirst();
                places.giveBack(key);
                model.computeIfPresent(key, (same, n) -> n == 1 ? null : n - 1);
            }

            // Then
            assertThat(places.keys()).isEqualTo(model.size());
            assertThat(places.near())
                    .isEqualTo((int) model.values().stream().filter(n -> n >= 0.8 * most).count());
        }
    }

    @Test
    void manyThreadsNeverGetMoreThanThereIs() throws InterruptedException {
        // Given
        var places = new Places(OptionalInt.of(5), key -> {});
        var present = new AtomicInteger();
        var most = new AtomicInteger();
        var done = new CountDownLatch(8);
        Runnable client =
                () -> {
                    for (int i = 0; i < 20_000; i++) {
                        if (places.take("k")) {
                            most.accumulateAndGet(present.incrementAndGet(), Math::max);
                            present.decrementAndGet();
                            places.giveBack("k");
                        }
                    }
                    done.countDown();
                };

        // When
        for (int i = 0; i < 8; i++) {
            Thread.ofPlatform().start(client);
        }
        done.await();

        // Then
        assertThat(most.get()).isBetween(1, 5);
        assertThat(places.keys()).isZero();
        assertThat(places.near()).isZero();
    }
}
