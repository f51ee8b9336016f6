package dev.homeport.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.homeport.cli.EventReader.Event;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class EventReaderTest {
    private static final int MOST = 100;

    private final AtomicInteger heard = new AtomicInteger();

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r\n", "\r"})
    void takesEventsWhateverEndsTheirLines(String end) throws Exception {
        // Given
        String stream =
                "id: 7-0\n\n: still here\n\nid: 7-1\nevent: a\ndata: {\"x\":1}\n\ndata:y\ndata: z\n\n";

        // When
        EventReader reader = reader(stream.replace("\n", end));
        List<Event> events = all(reader);

        // Then
        assertThat(events)
                .containsExactly(
                        new Event(Optional.of("7-1"), "a", "{\"x\":1}", false),
                        new Event(Optional.of("7-1"), "message", "y\nz", false));
        assertThat(reader.lastId()).contains("7-1");
        assertThat(heard).hasValue(11);
    }

    @Test
    void anIdAloneIsAPlaceToGoOnFrom() throws Exception {
        EventReader reader = reader("id: 7-41\n\n");
        assertThat(all(reader)).isEmpty();
        assertThat(reader.lastId()).contains("7-41");
    }

    @Test
    void anUnfinishedEventIsNone() throws Exception {
        assertThat(all(reader("event: a\ndata: x\n"))).isEmpty();
        assertThat(all(reader("data: x"))).isEmpty();
        assertThat(all(reader(""))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"id: 7-2", "id: 7-2\n", "id: 7-2\nevent: a\ndata: y", "data: y\nid: 7-2\n"})
    void theIdOfAnUnfinishedEventIsNoPlaceToGoOnFrom(String cut) throws Exception {
        // Given
        EventReader reader = reader("id: 7-1\ndata: x\n\n" + cut);

        // When
        List<Event> events = all(reader);

        // Then
        assertThat(events).containsExactly(new Event(Optional.of("7-1"), "message", "x", false));
        assertThat(reader.lastId()).contains("7-1");
    }

    @Test
    void whatIsTooLongIsCutAndTheNextOneIsNot() throws Exception {
        // When
        List<Event> events = all(reader("data: " + "x".repeat(10_000) + "\n\ndata: y\n\n"));

        // Then
        assertThat(events.getFirst().isCut()).isTrue();
        assertThat(events.getFirst().data()).hasSizeLessThanOrEqualTo(MOST);
        assertThat(events.getLast()).isEqualTo(new Event(Optional.empty(), "message", "y", false));
    }

    @Test
    void manyLinesOfDataAreCutToo() throws Exception {
        List<Event> events = all(reader("data: 0123456789\n".repeat(1000) + "\n"));
        assertThat(events.getFirst().isCut()).isTrue();
        assertThat(events.getFirst().data()).hasSizeLessThanOrEqualTo(MOST);
    }

    private EventReader reader(String stream) {
        return new EventReader(
                new ByteArrayInputStream(stream.getBytes(StandardCharsets.UTF_8)),
                MOST,
                heard::incrementAndGet);
    }

    private static List<Event> all(EventReader reader) throws IOException {
        List<Event> events = new ArrayList<>();
        for (var event = reader.next(); event.isPresent(); event = reader.next()) {
            events.add(event.get());
        }
        return events;
    }
}
