package dev.homeport.testkit.mysql.auth;

import java.util.Optional;

/** One exchange, from the client's side. For one thread. */
public interface AuthPlugin {
    String NATIVE_PASSWORD = "mysql_native_password";
    String CACHING_SHA2_PASSWORD = "caching_sha2_password";
    String SHA256_PASSWORD = "sha256_password";
    String CLEAR_PASSWORD = "mysql_clear_password";
    String DIALOG = "dialog";
    String ED25519 = "client_ed25519";
    String PARSEC = "parsec";

    /**
     * The client's side of a plugin.
     *
     * @param encrypted whether the connection has TLS: some plugins send the bare password then
     * @throws IllegalArgumentException if it is not known here
     */
    static AuthPlugin of(String name, String password, boolean encrypted) {
        return switch (name) {
            case NATIVE_PASSWORD -> new NativePassword(password);
            case CACHING_SHA2_PASSWORD -> new CachingSha2Password(password, encrypted);
            case SHA256_PASSWORD -> new Sha256Password(password, encrypted);
            case CLEAR_PASSWORD -> new ClearPassword(password);
            case DIALOG -> new Dialog(password);
            case ED25519 -> new Ed25519(password);
            case PARSEC -> new Parsec(password);
            default ->
                    throw new IllegalArgumentException(
                            "the test client knows no auth plugin " + name);
        };
    }

    /** Answers the data of the greeting or of the AuthSwitchRequest, mostly a scramble. */
    byte[] start(byte... data);

    /** Answers more data; empty where it is the server's turn again. */
    default Optional<byte[]> more(byte... data) {
        throw new IllegalStateException(
                getClass().getSimpleName() + " expects no more than a scramble");
    }
}
