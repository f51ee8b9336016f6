package dev.homeport.router.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.sse.ServerSentEvent;
import com.linecorp.armeria.common.stream.AbortedStreamException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

class EventFeedTest {
    private final EventFeed feed = new EventFeed();

    private void happens(int number) {
        feed.add(new FleetEvent(FleetEvent.Kind.INCIDENT_OPENED, "{\"n\":" + number + "}"));
    }

    /** What a listener gets until the feed is closed. */
    private List<ServerSentEvent> heard(EventStream stream) {
        feed.close();
        return stream.messages().collect().join();
    }

    private static List<String> data(List<ServerSentEvent> events) {
        return events.stream().map(ServerSentEvent::data).toList();
    }

    private EventStream from(int number, String firstId) throws Refusal {
        String life = firstId.substring(0, firstId.indexOf('-'));
        return feed.open(Optional.of(life + "-" + number));
    }

    private String idNow() throws Refusal {
        EventStream stream = feed.open(Optional.empty());
        stream.close();
        return stream.messages().collect().join().getFirst().id();
    }

    @Test
    void whoListensHearsWhatHappensFromThenOn() throws Refusal {
        // Given
        happens(1);
        EventStream stream = feed.open(Optional.empty());

        // When
        happens(2);
        stream.heartbeat();
        happens(3);
        List<ServerSentEvent> heard = heard(stream);

        // Then: first an id without an event
        assertThat(data(heard)).containsExactly(null, "{\"n\":2}", null, "{\"n\":3}");
        assertThat(heard.getFirst().id()).endsWith("-1");
        assertThat(heard.getFirst().event()).isNull();
        assertThat(heard.get(1).id()).endsWith("-2");
        assertThat(heard.get(1).event()).isEqualTo("incident-opened");
        assertThat(heard.get(2).comment()).isNotEmpty();
    }

    @Test
    void whoComesBackMissesNothing() throws Refusal {
        // Given
        String id = idNow();
        happens(1);
        happens(2);
        happens(3);

        // When
        EventStream some = from(1, id);
        EventStream none = from(3, id);
        happens(4);

        // Then
        feed.close();
        assertThat(data(some.messages().collect().join()))
                .containsExactly("{\"n\":2}", "{\"n\":3}", "{\"n\":4}");
        assertThat(data(none.messages().collect().join())).containsExactly("{\"n\":4}");
    }

    @Test
    void whoWasAwayTooLongIsToldSo() throws Refusal {
        // Given
        String id = idNow();
        for (int i = 1; i <= EventFeed.MOST_EVENTS + 1; i++) {
            happens(i);
        }

        // When
        EventStream justInTime = from(1, id);
        EventStream tooLate = from(0, id);
        happens(0);

        // Then
        feed.close();
        assertThat(justInTime.messages().collect().join()).hasSize(EventFeed.MOST_EVENTS + 1);
        List<ServerSentEvent> heard = tooLate.messages().collect().join();
        assertThat(heard).hasSize(2);
        assertThat(heard.getFirst().event()).isEqualTo("missed");
        assertThat(heard.getFirst().id()).endsWith("-1001");
        assertThat(heard.getFirst().data()).contains("/v1/status");
    }

    @Test
    void anIdOfAnotherLifeIsMissed() throws Refusal {
        for (String id : List.of("", "x", "00000000-0", "-0", idNow() + "9", "9".repeat(9999))) {
            // When
            EventStream stream = feed.open(Optional.of(id));
            stream.close();

            // Then
            assertThat(stream.messages().collect().join().getFirst().event())
                    .as(id)
                    .isEqualTo("missed");
        }
    }

    @Test
    void manyLargeEventsAreKeptInSmallerNumber() throws Refusal {
        // Given
        String id = idNow();
        String large = "x".repeat(EventFeed.MOST_CHARS / 4);
        for (int i = 0; i < 6; i++) {
            feed.add(new FleetEvent(FleetEvent.Kind.INCIDENT_AMENDED, large));
        }

        // When
        EventStream kept = from(3, id);
        EventStream forgotten = from(2, id);

        // Then
        feed.close();
        assertThat(kept.messages().collect().join()).hasSize(3);
        assertThat(forgotten.messages().collect().join().getFirst().event()).isEqualTo("missed");
    }

    @Test
    void whoDoesNotReadIsCutOff() throws Refusal {
        // Given
        EventStream slow = feed.open(Optional.empty());
        String large = "x".repeat(EventFeed.MOST_CHARS / 4);

        // When
        int sent = 0;
        while (slow.isOpen() && sent < 100) {
            feed.add(new FleetEvent(FleetEvent.Kind.INCIDENT_AMENDED, large));
            sent++;
        }

        // Then
        assertThat(sent).isEqualTo(8);
        assertThatThrownBy(() -> slow.messages().collect().join())
                .isInstanceOf(CompletionException.class)
                .hasCauseInstanceOf(AbortedStreamException.class);
    }

    @Test
    void thereIsRoomForSoManyAndAgainWhenOneLeaves() throws Refusal {
        // Given
        List<EventStream> all = new ArrayList<>();
        for (int i = 0; i < EventFeed.MOST_LISTENERS; i++) {
            all.add(feed.open(Optional.empty()));
        }

        // When
        Refusal refusal = catchThrowableOfType(Refusal.class, () -> feed.open(Optional.empty()));
        all.getFirst().abandon();

        // Then
        assertThat(refusal.status()).isEqualTo(HttpStatus.SERVICE_UNAVAILABLE);
        assertThat(refusal.code()).isEqualTo("too_many_listeners");
        assertThat(feed.open(Optional.empty()).isOpen()).isTrue();
    }

    @Test
    void nobodyListensToAClosedOne() throws Refusal {
        // Given
        EventStream stream = feed.open(Optional.empty());

        // When
        feed.close();
        happens(1);

        // Then
        assertThat(stream.isOpen()).isFalse();
        assertThatThrownBy(() -> feed.open(Optional.empty())).isInstanceOf(Refusal.class);
    }
}
