package dev.homeport.topology;

/** What the identifier records share. */
final class Ids {
    private static final int SHOWN_CHARS = 80;

    private Ids() {}

    /** Text of unknown origin, cut and cleaned so that it can stand in an error message. */
    static String printable(String text) {
        String cut = text.length() > SHOWN_CHARS ? text.substring(0, SHOWN_CHARS) + "…" : text;
        return cut.replaceAll("\\p{Cntrl}", "?");
    }
}
