package odonata.protocol.flow;

/**
 * Maps a flow to a number that is the same from both ends (R34, I40). Implementations are pure functions.
 *
 * <p>The low 8 bits choose one of {@link BucketMap#BUCKETS} buckets, or, masked further, a CPU.
 */
public interface FlowHash {

    /**
     * Hash of the four values, never negative.
     *
     * @param src source address, first octet in the high byte
     * @param sport source port {@code 0..65535}
     * @param dst destination address
     * @param dport destination port {@code 0..65535}
     */
    int hash(int src, int sport, int dst, int dport);

    /** Name by which configuration chooses it. */
    String name();

    /** Hash of {@code key}; the protocol number takes no part. */
    default int hash(final FlowKey key) {
        return hash(key.src(), key.sport(), key.dst(), key.dport());
    }
}
