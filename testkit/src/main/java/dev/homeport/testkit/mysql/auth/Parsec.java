package dev.homeport.testkit.mysql.auth;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.EdECPrivateKeySpec;
import java.security.spec.NamedParameterSpec;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * Signs both sides' scrambles with a key derived from the password and the account's salt
 * (MariaDB's documentation, "Authentication Plugin - PARSEC").
 */
final class Parsec implements AuthPlugin {
    private static final int SCRAMBLE_LENGTH = 32;
    private static final int KEY_BITS = 256;
    private static final int FEWEST_ITERATIONS = 1024;

    private final String password;
    private byte[] scramble = {};

    Parsec(String password) {
        this.password = password;
    }

    /** An empty packet asks for the salt. */
    @Override
    public byte[] start(byte... data) {
        scramble = Arrays.copyOf(data, SCRAMBLE_LENGTH);
        return new byte[0];
    }

    /** The data are {@code 'P'}, the power of two of the iterations beyond 1024, and the salt. */
    @Override
    public Optional<byte[]> more(byte... data) {
        if (data[0] != 'P') {
            throw new IllegalStateException("parsec with another derivation than PBKDF2");
        }
        byte[] own = new byte[SCRAMBLE_LENGTH];
        new SecureRandom().nextBytes(own);
        try {
            byte[] seed =
                    derive(Arrays.copyOfRange(data, 2, data.length), FEWEST_ITERATIONS << data[1]);
            return Optional.of(Bytes.concat(own, sign(seed, Bytes.concat(scramble, own))));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("cannot sign", e);
        }
    }

    private byte[] derive(byte[] salt, int iterations) throws GeneralSecurityException {
        PBEKeySpec spec = new PBEKeySpec(password.toCharArray(), salt, iterations, KEY_BITS);
        return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA512")
                .generateSecret(spec)
                .getEncoded();
    }

    private static byte[] sign(byte[] seed, byte[] message) throws GeneralSecurityException {
        PrivateKey key =
                KeyFactory.getInstance("Ed25519")
                        .generatePrivate(new EdECPrivateKeySpec(NamedParameterSpec.ED25519, seed));
        Signature signature = Signature.getInstance("Ed25519");
        signature.initSign(key);
        signature.update(message);
        return signature.sign();
    }
}
