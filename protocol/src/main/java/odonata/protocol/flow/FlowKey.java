package odonata.protocol.flow;

import odonata.protocol.wire.Fields;

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

    /** No flow. */
    public static final FlowKey NONE = new FlowKey(0, 0, 0, 0, 0);

    /** Rejects ports and protocol numbers that no header can carry. */
    public FlowKey {
        if ((sport & ~0xffff) != 0 || (dport & ~0xffff) != 0 || (proto & ~0xff) != 0) {
            throw new IllegalArgumentException("sport=" + sport + " dport=" + dport + " proto=" + proto);
        }
    }

    /** These values as bytes, or others from them. */
    public FlowKey fields(final Fields f) {
        return new FlowKey(f.int32(src), f.int32(sport), f.int32(dst), f.int32(dport), f.int32(proto));
    }

    /** The same flow seen from the other end. */
    public FlowKey reversed() {
        return new FlowKey(dst, dport, src, sport, proto);
    }
}
