package dev.homeport.testkit.mysql.auth;

import java.util.Optional;

/** The password itself: bare under TLS, encrypted with the server's RSA key without it. */
final class Sha256Password implements AuthPlugin {
    private static final byte REQUEST_PUBLIC_KEY = 1;

    private final String password;
    private final boolean encrypted;
    private byte[] scramble = {};

    Sha256Password(String password, boolean encrypted) {
        this.password = password;
        this.encrypted = encrypted;
    }

    @Override
    public byte[] start(byte... data) {
        scramble = Bytes.scramble(data);
        boolean bare = encrypted || password.isEmpty();
        return bare ? Bytes.withNul(password) : new byte[] {REQUEST_PUBLIC_KEY};
    }

    @Override
    public Optional<byte[]> more(byte... data) {
        return Optional.of(RsaKey.encrypt(data, password, scramble));
    }
}
