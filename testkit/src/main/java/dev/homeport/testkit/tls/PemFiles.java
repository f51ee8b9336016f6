package dev.homeport.testkit.tls;

import java.nio.file.Path;

/**
 * A certificate and its private key (PKCS #8, not encrypted), as PEM files.
 *
 * @param certificate the chain, the own one first, without the root
 */
public record PemFiles(Path certificate, Path key) {}
