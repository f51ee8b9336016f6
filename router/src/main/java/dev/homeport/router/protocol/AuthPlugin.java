package dev.homeport.router.protocol;

/** What the client side of an auth plugin puts on the wire. */
public enum AuthPlugin {
    /** Answers that prove the password and do not tell it; may pass over any wire. */
    PROOF,
    /**
     * {@code caching_sha2_password}: a proof first; where the server does not know the password
     * yet, also the password: in clear over TLS, else under the server's RSA key.
     */
    CACHING_SHA2,
    /**
     * {@code sha256_password}: the password: in clear over TLS, else under the server's RSA key.
     */
    SHA256,
    /** The password or another secret in clear, such as a token, or something nobody knows. */
    CLEAR;

    /** The kind of a plugin by its client-side name. */
    public static AuthPlugin of(String name) {
        return switch (name) {
            case "mysql_native_password",
                    "mysql_old_password",
                    "client_ed25519",
                    "parsec",
                    "auth_gssapi_client",
                    "authentication_kerberos_client",
                    "authentication_webauthn_client" ->
                    PROOF;
            case "caching_sha2_password" -> CACHING_SHA2;
            case "sha256_password" -> SHA256;
            default -> CLEAR;
        };
    }
}
