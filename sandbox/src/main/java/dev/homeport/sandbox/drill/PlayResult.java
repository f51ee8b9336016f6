package dev.homeport.sandbox.drill;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What became of one play. All times count from the answer to the first statement that destroyed
 * something; what was seen before that answer came is below zero.
 *
 * @param tables how many there were
 * @param tablesLost whose rows are neither in place nor in quarantine
 * @param tablesHeld in quarantine
 * @param containment empty with {@link Mode#GUARD}
 * @param recovery of what was in quarantine; empty where the tables are lost
 * @param wrongAnswers what a plain server would not have answered
 */
record PlayResult(
        Play play,
        int tables,
        int tablesLost,
        int tablesHeld,
        Detection detection,
        Optional<Containment> containment,
        Optional<Recovery> recovery,
        BystanderCounts bystanders,
        List<String> wrongAnswers) {
    PlayResult {
        wrongAnswers = List.copyOf(wrongAnswers);
    }

    /**
     * The incident.
     *
     * @param seen until a router listed it
     * @param opened until the moment that it names itself
     * @param incident as it was before it was closed
     */
    record Detection(
            Optional<Duration> seen, Optional<Duration> opened, Optional<IncidentFacts> incident) {
        static final Detection NONE =
                new Detection(Optional.empty(), Optional.empty(), Optional.empty());
    }

    /**
     * What was done so that the damage does not grow.
     *
     * @param elsewhere until a new project was placed on another cluster
     * @param refused until every router refused the project
     * @param sessionRefused whether a session that was idle all along got the same answer
     * @param servedAgain from the close of the incident until every router served the project and
     *     the cluster took new ones
     */
    record Containment(
            Optional<Duration> elsewhere,
            Optional<Duration> refused,
            boolean sessionRefused,
            Optional<Duration> servedAgain) {}

    /**
     * How the tables came back.
     *
     * @param took to undrop all of them
     * @param differing tables that are not what they were
     * @param isServed whether the project could be used all the time
     */
    record Recovery(Duration took, List<String> differing, boolean isServed) {
        Recovery {
            differing = List.copyOf(differing);
        }
    }
}
