package dev.homeport.router.admin;

/** {@code /v1/events}: what happens in the fleet, as server-sent events. */
final class EventEndpoint {
    private final EventFeed feed;

    EventEndpoint(EventFeed feed) {
        this.feed = feed;
    }

    Answer listen(Call call) throws Refusal {
        return new Answer.Events(feed.open(call.lastEventId()));
    }
}
