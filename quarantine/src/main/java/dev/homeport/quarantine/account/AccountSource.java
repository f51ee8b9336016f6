package dev.homeport.quarantine.account;

import static java.util.Objects.requireNonNull;

import dev.homeport.topology.Instance;
import dev.homeport.topology.TlsMode;
import dev.homeport.topology.fields.Secret;
import java.io.PrintWriter;
import java.net.UnknownHostException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.SQLNonTransientConnectionException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.logging.Logger;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.mariadb.jdbc.Driver;

/**
 * New connections of an account to one instance, with deadlines and without a default schema,
 * encrypted as the link says at that moment. MariaDB Connector/J talks to both families.
 * Thread-safe.
 */
public class AccountSource implements DataSource {
    /** What may stand in a URL without changing its meaning: names and addresses, also IPv6. */
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9._:%-]+");

    private static final Driver DRIVER = new Driver();

    /**
     * Who logs in.
     *
     * @param connectTimeout for connecting
     * @param answerTimeout for each answer, from the greeting on
     */
    public record Account(
            String user, Secret password, Duration connectTimeout, Duration answerTimeout) {
        public Account {
            requireNonNull(user, "user");
            requireNonNull(password, "password");
            requireNonNull(connectTimeout, "connectTimeout");
            requireNonNull(answerTimeout, "answerTimeout");
        }
    }

    private final Instance instance;
    private final AccountLinks links;
    private final Account account;
    private final Map<String, String> options;

    public AccountSource(Instance instance, AccountLinks links, Account account) {
        this(instance, links, account, Map.of());
    }

    /**
     * @param options more of the driver's, such as {@code allowMultiQueries}
     */
    protected AccountSource(
            Instance instance, AccountLinks links, Account account, Map<String, String> options) {
        this.instance = instance;
        this.links = links;
        this.account = account;
        this.options = Map.copyOf(options);
    }

    /**
     * Connects.
     *
     * @throws TlsRefusedException if instance and link do not agree on TLS
     */
    @Override
    public Connection getConnection() throws SQLException {
        if (!HOST.matcher(instance.host()).matches()) {
            throw new SQLNonTransientConnectionException(
                    "host of instance " + instance.id() + " is no host name",
                    "08000",
                    new UnknownHostException());
        }
        AccountLink link = links.of(instance);
        try {
            return DRIVER.connect("jdbc:mariadb://" + instance.address() + "/", properties(link));
        } catch (SQLException e) {
            Optional<String> refusal = link.refusal(instance, e);
            throw refusal.<SQLException>map(words -> new TlsRefusedException(words, e)).orElse(e);
        }
    }

    private Properties properties(AccountLink link) {
        var properties = new Properties();
        properties.putAll(options);
        properties.setProperty("user", account.user());
        properties.setProperty("password", account.password().value());
        properties.setProperty(
                "connectTimeout", Long.toString(account.connectTimeout().toMillis()));
        properties.setProperty("socketTimeout", Long.toString(account.answerTimeout().toMillis()));
        // A server may ask its client for a file, and send it to another server.
        properties.setProperty("allowLocalInfile", "false");
        properties.setProperty("permitRedirect", "false");
        // MySQL wants the password sealed once it has forgotten what it cached, unless the
        // connection is encrypted; it never crosses a plain one in clear.
        properties.setProperty("allowPublicKeyRetrieval", "true");
        properties.setProperty("sslMode", sslMode(link.mode()));
        properties.setProperty("tlsSocketType", AccountTls.TYPE);
        AccountTls.write(link, properties);
        return properties;
    }

    /** What is asked of certificates is up to {@link AccountTls} in all of them. */
    private static String sslMode(TlsMode mode) {
        return switch (mode) {
            case OFF -> "disable";
            case FOLLOW, PREFERRED -> "allow";
            case REQUIRED -> "trust";
            case VERIFY_CA, VERIFY_IDENTITY -> "verify-ca";
        };
    }

    @Override
    public Connection getConnection(String user, String password) throws SQLException {
        throw new SQLFeatureNotSupportedException("connections are those of one account");
    }

    /** Ignored: a pool would replace the account's timeout with its own, in whole seconds. */
    @Override
    public void setLoginTimeout(int seconds) {}

    @Override
    public int getLoginTimeout() {
        return 0;
    }

    @Override
    public PrintWriter getLogWriter() {
        return null; // as the interface has it where logging is off
    }

    @Override
    public void setLogWriter(PrintWriter out) {}

    @Override
    public Logger getParentLogger() throws SQLFeatureNotSupportedException {
        throw new SQLFeatureNotSupportedException();
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        if (!isWrapperFor(type)) {
            throw new SQLException("is no " + type.getName());
        }
        return type.cast(this);
    }

    @Override
    public boolean isWrapperFor(Class<?> type) {
        return type.isInstance(this);
    }
}
