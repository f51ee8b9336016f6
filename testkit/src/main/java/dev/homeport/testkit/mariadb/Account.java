package dev.homeport.testkit.mariadb;

import static java.util.Objects.requireNonNull;

import java.security.SecureRandom;

/**
 * A user with a password.
 *
 * @param password letters and digits only, so that it can stand in SQL and in options files
 */
public record Account(String user, String password) {
    private static final String ALPHABET =
            "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789";
    private static final int LENGTH = 24;

    /**
     * @throws IllegalArgumentException if the password has other characters
     */
    public Account {
        requireNonNull(user, "user");
        if (!password.matches("[A-Za-z0-9]+")) {
            throw new IllegalArgumentException(
                    "the password of " + user + " must be letters and digits");
        }
    }

    /** With a new random password. */
    public static Account withRandomPassword(String user) {
        SecureRandom random = new SecureRandom();
        StringBuilder password = new StringBuilder();
        random.ints(LENGTH, 0, ALPHABET.length())
                .forEach(index -> password.append(ALPHABET.charAt(index)));
        return new Account(user, password.toString());
    }

    @Override
    public String toString() {
        return user + ":***";
    }
}
