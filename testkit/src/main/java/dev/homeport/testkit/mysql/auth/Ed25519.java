package dev.homeport.testkit.mysql.auth;

import java.math.BigInteger;
import java.util.Arrays;

/**
 * Signs the scramble. The key is the SHA-512 of a password of any length, where the standard (RFC
 * 8032) has a seed of 32 bytes: no library signs that way. Slow, and its timing tells of the
 * password: for tests only.
 */
final class Ed25519 implements AuthPlugin {
    private static final String SHA512 = "SHA-512";
    private static final int SCRAMBLE_LENGTH = 32;

    private static final BigInteger PRIME =
            BigInteger.TWO.pow(255).subtract(BigInteger.valueOf(19));
    private static final BigInteger ORDER =
            BigInteger.TWO.pow(252).add(new BigInteger("27742317777372353535851937790883648493"));
    private static final BigInteger CURVE_D =
            BigInteger.valueOf(-121_665)
                    .multiply(BigInteger.valueOf(121_666).modInverse(PRIME))
                    .mod(PRIME);
    private static final Point BASE =
            new Point(
                    new BigInteger(
                            "15112221349535400772501151409588531511"
                                    + "454012693041857206046113283949847762202"),
                    new BigInteger(
                            "46316835694926478169428394003475163141"
                                    + "307993866256225615783033603165251855960"));

    private final String password;

    Ed25519(String password) {
        this.password = password;
    }

    /** The signature R, S of RFC 8032, section 5.1.6. */
    @Override
    public byte[] start(byte... data) {
        byte[] message = Arrays.copyOf(data, SCRAMBLE_LENGTH);
        byte[] hash = Bytes.digest(SHA512, Bytes.utf8(password));
        BigInteger secret = clamped(Arrays.copyOf(hash, 32));
        byte[] prefix = Arrays.copyOfRange(hash, 32, 64);
        BigInteger nonce = number(Bytes.digest(SHA512, prefix, message)).mod(ORDER);
        byte[] commitment = BASE.times(nonce).encoded();
        byte[] publicKey = BASE.times(secret).encoded();
        BigInteger challenge = number(Bytes.digest(SHA512, commitment, publicKey, message));
        BigInteger answer = nonce.add(challenge.multiply(secret)).mod(ORDER);
        return Bytes.concat(commitment, littleEndian(answer));
    }

    private static BigInteger clamped(byte... half) {
        return number(half).clearBit(0).clearBit(1).clearBit(2).clearBit(255).setBit(254);
    }

    private static BigInteger number(byte... littleEndian) {
        return new BigInteger(1, reversed(littleEndian));
    }

    private static byte[] littleEndian(BigInteger number) {
        byte[] reversed = reversed(number.toByteArray());
        return Arrays.copyOf(reversed, 32);
    }

    private static byte[] reversed(byte... bytes) {
        byte[] result = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            result[i] = bytes[bytes.length - 1 - i];
        }
        return result;
    }

    /** A point of the curve in affine coordinates. */
    private record Point(BigInteger x, BigInteger y) {
        static final Point NEUTRAL = new Point(BigInteger.ZERO, BigInteger.ONE);

        Point plus(Point other) {
            BigInteger xx = x.multiply(other.x);
            BigInteger yy = y.multiply(other.y);
            BigInteger mixed = CURVE_D.multiply(xx).multiply(yy).mod(PRIME);
            BigInteger sumX = x.multiply(other.y).add(y.multiply(other.x));
            return new Point(
                    divided(sumX, BigInteger.ONE.add(mixed)),
                    divided(yy.add(xx), BigInteger.ONE.subtract(mixed)));
        }

        private static BigInteger divided(BigInteger by, BigInteger divisor) {
            return by.multiply(divisor.modInverse(PRIME)).mod(PRIME);
        }

        Point times(BigInteger factor) {
            Point result = NEUTRAL;
            for (int bit = factor.bitLength() - 1; bit >= 0; bit--) {
                result = result.plus(result);
                if (factor.testBit(bit)) {
                    result = result.plus(this);
                }
            }
            return result;
        }

        /** The y coordinate, with the lowest bit of x on top. */
        byte[] encoded() {
            byte[] bytes = littleEndian(y);
            if (x.testBit(0)) {
                bytes[31] |= (byte) 0x80;
            }
            return bytes;
        }
    }
}
