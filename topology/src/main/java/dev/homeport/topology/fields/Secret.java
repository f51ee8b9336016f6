package dev.homeport.topology.fields;

/**
 * A password or the like. Prints as {@code ***}, so that it can stand in a configuration record.
 *
 * @param value the secret itself
 */
public record Secret(String value) {
    @Override
    public String toString() {
        return "***";
    }
}
