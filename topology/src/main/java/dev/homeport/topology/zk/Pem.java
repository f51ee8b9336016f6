package dev.homeport.topology.zk;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;

/** Certificates in text form. */
final class Pem {
    private Pem() {}

    /**
     * The text, if it holds one certificate or more and nothing that cannot be read.
     *
     * @throws IllegalArgumentException if it does not
     */
    static String certificates(String text) {
        try {
            var bytes = new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII));
            if (CertificateFactory.getInstance("X.509").generateCertificates(bytes).isEmpty()) {
                throw new IllegalArgumentException("must be certificates in PEM, was without any");
            }
            return text;
        } catch (CertificateException e) {
            throw new IllegalArgumentException(
                    "must be certificates in PEM, such as the content of a ca.pem", e);
        }
    }
}
