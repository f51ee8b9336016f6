package dev.homeport.quarantine.account;

import dev.homeport.topology.TlsMode;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Properties;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import org.mariadb.jdbc.Configuration;
import org.mariadb.jdbc.HostAddress;
import org.mariadb.jdbc.export.ExceptionFactory;
import org.mariadb.jdbc.plugin.TlsSocketPlugin;

/**
 * TLS of {@link AccountLink} for MariaDB Connector/J, whose own modes ask other things of
 * certificates than routers do: without an authority it takes whom the password proves. The driver
 * makes one for each connection, by the services file, and hands it the options that {@link #write}
 * wrote.
 */
public final class AccountTls implements TlsSocketPlugin {
    /** Option {@code tlsSocketType} of the driver. */
    static final String TYPE = "homeport";

    private static final String MODE = "homeportTlsMode";
    private static final String AUTHORITY = "homeportTlsAuthority";
    private static final String CA = "homeportTlsCa";
    private static final String CERTIFICATE = "homeportTlsCertificate";
    private static final String KEY = "homeportTlsKey";

    // Of the one connection, in the order in which the driver asks.
    private AccountLink link = AccountLink.DEFAULT;
    private String host = "";
    private int port;

    /** Puts the link into the driver's options, all of which are texts. */
    static void write(AccountLink link, Properties options) {
        options.setProperty(MODE, link.mode().name());
        link.authority().ifPresent(pem -> options.setProperty(AUTHORITY, pem));
        put(options, CA, link.files().authority());
        put(options, CERTIFICATE, link.files().certificate());
        put(options, KEY, link.files().key());
    }

    private static void put(Properties options, String name, Optional<Path> file) {
        file.ifPresent(path -> options.setProperty(name, path.toString()));
    }

    private static AccountLink read(Properties options) {
        return new AccountLink(
                TlsMode.valueOf(options.getProperty(MODE)),
                Optional.ofNullable(options.getProperty(AUTHORITY)),
                new TlsFiles(file(options, CA), file(options, CERTIFICATE), file(options, KEY)),
                AccountLink.DEFAULT.origin());
    }

    private static Optional<Path> file(Properties options, String name) {
        return Optional.ofNullable(options.getProperty(name)).map(Path::of);
    }

    @Override
    public String type() {
        return TYPE;
    }

    /** None: {@link #createSocket} brings its own. */
    @Override
    public TrustManager[] getTrustManager(
            Configuration conf, ExceptionFactory exceptions, HostAddress address) {
        link = read(conf.nonMappedOptions());
        host = address.host;
        port = address.port;
        return new TrustManager[0];
    }

    @Override
    public KeyManager[] getKeyManager(Configuration conf, ExceptionFactory exceptions) {
        return new KeyManager[0];
    }

    @Override
    public SSLSocket createSocket(Socket socket, SSLSocketFactory factory) throws IOException {
        return link.over(socket, host, port);
    }

    /** The handshake has seen to it. */
    @Override
    public void verify(String name, SSLSession session, long serverThreadId) {}
}
