package dev.homeport.router.session;

import static dev.homeport.testkit.fleet.Clusters.aCluster;
import static dev.homeport.testkit.fleet.Fleets.aFleet;
import static org.assertj.core.api.Assertions.assertThat;

import dev.homeport.router.fuzz.Capture;
import dev.homeport.router.protocol.Bytes;
import dev.homeport.router.protocol.Capabilities;
import dev.homeport.router.protocol.Command;
import dev.homeport.router.protocol.StatusFlags;
import dev.homeport.testkit.fleet.Clusters;
import dev.homeport.topology.ClusterIntent;
import dev.homeport.topology.Intent;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How long a session in a transaction has, when limits follow each other. */
class LimitKeeperTest {
    private static final Duration MOMENT = Duration.ofMillis(10);

    private final EmbeddedPair pair = new EmbeddedPair(Capabilities.CAUTIOUS);

    @BeforeEach
    void beginATransaction() {
        Capture capture = Capture.read("mariadb-text");
        pair.logIn(capture, capture.login());
        pair.clientSends(Bytes.packet(0, Command.COM_QUERY, "BEGIN"));
        pair.instanceSends(
                Bytes.packet(
                        1,
                        0x00, // OK
                        0, // affected rows
                        0, // last insert id
                        StatusFlags.SERVER_STATUS_IN_TRANS,
                        0, // high byte of the status flags
                        Bytes.zeros(2))); // warnings
    }

    @AfterEach
    void closeAll() {
        pair.close();
        assertThat(pair.failures()).isEmpty();
        assertThat(pair.bytesInUse()).isZero();
    }

    private static Clusters home() {
        return aCluster("c1").withPrimary("c1-1");
    }

    private static Clusters offline(Duration deadline, String reason) {
        return home().with(
                        new ClusterIntent(
                                Intent.OFFLINE,
                                reason,
                                "somebody",
                                Optional.empty(),
                                Optional.empty(),
                                Optional.of(deadline),
                                Optional.empty()));
    }

    private void fleet(Clusters home) {
        pair.fleet(
                aFleet().with(home)
                        .with(aCluster("c2").withPrimary("c2-1"))
                        .withProject("p1", "c1")
                        .withProject("p2", "c2")
                        .build());
    }

    /** Whether its next command would still reach the instance. */
    private boolean isServed() {
        return pair.isClientOpen() && pair.isInstanceOpen();
    }

    private void assertThatItEndsAfter(Duration left) {
        pair.wait(left.minus(MOMENT));
        boolean isServedUntilThen = isServed();
        pair.wait(MOMENT.multipliedBy(2));
        assertThat(isServedUntilThen).as("until then").isTrue();
        assertThat(isServed()).as("from then on").isFalse();
    }

    @Test
    void aTransactionHasTheDeadline() {
        // When
        fleet(offline(Duration.ofSeconds(60), "disks"));
        // Then
        assertThatItEndsAfter(Duration.ofSeconds(60));
    }

    @Test
    void sayingItAgainWithAnotherReasonGivesNoTimeAnew() {
        // Given
        fleet(offline(Duration.ofSeconds(60), "disks"));
        pair.wait(Duration.ofSeconds(40));
        // When
        fleet(offline(Duration.ofSeconds(60), "other disks"));
        // Then
        assertThatItEndsAfter(Duration.ofSeconds(20));
    }

    @Test
    void aPrimaryThatComesAndGoesGivesADrainNoTimeAnew() {
        // Given
        fleet(home().draining(Duration.ofSeconds(60)));
        pair.wait(Duration.ofSeconds(40));
        // When
        fleet(home().withoutPrimary().draining(Duration.ofSeconds(60)));
        fleet(home().draining(Duration.ofSeconds(60)));
        // Then
        assertThatItEndsAfter(Duration.ofSeconds(20));
    }

    @Test
    void anotherDeadlineCountsFromWhenItWasSaid() {
        // Given
        fleet(offline(Duration.ofSeconds(60), "disks"));
        pair.wait(Duration.ofSeconds(40));
        // When
        fleet(offline(Duration.ofSeconds(90), "disks"));
        // Then
        assertThatItEndsAfter(Duration.ofSeconds(90));
    }

    @Test
    void whatWasLiftedBeginsAnew() {
        // Given
        fleet(offline(Duration.ofSeconds(60), "disks"));
        pair.wait(Duration.ofSeconds(40));
        fleet(home());
        // When
        fleet(offline(Duration.ofSeconds(60), "disks"));
        // Then
        assertThatItEndsAfter(Duration.ofSeconds(60));
    }

    @Test
    void aStopLeavesASessionThatIsToBeCutNoMoreThanItsOwnTime() {
        // Given
        fleet(offline(Duration.ofHours(1), "disks"));
        // When
        pair.stop(Duration.ofSeconds(30));
        // Then
        assertThatItEndsAfter(Duration.ofSeconds(30));
        pair.clientSends(Bytes.packet(0, Command.COM_QUERY, "SELECT 1"));
        assertThat(new String(pair.toClient(), StandardCharsets.ISO_8859_1))
                .contains("[homeport transaction_lost");
    }

    @Test
    void aStopLeavesASessionThatIsToBeCutSoonNoMoreThanItHas() {
        // Given
        fleet(offline(Duration.ofSeconds(20), "disks"));
        pair.wait(Duration.ofSeconds(15));
        // When
        pair.stop(Duration.ofSeconds(30));
        // Then
        assertThatItEndsAfter(Duration.ofSeconds(5));
    }

    @Test
    void aStopLeavesASessionThatIsToFinishNoMoreThanItHas() {
        // Given
        fleet(home().draining(Duration.ofSeconds(20)));
        pair.wait(Duration.ofSeconds(15));
        // When
        pair.stop(Duration.ofSeconds(30));
        // Then
        assertThatItEndsAfter(Duration.ofSeconds(5));
    }

    @Test
    void whatComesDuringAStopOnlyShortensIt() {
        // Given
        pair.stop(Duration.ofSeconds(30));
        pair.wait(Duration.ofSeconds(5));
        // When
        fleet(offline(Duration.ofHours(1), "disks"));
        fleet(home());
        // Then
        assertThatItEndsAfter(Duration.ofSeconds(25));
    }

    @Test
    void anOfflineDuringAStopIsObeyed() {
        // Given
        pair.stop(Duration.ofSeconds(30));
        // When
        fleet(offline(Duration.ofSeconds(2), "disks"));
        // Then
        assertThatItEndsAfter(Duration.ofSeconds(2));
    }

    @Test
    void aDrainDuringAStopIsObeyed() {
        // Given
        pair.stop(Duration.ofSeconds(30));
        // When
        fleet(home().draining(Duration.ofSeconds(2)));
        // Then
        assertThatItEndsAfter(Duration.ofSeconds(2));
    }
}
