package dev.homeport.testkit.mysql.auth;

/**
 * {@code SHA1(password) XOR SHA1(scramble, SHA1(SHA1(password)))}; nothing for an empty password.
 */
final class NativePassword implements AuthPlugin {
    private static final String SHA1 = "SHA-1";

    private final String password;

    NativePassword(String password) {
        this.password = password;
    }

    @Override
    public byte[] start(byte... data) {
        if (password.isEmpty()) {
            return new byte[0];
        }
        byte[] once = Bytes.digest(SHA1, Bytes.utf8(password));
        byte[] twice = Bytes.digest(SHA1, once);
        return Bytes.xor(once, Bytes.digest(SHA1, Bytes.scramble(data), twice));
    }
}
