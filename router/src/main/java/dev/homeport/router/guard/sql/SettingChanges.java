package dev.homeport.router.guard.sql;

import io.netty.buffer.ByteBuf;

/**
 * Whether a text may change how its own later statements are read: {@code SET sql_mode = ...; ...},
 * {@code SET NAMES gbk; ...}. Told by the words alone, wherever they stand.
 */
final class SettingChanges {
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
            if (stop > at) {
                Word word = Word.of(in, at, stop);
                isSet |= word == Word.SET;
                isSetting |=
                        switch (word) {
                            case CHARACTER, CHARACTER_SET_CLIENT, CHARSET, NAMES, SQL_MODE -> true;
                            default -> false;
                        };
            }
            at = Math.max(stop, at + 1);
        }
        return isSet && isSetting;
    }

    private static boolean isWord(byte b) {
        return (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z') || b == '_';
    }
}
