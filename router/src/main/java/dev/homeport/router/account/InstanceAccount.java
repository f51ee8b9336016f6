package dev.homeport.router.account;

import dev.homeport.router.config.ServiceAccountConfig;
import dev.homeport.topology.Instance;
import dev.homeport.topology.fields.Secret;
import java.sql.SQLException;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.mariadb.jdbc.MariaDbDataSource;

/** An account of the router's own on the instances. Thread-safe. */
public final class InstanceAccount {
    /** What a URL may hold without meaning anything else than a host. */
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9._:-]+");

    private final ServiceAccountConfig config;
    private final Secret password;

    /**
     * Connects to nothing yet.
     *
     * @param password what stands in {@link ServiceAccountConfig#passwordFile}
     */
    public InstanceAccount(ServiceAccountConfig config, Secret password) {
        this.config = config;
        this.password = password;
    }

    /** New connections to that instance, with deadlines for connecting and for each answer. */
    public DataSource source(Instance instance) throws SQLException {
        if (!HOST.matcher(instance.host()).matches()) {
            throw new SQLException("host of instance " + instance.id() + " is no host name");
        }
        MariaDbDataSource source =
                new MariaDbDataSource(
                        ("jdbc:mariadb://%s/?connectTimeout=%d&socketTimeout=%d&allowLocalInfile=false"
                                        // MySQL wants the password sealed once it has
                                        // forgotten what it cached.
                                        + "&allowPublicKeyRetrieval=true")
                                .formatted(
                                        instance.address(),
                                        config.connectTimeout().toMillis(),
                                        config.statementTimeout().toMillis()));
        source.setUser(config.user());
        source.setPassword(password.value());
        return source;
    }
}
