package dev.homeport.router.session;

import java.time.Instant;

/**
 * This router could not connect to an instance, and does not try each time any more.
 *
 * @param since when it stopped trying each time
 * @param tried when it tried last, in vain
 */
public record Outage(Instant since, Instant tried) {}
