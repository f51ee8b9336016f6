package dev.homeport.sandbox.drill;

/**
 * One variant of the incident, played one way.
 *
 * @param project made for it alone
 */
record Play(Mode mode, Variant variant, String project) {
    /** As people write it. */
    String name() {
        return mode.word() + "/" + variant.word();
    }
}
