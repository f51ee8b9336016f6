package dev.homeport.topology;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** What the identifier records share. */
final class Ids {
    private static final DateTimeFormatter MOMENT =
            DateTimeFormatter.ofPattern("uuuuMMdd't'HHmmss.SSS").withZone(ZoneOffset.UTC);

    private static final int SHOWN_CHARS = 80;

    private Ids() {}

    /** Text of unknown origin, cut and cleaned so that it can stand in an error message. */
    static String printable(String text) {
        String cut = text.length() > SHOWN_CHARS ? text.substring(0, SHOWN_CHARS) + "…" : text;
        return cut.replaceAll("\\p{Cntrl}", "?");
    }

    /** The beginning of an id that sorts by age: {@code 20260131t120000.000-}. */
    static String dated(Instant moment) {
        return MOMENT.format(moment) + "-";
    }
}
