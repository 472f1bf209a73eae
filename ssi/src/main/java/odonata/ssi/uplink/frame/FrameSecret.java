package odonata.ssi.uplink.frame;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The cluster's secret, or none. Gives each direction of each pair of parties a key of its own.
 *
 * <p>Key = HMAC-SHA256(secret, label, purpose, sender, its incarnation, addressee, its incarnation). The incarnations are random numbers
 * that the parties drew when they started, so frames of an earlier run cannot be used again.
 */
public final class FrameSecret {
    /** Bytes of the code at the end of an authenticated frame. */
    public static final int MAC_BYTES = 16;

    private static final String ALGORITHM = "HmacSHA256";
    private static final byte[] LABEL = "odonata frame 1".getBytes(StandardCharsets.US_ASCII);
    private static final FrameSecret NONE = new FrameSecret(new byte[0]);

    private final byte[] secret;

    private FrameSecret(final byte[] secret) {
        this.secret = secret;
    }

    /** No authentication; only for loopback. */
    public static FrameSecret none() {
        return NONE;
    }

    /** A secret; at least 16 bytes. */
    public static FrameSecret of(final byte[] secret) {
        if (secret.length < 16) {
            throw new IllegalArgumentException("the cluster secret has " + secret.length + " bytes, it needs 16");
        }
        return new FrameSecret(secret.clone());
    }

    /** True when frames are authenticated. */
    public boolean present() {
        return secret.length > 0;
    }

    /**
     * A code maker for one direction; empty without a secret. It belongs to one thread.
     *
     * @param purpose keeps uplink and wire apart
     */
    public Optional<Code> code(
            final String purpose,
            final long from,
            final long fromIncarnation,
            final long to,
            final long toIncarnation) {
        if (!present()) {
            return Optional.empty();
        }
        final ByteBuffer parties = ByteBuffer.allocate(32);
        parties.putLong(from).putLong(fromIncarnation).putLong(to).putLong(toIncarnation);
        try {
            final Mac mac = macOf(secret);
            mac.update(LABEL);
            mac.update((byte) 0);
            mac.update(purpose.getBytes(StandardCharsets.US_ASCII));
            mac.update((byte) 0);
            mac.update(parties.array());
            return Optional.of(new Code(macOf(mac.doFinal())));
        } catch (final GeneralSecurityException e) {
            throw new IllegalStateException("this JVM has no " + ALGORITHM, e);
        }
    }

    private static Mac macOf(final byte[] key) throws GeneralSecurityException {
        final Mac mac = Mac.getInstance(ALGORITHM);
        mac.init(new SecretKeySpec(key, ALGORITHM));
        return mac;
    }

    /** Makes and checks codes with one key. One thread at a time. */
    public static final class Code {
        private final Mac mac;
        private final byte[] full = new byte[32];

        private Code(final Mac mac) {
            this.mac = mac;
        }

        /** Writes the code of {@code bytes[0, length)} right behind it. */
        void write(final byte[] bytes, final int length) {
            compute(bytes, length);
            System.arraycopy(full, 0, bytes, length, MAC_BYTES);
        }

        /** True when the code of {@code bytes[0, length)} stands right behind it; takes the same time for every wrong one. */
        boolean matches(final byte[] bytes, final int length) {
            compute(bytes, length);
            int difference = 0;
            for (int i = 0; i < MAC_BYTES; i++) {
                difference |= full[i] ^ bytes[length + i];
            }
            return difference == 0;
        }

        private void compute(final byte[] bytes, final int length) {
            try {
                mac.update(bytes, 0, length);
                mac.doFinal(full, 0);
            } catch (final GeneralSecurityException e) {
                Arrays.fill(full, (byte) 0);
                throw new IllegalStateException("cannot compute " + ALGORITHM, e);
            }
        }
    }
}
