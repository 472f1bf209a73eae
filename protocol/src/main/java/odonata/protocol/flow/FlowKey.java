package odonata.protocol.flow;

/**
 * The five values that name a flow in one direction.
 *
 * @param src source IPv4 address, first octet in the high byte
 * @param sport source port {@code 0..65535}, 0 for protocols without ports
 * @param dst destination IPv4 address
 * @param dport destination port
 * @param proto IP protocol number {@code 0..255}
 */
public record FlowKey(int src, int sport, int dst, int dport, int proto) {

    /** Rejects ports and protocol numbers that no header can carry. */
    public FlowKey {
        if ((sport & ~0xffff) != 0 || (dport & ~0xffff) != 0 || (proto & ~0xff) != 0) {
            throw new IllegalArgumentException("sport=" + sport + " dport=" + dport + " proto=" + proto);
        }
    }

    /** The same flow seen from the other end. */
    public FlowKey reversed() {
        return new FlowKey(dst, dport, src, sport, proto);
    }
}
