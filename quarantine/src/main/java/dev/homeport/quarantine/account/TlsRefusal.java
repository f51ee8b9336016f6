package dev.homeport.quarantine.account;

import dev.homeport.topology.Instance;
import dev.homeport.topology.TlsMode;
import dev.homeport.topology.Words;
import java.io.IOException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLException;

/** What it says about TLS that a connection did not come about. Pure. */
final class TlsRefusal {
    /** ER_ACCESS_DENIED_ERROR: what older MariaDBs say where require_secure_transport is on. */
    private static final int ACCESS_DENIED = 1045;

    /** ER_SECURE_TRANSPORT_REQUIRED: what others say, and routers. */
    private static final int SECURE_TRANSPORT_REQUIRED = 3159;

    /** What the libraries have no better sign for than their text: MariaDB Connector/J 3.5.11, */
    private static final String NOT_OFFERED_TO_JDBC = "ssl not enabled in the server";

    /** and mysql-binlog-connector-java 0.30.1. */
    private static final String NOT_OFFERED_TO_READER = "MySQL server does not support SSL";

    private static final int MOST_CHARS = 120;

    private TlsRefusal() {}

    static Optional<String> of(AccountLink link, Instance instance, Throwable failure) {
        List<Throwable> causes = causes(failure);
        if (link.mode() == TlsMode.OFF) {
            return causes.stream().flatMap(cause -> ofThePlain(link, cause).stream()).findFirst();
        }
        if (link.isRequired() && causes.stream().anyMatch(TlsRefusal::isNotOffered)) {
            return Optional.of(
                    "it offers no TLS, and %s is %s: it needs a certificate, or another mode"
                            .formatted(link.origin(), Words.of(link.mode())));
        }
        return ofTheHandshake(link, instance, causes);
    }

    private static Optional<String> ofTheHandshake(
            AccountLink link, Instance instance, List<Throwable> causes) {
        if (has(causes, TlsSetupException.class)) {
            return first(causes, TlsSetupException.class).map(Throwable::getMessage);
        }
        if (has(causes, CertificateExpiredException.class)) {
            return Optional.of("its certificate has expired: it needs a new one");
        }
        if (has(causes, CertificateNotYetValidException.class)) {
            return Optional.of("its certificate is not valid yet: one of the clocks may be wrong");
        }
        if (has(causes, CertPathBuilderException.class)
                || has(causes, CertPathValidatorException.class)) {
            return Optional.of(
                    "its certificate does not come from whom %s: that has to be who signed it"
                            .formatted(authority(link)));
        }
        if (has(causes, CertificateException.class)) {
            return Optional.of(
                    ("its certificate is not for %s: the host of the instance in the cluster's record"
                                    + " has to be a name in the certificate, or %s verify-ca")
                            .formatted(instance.host(), link.origin()));
        }
        return first(causes, SSLException.class)
                .map(e -> "TLS with it fails: " + shortened(e.getMessage()));
    }

    private static String authority(AccountLink link) {
        if (link.authority().isPresent()) {
            return "tls.ca of the cluster's record names";
        }
        return link.files()
                .authority()
                .map(file -> "file %s of tls.ca names".formatted(file))
                .orElse("this machine's Java believes, as neither record nor file has a tls.ca");
    }

    private static Optional<String> ofThePlain(AccountLink link, Throwable cause) {
        int error = cause instanceof SQLException sql ? sql.getErrorCode() : 0;
        return switch (error) {
            case SECURE_TRANSPORT_REQUIRED ->
                    Optional.of(
                            ("it takes no connections without TLS (error 3159), and this one had"
                                            + " none: %s is off, and has to be preferred or"
                                            + " stricter")
                                    .formatted(link.origin()));
            case ACCESS_DENIED ->
                    Optional.of(
                            ("access denied (error 1045): the password is wrong, or it takes no"
                                            + " connections without TLS and %s, which is off, has"
                                            + " to be preferred or stricter")
                                    .formatted(link.origin()));
            default -> Optional.empty();
        };
    }

    private static boolean isNotOffered(Throwable cause) {
        String message = String.valueOf(cause.getMessage());
        return (cause instanceof SQLException && message.contains(NOT_OFFERED_TO_JDBC))
                || (cause instanceof IOException && message.equals(NOT_OFFERED_TO_READER));
    }

    private static boolean has(List<Throwable> causes, Class<? extends Throwable> type) {
        return first(causes, type).isPresent();
    }

    private static Optional<Throwable> first(
            List<Throwable> causes, Class<? extends Throwable> type) {
        return causes.stream().filter(type::isInstance).findFirst();
    }

    /** Texts of Java's TLS, which know no secrets. */
    private static String shortened(String message) {
        String text = String.valueOf(message);
        return text.length() > MOST_CHARS ? text.substring(0, MOST_CHARS) + "..." : text;
    }

    private static List<Throwable> causes(Throwable failure) {
        List<Throwable> causes = new ArrayList<>();
        for (Throwable cause = failure;
                cause != null && !causes.contains(cause);
                cause = cause.getCause()) {
            causes.add(cause);
        }
        return causes;
    }
}
