package dev.homeport.quarantine.account;

import static java.util.Objects.requireNonNull;

import dev.homeport.topology.BackendLink;
import dev.homeport.topology.Instance;
import dev.homeport.topology.TlsMode;
import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/**
 * How connections of an account of Homeport's own are encrypted. There is no client whose
 * connection they could follow: {@link TlsMode#FOLLOW} is {@link TlsMode#PREFERRED} here.
 *
 * @param authority certificates in PEM of whom to believe; empty leaves it to the files
 * @param origin where the mode stands, for people
 */
public record AccountLink(TlsMode mode, Optional<String> authority, TlsFiles files, String origin) {
    /** Of a record that says nothing, without files. */
    public static final AccountLink DEFAULT = of(BackendLink.DEFAULT, TlsFiles.NONE);

    private static final String ORIGIN = "tls.mode of the cluster's record";
    private static final String[] VERSIONS = {"TLSv1.3", "TLSv1.2"};

    public AccountLink {
        requireNonNull(authority, "authority");
        requireNonNull(files, "files");
        requireNonNull(origin, "origin");
        mode = mode == TlsMode.FOLLOW ? TlsMode.PREFERRED : mode;
    }

    /** As a cluster's record has it. */
    public static AccountLink of(BackendLink link, TlsFiles files) {
        return new AccountLink(link.tls(), link.authority(), files, ORIGIN);
    }

    /** Whether there is no connection unless it is encrypted. */
    public boolean isRequired() {
        return mode == TlsMode.REQUIRED || mode.isVerified();
    }

    /**
     * TLS over a connection, before the handshake, which asks of the certificate what the mode
     * says. Reads the files.
     *
     * @param socket is closed together with what is returned
     * @param host as the cluster's record has it
     * @throws IOException if a file cannot be used
     */
    public SSLSocket over(Socket socket, String host, int port) throws IOException {
        SSLSocket secured =
                (SSLSocket) context().getSocketFactory().createSocket(socket, host, port, true);
        SSLParameters parameters = secured.getSSLParameters();
        parameters.setProtocols(VERSIONS);
        if (mode == TlsMode.VERIFY_IDENTITY) {
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
        }
        secured.setSSLParameters(parameters);
        return secured;
    }

    private SSLContext context() throws IOException {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(TlsTrust.keys(files), TlsTrust.authorities(this), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new TlsSetupException("TLS cannot be set up", e);
        }
    }

    /**
     * Why there is no connection to that instance, if TLS is the cause: what is wrong and what
     * would be right, in words that hold no secrets.
     */
    public Optional<String> refusal(Instance instance, Throwable failure) {
        return TlsRefusal.of(this, instance, failure);
    }
}
