package dev.homeport.testkit.mysql.auth;

/** The bare password and a NUL, with TLS or without: a test decides where it uses that. */
final class ClearPassword implements AuthPlugin {
    private final String password;

    ClearPassword(String password) {
        this.password = password;
    }

    @Override
    public byte[] start(byte... data) {
        return Bytes.withNul(password);
    }
}
