package dev.homeport.router.admission;

import java.util.OptionalInt;

/**
 * How many may connect. What is empty has no limit.
 *
 * @param connections clients at one time, all together
 * @param perAddress of one source address, as a trusted load balancer tells it
 * @param perProject of one project
 * @param perUser of one user, over all projects
 * @param connectsPerAddress of one source address in a second, on average
 * @param loginsPerProject of one project in a second, on average
 */
public record AdmissionLimits(
        int connections,
        OptionalInt perAddress,
        OptionalInt perProject,
        OptionalInt perUser,
        OptionalInt connectsPerAddress,
        OptionalInt loginsPerProject) {
    /** Only how many there are together. */
    public static AdmissionLimits of(int connections) {
        return new AdmissionLimits(
                connections,
                OptionalInt.empty(),
                OptionalInt.empty(),
                OptionalInt.empty(),
                OptionalInt.empty(),
                OptionalInt.empty());
    }
}
