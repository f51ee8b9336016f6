package dev.homeport.router.guard.sql;

import io.netty.buffer.ByteBuf;

/**
 * Whether a text may change how its own later statements are read: {@code SET sql_mode = ...; ...},
 * {@code SET NAMES gbk; ...}, or anything by dynamic SQL. Told by the words alone, wherever they
 * stand.
 */
final class SettingChanges {
    private static final int SHORTEST = 3;

    private SettingChanges() {}

    /**
     * @param last where the last statement starts: what it sets no longer matters
     */
    static boolean areIn(ByteBuf in, int from, int last) {
        boolean isSet = false;
        boolean isSetting = false;
        int at = from;
        while (at < last && !(isSet && isSetting)) {
            int stop = at;
            while (stop < last && isWord(in.getByte(stop))) {
                stop++;
            }
            if (stop - at >= SHORTEST && mayBeIt(in.getByte(at))) {
                switch (Word.of(in, at, stop)) {
                    case SET -> isSet = true;
                    case CHARACTER, CHARACTER_SET_CLIENT, CHARSET, NAMES, SQL_MODE ->
                            isSetting = true;
                    // Who knows what they set.
                    case CALL, EXECUTE -> {
                        isSet = true;
                        isSetting = true;
                    }
                    default -> {}
                }
            }
            at = Math.max(stop, at + 1);
        }
        return isSet && isSetting;
    }

    /** Whether one of the words starts like that: most do not. */
    private static boolean mayBeIt(byte first) {
        return switch (first & 0xdf) {
            case 'C', 'E', 'N', 'S' -> true;
            default -> false;
        };
    }

    private static boolean isWord(byte b) {
        return (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z') || b == '_';
    }
}
