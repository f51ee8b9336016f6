package dev.homeport.testkit.mysql.auth;

import java.util.Optional;

/**
 * A short exchange where the server knows the password from before; else the password itself, bare
 * under TLS and encrypted with the server's RSA key without it.
 */
final class CachingSha2Password implements AuthPlugin {
    private static final String SHA256 = "SHA-256";
    private static final int FAST_AUTH_SUCCESS = 3;
    private static final int PERFORM_FULL_AUTHENTICATION = 4;
    private static final byte REQUEST_PUBLIC_KEY = 2;

    private final String password;
    private final boolean encrypted;
    private byte[] scramble = {};

    CachingSha2Password(String password, boolean encrypted) {
        this.password = password;
        this.encrypted = encrypted;
    }

    /** {@code SHA256(p) XOR SHA256(SHA256(SHA256(p)), scramble)}. */
    @Override
    public byte[] start(byte... data) {
        scramble = Bytes.scramble(data);
        if (password.isEmpty()) {
            return new byte[0];
        }
        byte[] once = Bytes.digest(SHA256, Bytes.utf8(password));
        byte[] twice = Bytes.digest(SHA256, once);
        return Bytes.xor(once, Bytes.digest(SHA256, twice, scramble));
    }

    @Override
    public Optional<byte[]> more(byte... data) {
        return switch (data[0]) {
            case FAST_AUTH_SUCCESS -> Optional.empty();
            case PERFORM_FULL_AUTHENTICATION ->
                    Optional.of(
                            encrypted ? Bytes.withNul(password) : new byte[] {REQUEST_PUBLIC_KEY});
            default -> Optional.of(RsaKey.encrypt(data, password, scramble));
        };
    }
}
