package dev.homeport.testkit.server;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;

/**
 * Where the driver finds a server.
 *
 * @param tls whether the connections are encrypted; the certificate is not checked
 */
public record JdbcEndpoint(int port, boolean tls) {
    private static final int CONNECT_MILLIS = 2_000;

    /** A new connection; an empty schema stands for none. */
    public Connection connect(String user, String password, String schema) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", user);
        properties.setProperty("password", password);
        properties.setProperty("connectTimeout", Integer.toString(CONNECT_MILLIS));
        properties.setProperty("sslMode", tls ? "trust" : "disable");
        // MySQL's default plugin without TLS: the password goes encrypted with that key.
        properties.setProperty("allowPublicKeyRetrieval", "true");
        return DriverManager.getConnection(
                "jdbc:mariadb://127.0.0.1:%d/%s".formatted(port, schema), properties);
    }
}
