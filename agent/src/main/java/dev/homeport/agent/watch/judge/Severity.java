package dev.homeport.agent.watch.judge;

/** How bad it is. */
public enum Severity {
    /** People are told; nothing is limited. */
    ALERT,
    /** A loss: what is limited is up to the cluster's {@code onDataLoss}. */
    LOSS
}
