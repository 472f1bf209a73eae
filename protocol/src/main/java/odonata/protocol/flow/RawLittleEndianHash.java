package odonata.protocol.flow;

/**
 * The hash as the paper prints it, run on a little-endian machine: network-order fields are exclusive-ored unswapped.
 *
 * <p>The low bits then come from the <em>first</em> octet of each address and the high byte of each port, which most
 * flows of one network share. It is here to show how badly that spreads. Range {@code 0..2^31-1}.
 */
public final class RawLittleEndianHash implements FlowHash {
    @Override
    public int hash(final int src, final int sport, final int dst, final int dport) {
        final int ports = Integer.reverseBytes(sport ^ dport) >>> 16;
        return (Integer.reverseBytes(src ^ dst) ^ ports) & 0x7fff_ffff;
    }

    @Override
    public String name() {
        return "raw";
    }
}
