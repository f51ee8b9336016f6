package dev.homeport.agent.quarantine;

import dev.homeport.agent.config.QuarantineConfig;
import dev.homeport.topology.Instance;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.regex.Pattern;
import org.mariadb.jdbc.MariaDbDataSource;

/** Connections of the quarantine's account. */
public final class InstanceConnections {
    /** What may stand in a URL without changing its meaning: names and addresses, also IPv6. */
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9._:%-]+");

    private InstanceConnections() {}

    /** A new connection with deadlines, without a default schema. */
    public static Connection open(Instance instance, QuarantineConfig config) throws SQLException {
        if (!HOST.matcher(instance.host()).matches()) {
            throw new SQLException("host of instance " + instance.id() + " is no host name");
        }
        var source =
                new MariaDbDataSource(
                        ("jdbc:mariadb://%s/?connectTimeout=%d&socketTimeout=%d&allowLocalInfile=false"
                                        // MySQL wants the password sealed once it has
                                        // forgotten what it cached.
                                        + "&allowPublicKeyRetrieval=true")
                                .formatted(
                                        instance.address(),
                                        config.timeout().toMillis(),
                                        config.timeout().toMillis()));
        source.setUser(config.user());
        source.setPassword(config.password().value());
        return source.getConnection();
    }
}
