package dev.homeport.quarantine;

/** After which a router can die while it sets tables aside. */
enum Step {
    PREPARED,
    STAND_INS,
    TRIGGERS,
    RENAME,
    COPIES,
    ASIDE
}
