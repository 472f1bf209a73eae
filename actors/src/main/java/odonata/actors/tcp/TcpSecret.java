package odonata.actors.tcp;

import java.security.SecureRandom;

/**
 * The secret of a machine from which initial sequence numbers, ephemeral ports and SYN cookies are derived (RFC 6528, 6056, 4987). The
 * same on all its CPUs: connections move between them.
 */
public record TcpSecret(long k0, long k1) {

    /** A number of its own for one purpose, so that one use says nothing about another. */
    TcpSecret forPurpose(final long purpose) {
        return new TcpSecret(k0 ^ (purpose * 0x9E37_79B9_7F4A_7C15L), k1 + purpose);
    }

    /** The one of this process, chosen at random. */
    public static TcpSecret random() {
        return Boot.SECRET;
    }

    private static final class Boot {
        private static final TcpSecret SECRET;

        static {
            final SecureRandom random = new SecureRandom();
            SECRET = new TcpSecret(random.nextLong(), random.nextLong());
        }
    }
}
