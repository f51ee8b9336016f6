package dev.homeport.topology;

/** What an open incident limits. Also what a cluster's {@code onDataLoss} can be. */
public enum IncidentLimit {
    /** Nothing: people are told. */
    ALERT,
    /** The projects in scope are refused, and the cluster gets no new projects. */
    CONTAIN,
    /** The whole cluster is refused. */
    OFFLINE
}
