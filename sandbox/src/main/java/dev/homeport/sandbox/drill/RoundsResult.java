package dev.homeport.sandbox.drill;

/**
 * What became of many drops around the routers.
 *
 * @param contained how many of them were noticed and contained
 * @param opened from the answer to the drop until the incident was opened, by its own word
 * @param seen from the answer to the drop until a router listed the incident
 * @param refused from the opening until every router refused the project
 * @param elsewhere from the opening until a new project was placed on another cluster
 */
record RoundsResult(
        int rounds,
        int contained,
        Percentiles opened,
        Percentiles seen,
        Percentiles refused,
        Percentiles elsewhere,
        BystanderCounts bystanders) {}
