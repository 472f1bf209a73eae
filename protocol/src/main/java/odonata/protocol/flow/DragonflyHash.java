package odonata.protocol.flow;

/**
 * The hash of 2004 with its shifts: the last octet of each address and the low byte of each port, exclusive-ored.
 *
 * <p>Range {@code 0..255}. It is 0 whenever everything cancels, and anyone can choose ports so that all flows meet on
 * one CPU; that is the paper's hash, kept as it was. Source: {@code ip_mport} of July 2004.
 */
public final class DragonflyHash implements FlowHash {
    @Override
    public int hash(final int src, final int sport, final int dst, final int dport) {
        return (src ^ sport ^ dst ^ dport) & 0xff;
    }

    @Override
    public String name() {
        return "dragonfly";
    }
}
