package dev.homeport.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class CapabilityOfferTest {
    private static final ServerCapabilities OLD = new ServerCapabilities(0x0481fff7feL);
    private static final ServerCapabilities NEW = new ServerCapabilities(0x1d81fff7feL);
    private static final ServerCapabilities MYSQL = new ServerCapabilities(0xdfffffffL);

    @Test
    void isWhatAllClustersOfTheFamilyHave() {
        assertThat(
                        CapabilityOffer.of(
                                Family.MARIADB,
                                List.of(
                                        cluster(Family.MARIADB, Intent.ACTIVE, Optional.of(NEW)),
                                        cluster(Family.MARIADB, Intent.ACTIVE, Optional.of(OLD)),
                                        cluster(Family.MYSQL, Intent.ACTIVE, Optional.of(MYSQL)))))
                .contains(OLD);
    }

    @Test
    void isUnknownWhileNothingIsKnownOfAnyClusterOfTheFamily() {
        assertThat(CapabilityOffer.of(Family.MARIADB, List.of())).isEmpty();
        assertThat(
                        CapabilityOffer.of(
                                Family.MARIADB,
                                List.of(
                                        cluster(Family.MARIADB, Intent.ACTIVE, Optional.empty()),
                                        cluster(Family.MYSQL, Intent.ACTIVE, Optional.of(MYSQL)))))
                .isEmpty();
    }

    @Test
    void countsOnAClusterThatIsOfflineToComeBack() {
        assertThat(
                        CapabilityOffer.of(
                                Family.MARIADB,
                                List.of(
                                        cluster(Family.MARIADB, Intent.ACTIVE, Optional.of(NEW)),
                                        cluster(Family.MARIADB, Intent.OFFLINE, Optional.of(OLD)))))
                .contains(OLD);
    }

    @Provide
    Arbitrary<ClusterSnapshot> clusters() {
        return Combinators.combine(
                        Arbitraries.of(Family.class),
                        Arbitraries.of(Intent.class),
                        Arbitraries.longs().map(ServerCapabilities::new).optional(0.7))
                .as(CapabilityOfferTest::cluster);
    }

    @Property
    void offersABitIfAndOnlyIfEveryKnownClusterOfTheFamilyHasIt(
            @ForAll Family family,
            @ForAll @Size(max = 4) List<@From("clusters") ClusterSnapshot> all) {
        // Given
        List<ServerCapabilities> known =
                all.stream()
                        .filter(cluster -> cluster.definition().family() == family)
                        .flatMap(cluster -> cluster.verdict().capabilities().stream())
                        .toList();

        // When
        Optional<ServerCapabilities> offer = CapabilityOffer.of(family, all);

        // Then
        assertThat(offer.isPresent()).isEqualTo(!known.isEmpty());
        for (int bit = 0; bit < Long.SIZE && offer.isPresent(); bit++) {
            long flag = 1L << bit;
            assertThat(offer.get().has(flag))
                    .isEqualTo(known.stream().allMatch(one -> one.has(flag)));
        }
    }

    @Property
    void shrinksWithEachClusterThatIsAdded(
            @ForAll Family family,
            @ForAll @Size(max = 4) List<@From("clusters") ClusterSnapshot> some,
            @ForAll("clusters") ClusterSnapshot oneMore) {
        // Given
        List<ClusterSnapshot> more = new ArrayList<>(some);
        more.add(oneMore);

        // When
        Optional<ServerCapabilities> before = CapabilityOffer.of(family, some);
        Optional<ServerCapabilities> after = CapabilityOffer.of(family, more);

        // Then
        before.ifPresent(offer -> assertThat(offer.has(after.orElseThrow().bits())).isTrue());
    }

    private static ClusterSnapshot cluster(
            Family family, Intent intent, Optional<ServerCapabilities> capabilities) {
        var definition =
                new ClusterDefinition(
                        new ClusterId("c1"),
                        family,
                        List.of(new Instance(new InstanceId("c1-1"), "db", 3306)),
                        ClusterDefinition.DEFAULT_WEIGHT,
                        Capacity.UNLIMITED,
                        Map.of(),
                        BackendLink.DEFAULT);
        return new ClusterSnapshot(
                definition,
                new ClusterIntent(
                        intent,
                        "",
                        "",
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty()),
                new Verdict(
                        Health.UNKNOWN,
                        Optional.empty(),
                        List.of(),
                        0,
                        "",
                        List.of(),
                        Optional.empty(),
                        capabilities));
    }
}
