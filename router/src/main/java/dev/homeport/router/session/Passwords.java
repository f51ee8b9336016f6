package dev.homeport.router.session;

import static java.util.Objects.requireNonNull;

import java.security.KeyPair;
import java.util.function.Supplier;

/**
 * What the router does about passwords that pass between two connections of which only one is
 * encrypted.
 *
 * @param mayTellInClear passwords in clear may pass over a connection that is not encrypted, for
 *     plugins that have nothing else
 * @param key an RSA key pair for clients to seal passwords under; safe on any thread
 */
public record Passwords(boolean mayTellInClear, Supplier<KeyPair> key) {
    public Passwords {
        requireNonNull(key, "key");
    }
}
