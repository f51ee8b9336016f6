package dev.homeport.testkit.mysql.auth;

import java.util.Optional;

/** Answers every question with the bare password and a NUL, as MariaDB's PAM plugin asks them. */
final class Dialog implements AuthPlugin {
    private final String password;

    Dialog(String password) {
        this.password = password;
    }

    @Override
    public byte[] start(byte... data) {
        return Bytes.withNul(password);
    }

    @Override
    public Optional<byte[]> more(byte... data) {
        return Optional.of(Bytes.withNul(password));
    }
}
