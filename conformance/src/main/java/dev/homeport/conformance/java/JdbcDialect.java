package dev.homeport.conformance.java;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;

/** What one JDBC driver has in its own words. */
enum JdbcDialect {
    MYSQL {
        @Override
        Map<String, String> options() throws IOException, GeneralSecurityException {
            Map<String, String> options = common();
            options.put("allowLoadLocalInfile", "true");
            options.put("sslMode", Settings.isTls() ? "VERIFY_CA" : "DISABLED");
            if (Settings.isTls()) {
                options.put("trustCertificateKeyStoreUrl", trustStore().toUri().toString());
                options.put("trustCertificateKeyStoreType", "PKCS12");
                options.put("trustCertificateKeyStorePassword", TRUST_STORE_PASSWORD);
            }
            return options;
        }

        @Override
        Map<String, String> cursor() {
            return Map.of("useCursorFetch", "true", "defaultFetchSize", "100");
        }

        @Override
        Map<String, String> bulk() {
            return Map.of("rewriteBatchedStatements", "true");
        }

        @Override
        int streamingFetchSize() {
            return Integer.MIN_VALUE;
        }

        @Override
        long connectionId(Connection db) throws SQLException {
            return ((com.mysql.cj.jdbc.JdbcConnection) db).getSession().getThreadId();
        }

        @Override
        void reset(Connection db) throws SQLException {
            ((com.mysql.cj.jdbc.JdbcConnection) db).resetServerState();
        }

        @Override
        boolean changesUser() {
            return true;
        }

        @Override
        void changeUser(Connection db, String user, String password) throws SQLException {
            ((com.mysql.cj.jdbc.JdbcConnection) db).changeUser(user, password);
        }
    },
    MARIADB {
        @Override
        Map<String, String> options() {
            Map<String, String> options = common();
            options.put("allowLocalInfile", "true");
            options.put("sslMode", Settings.isTls() ? "verify-ca" : "disable");
            if (Settings.isTls()) {
                options.put("serverSslCert", Settings.get("DB_CA"));
            }
            return options;
        }

        @Override
        Map<String, String> cursor() {
            return Map.of("useServerPrepStmts", "true", "defaultFetchSize", "100");
        }

        @Override
        Map<String, String> bulk() {
            return Map.of("useBulkStmts", "true");
        }

        @Override
        int streamingFetchSize() {
            return 100;
        }

        @Override
        long connectionId(Connection db) throws SQLException {
            return db.unwrap(org.mariadb.jdbc.Connection.class).getThreadId();
        }

        @Override
        void reset(Connection db) throws SQLException {
            db.unwrap(org.mariadb.jdbc.Connection.class).reset();
        }

        @Override
        boolean changesUser() {
            return false;
        }

        @Override
        void changeUser(Connection db, String user, String password) {
            throw new UnsupportedOperationException();
        }
    };

    private static final String TRUST_STORE_PASSWORD = "not a secret";

    String scheme() {
        return "jdbc:" + name().toLowerCase(java.util.Locale.ROOT);
    }

    /** Options of every connection. */
    abstract Map<String, String> options() throws IOException, GeneralSecurityException;

    /** What both call by the same names. */
    private static Map<String, String> common() {
        Map<String, String> options = new LinkedHashMap<>();
        options.put("allowMultiQueries", "true");
        options.put("allowPublicKeyRetrieval", "true");
        options.put("maxAllowedPacket", Integer.toString(64 << 20));
        options.put("connectionAttributes", "program_name:conformance");
        return options;
    }

    /** Options that make the driver fetch by a cursor of the server. */
    abstract Map<String, String> cursor();

    /** Options that make the driver send batches in its quickest way. */
    abstract Map<String, String> bulk();

    /** The fetch size with which the driver does not read a result as a whole. */
    abstract int streamingFetchSize();

    /** The id of the greeting. */
    abstract long connectionId(Connection db) throws SQLException;

    abstract void reset(Connection db) throws SQLException;

    abstract boolean changesUser();

    abstract void changeUser(Connection db, String user, String password) throws SQLException;

    /** The authority's certificate in the only form that Connector/J reads. */
    private static Path trustStore() throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        try (InputStream pem = Files.newInputStream(Path.of(Settings.get("DB_CA")))) {
            store.setCertificateEntry(
                    "authority", CertificateFactory.getInstance("X.509").generateCertificate(pem));
        }
        Path file = Path.of(Settings.get("DB_SCRATCH"), "authority.p12");
        try (OutputStream out = Files.newOutputStream(file)) {
            store.store(out, TRUST_STORE_PASSWORD.toCharArray());
        }
        return file;
    }
}
