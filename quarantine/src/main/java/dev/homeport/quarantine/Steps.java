package dev.homeport.quarantine;

/** Is told after each step; tests die there. */
@FunctionalInterface
interface Steps {
    Steps UNWATCHED = step -> {};

    void after(Step step);
}
