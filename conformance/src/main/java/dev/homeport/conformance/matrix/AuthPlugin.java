package dev.homeport.conformance.matrix;

/** How an account proves itself. */
public enum AuthPlugin {
    NATIVE("mysql_native_password", "IDENTIFIED BY '%s'"),
    ED25519("ed25519", "IDENTIFIED VIA ed25519 USING PASSWORD('%s')"),
    PARSEC("parsec", "IDENTIFIED VIA parsec USING PASSWORD('%s')"),
    CACHING_SHA2("caching_sha2_password", "IDENTIFIED WITH caching_sha2_password BY '%s'"),
    SHA256("sha256_password", "IDENTIFIED WITH sha256_password BY '%s'");

    private final String title;
    private final String clause;

    AuthPlugin(String title, String clause) {
        this.title = title;
        this.clause = clause;
    }

    /** As servers call it. */
    public String title() {
        return title;
    }

    /** What CREATE USER says after the user's name. */
    public String identifiedBy(String password) {
        return clause.formatted(password);
    }
}
