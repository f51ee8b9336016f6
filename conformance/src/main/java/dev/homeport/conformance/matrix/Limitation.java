package dev.homeport.conformance.matrix;

import java.util.Arrays;
import java.util.Optional;

/**
 * Cells that cannot be the same, and are not tried. {@code docs/compatibility.md} has this list as
 * a table.
 */
public enum Limitation {
    R2DBC_MARIADB_CACHING_SHA2(
            "r2dbc-mariadb (1.4) hangs in logins to accounts with `caching_sha2_password`",
            "A router greets before it knows the instance, so the account's exchange begins with a"
                    + " switch. After one, this driver loses an OK that comes soon after the word"
                    + " that the password is known, as it does on a direct connection to a server"
                    + " whose greeting names another plugin",
            "r2dbc-mysql over TLS, or an account with another plugin") {
        @Override
        boolean concerns(Driver driver, AuthPlugin plugin) {
            return driver == Driver.R2DBC_MARIADB && plugin == AuthPlugin.CACHING_SHA2;
        }
    };

    private final String what;
    private final String why;
    private final String remedy;

    Limitation(String what, String why, String remedy) {
        this.what = what;
        this.why = why;
        this.remedy = remedy;
    }

    abstract boolean concerns(Driver driver, AuthPlugin plugin);

    /** The one that keeps a cell from being tried, if any does. */
    static Optional<Limitation> of(Driver driver, AuthPlugin plugin) {
        return Arrays.stream(values()).filter(each -> each.concerns(driver, plugin)).findFirst();
    }

    /** In a few words. */
    public String what() {
        return what;
    }

    /** As a row of the table in {@code docs/compatibility.md}. */
    public String row() {
        return "| %s | %s | %s |".formatted(what, why, remedy);
    }
}
