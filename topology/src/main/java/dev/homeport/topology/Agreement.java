package dev.homeport.topology;

/**
 * How what is known of ZooKeeper stands to it. Who compares one from before reading with one from
 * afterwards knows whether what was read belongs to it: what is read is changed while it does not
 * hold, or told by an event.
 *
 * @param holds whether what is known is what ZooKeeper said in the connection of this moment;
 *     otherwise it is the last that was known before something was missed
 * @param times how often it came to hold. What is found after this has risen may have happened at
 *     any moment since it held last
 */
public record Agreement(boolean holds, long times) {
    /** Nothing was read yet. */
    public static final Agreement NONE = new Agreement(false, 0);

    /** Everything was compared; the same if it held all the time. */
    public Agreement reached() {
        return holds ? this : new Agreement(true, times + 1);
    }

    /** Something may have been missed. */
    public Agreement doubted() {
        return new Agreement(false, times);
    }
}
