package dev.homeport.sandbox.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class HomeTimelineTest {
    private final HomeTimeline timeline = new HomeTimeline();

    @BeforeEach
    void movesOnce() {
        timeline.bornAt("p1", "c1");
        timeline.moved("p1", "c2", at(10), at(11), at(13));
    }

    @Test
    void allowsTheOldHomeUntilAllRoutersMustKnow() {
        assertThat(timeline.allows("p1", "c1", at(13))).isTrue();
        assertThat(timeline.allows("p1", "c1", at(14))).isFalse();
        assertThat(timeline.acknowledgedBefore("p1", "c1", at(10))).isEmpty();
        assertThat(timeline.acknowledgedBefore("p1", "c1", at(12))).contains(at(11));
    }

    @Test
    void allowsTheNewHomeFromTheBeginningOfTheWriteOn() {
        assertThat(timeline.allows("p1", "c2", at(9))).isFalse();
        assertThat(timeline.allows("p1", "c2", at(10))).isTrue();
        assertThat(timeline.home("p1")).isEqualTo("c2");
    }

    @Test
    void allowsNothingOfAnUnknownProject() {
        assertThat(timeline.allows("p2", "c1", at(1))).isFalse();
    }

    private static Instant at(int second) {
        return Instant.ofEpochSecond(second);
    }
}
