package dev.homeport.agent.probe;

import static java.util.Objects.requireNonNull;

import dev.homeport.topology.AgentReport.InstanceStatus;
import java.util.Optional;

/**
 * What is remembered of an instance from probe to probe. Counters say "in a row, until now".
 *
 * @param failures probes without an answer
 * @param silences of these, the ones without a word
 * @param ioStops answers that said the replication IO thread does not run
 * @param sqlStops likewise, the SQL thread
 * @param judged the status in force; empty until there was enough to judge
 */
record ProbeHistory(
        int failures, int silences, int ioStops, int sqlStops, Optional<InstanceStatus> judged) {
    /** Of an instance that was never asked. */
    static final ProbeHistory NONE = new ProbeHistory(0, 0, 0, 0, Optional.empty());

    ProbeHistory {
        requireNonNull(judged, "judged");
    }
}
