package odonata.protocol.tcp.syn;

import odonata.protocol.flow.FlowKey;

/**
 * A handshake that has begun: less than a control block. Owner: that of its {@link Syncache}.
 *
 * @param <L> the listener
 */
public final class SynEntry<L> {
    final FlowKey flow;
    byte[] syn;
    final int iss;
    L listener;
    int retransmits;
    private boolean unreachable;
    long sentUs;
    long dueUs;

    /**
     * An entry that is in no cache yet.
     *
     * @param flow own end first
     * @param syn TCP header and options of the SYN, without text; from now on not the caller's
     * @param iss the own initial sequence number
     */
    public SynEntry(final FlowKey flow, final byte[] syn, final int iss, final L listener) {
        this.flow = flow;
        this.syn = syn;
        this.iss = iss;
        this.listener = listener;
    }

    /** Own end first. */
    public FlowKey flow() {
        return flow;
    }

    /** TCP header and options of the SYN; not to be changed. */
    public byte[] syn() {
        return syn;
    }

    /** The own initial sequence number. */
    public int iss() {
        return iss;
    }

    /** Who will have the connection. */
    public L listener() {
        return listener;
    }

    /** Somebody else will. */
    public void listener(final L heir) {
        listener = heir;
    }

    /** How often the SYN,ACK was sent again. */
    public int retransmits() {
        return retransmits;
    }

    /** Notes that ICMP calls the peer unreachable; whether it did so before. */
    public boolean unreachable() {
        final boolean before = unreachable;
        unreachable = true;
        return before;
    }

    /** When the SYN,ACK was sent last. */
    public long sentUs() {
        return sentUs;
    }
}
