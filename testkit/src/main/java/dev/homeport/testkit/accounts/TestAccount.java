package dev.homeport.testkit.accounts;

import static java.util.Objects.requireNonNull;

import dev.homeport.testkit.mariadb.Account;
import dev.homeport.testkit.mysql.Login;
import dev.homeport.testkit.server.DatabaseServer;

/**
 * An account for tests of logins.
 *
 * @param password empty for an account without one
 * @param isExpired whether it may do nothing but set a new password
 * @param requirement what follows REQUIRE: {@code NONE}, {@code SSL}, {@code X509}
 */
public record TestAccount(
        String user, String password, AuthMethod method, boolean isExpired, String requirement) {
    public TestAccount {
        requireNonNull(method, "method");
        requireNonNull(requirement, "requirement");
    }

    /** An account named after the method, with a random password. */
    public static TestAccount of(AuthMethod method) {
        Account account = Account.withRandomPassword(method.user());
        return new TestAccount(account.user(), account.password(), method, false, "NONE");
    }

    public TestAccount withUser(String newUser) {
        return new TestAccount(newUser, password, method, isExpired, requirement);
    }

    /** A test that names the password may look for it in logs. */
    public TestAccount withPassword(String newPassword) {
        return new TestAccount(user, newPassword, method, isExpired, requirement);
    }

    /** The same without a password, under another name. */
    public TestAccount withoutPassword() {
        return new TestAccount(user + "_empty", "", method, isExpired, requirement);
    }

    /** The same with an expired password, under another name. */
    public TestAccount expired() {
        return new TestAccount(user + "_expired", password, method, true, requirement);
    }

    /** The same that needs TLS, or a client certificate with it, under another name. */
    public TestAccount requiring(String newRequirement) {
        return new TestAccount(
                user + "_" + newRequirement, password, method, isExpired, newRequirement);
    }

    /**
     * Creates it, in place of one that is there already, with all rights on some schemas.
     *
     * @param schemas as GRANT has them, such as {@code app.*}
     */
    public TestAccount createOn(DatabaseServer server, String schemas) {
        method.install(server);
        server.execute(
                "DROP USER IF EXISTS '%s'@'%%'".formatted(user),
                "CREATE USER '%s'@'%%' IDENTIFIED %s REQUIRE %s"
                        .formatted(user, method.identified(password), requirement),
                "GRANT ALL ON %s TO '%s'@'%%'".formatted(schemas, user));
        if (isExpired) {
            server.execute("ALTER USER '%s'@'%%' PASSWORD EXPIRE".formatted(user));
        }
        return this;
    }

    /** The login of the test client for it. */
    public Login login() {
        return Login.as(user, password);
    }

    @Override
    public String toString() {
        return user + ":***";
    }
}
