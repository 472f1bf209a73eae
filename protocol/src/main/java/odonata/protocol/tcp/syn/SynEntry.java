package odonata.protocol.tcp.syn;

import odonata.protocol.flow.FlowKey;
import odonata.protocol.wire.Fields;

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
    private long begunUs = Long.MIN_VALUE;
    /** By how much the timestamps of its SYN,ACK are ahead of the clock here: they were another machine's. */
    private int tsOffset;

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

    /** By how much the timestamps of its connection are ahead of the clock here; 0 unless it came from another machine. */
    public int tsOffset() {
        return tsOffset;
    }

    /**
     * All but the listener as bytes, or back from them into a new entry.
     *
     * @param tick timestamp clock of this machine
     */
    public SynEntry<L> fields(final Fields f, final int tick) {
        final SynEntry<L> entry = new SynEntry<>(flow.fields(f), f.bytes(syn), f.int32(iss), listener);
        entry.retransmits = f.int32(retransmits);
        if (entry.retransmits < 0 || entry.retransmits > Syncache.MAX_RETRANSMITS) {
            throw new IllegalArgumentException(entry.retransmits + " retransmits");
        }
        entry.sentUs = f.timeUs(sentUs);
        entry.dueUs = f.timeUs(dueUs);
        entry.tsOffset = f.int32(tick + tsOffset) - tick;
        entry.unreachable = f.flag(unreachable);
        return entry;
    }

    /** An entry to read another into, for a listener. */
    public static <L> SynEntry<L> blank(final L listener) {
        return new SynEntry<>(FlowKey.NONE, new byte[0], 0, listener);
    }

    /** As one whose SYN,ACK was sent then, with timestamps so far ahead of the clock here. */
    public SynEntry<L> answered(final long atUs, final int offset) {
        sentUs = atUs;
        tsOffset = offset;
        return this;
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

    /** Its first SYN,ACK is sent now. */
    public void begun(final long nowUs) {
        begunUs = nowUs;
    }

    /** When the first SYN,ACK was sent; {@link Long#MIN_VALUE} when that was at another member. */
    public long begunUs() {
        return begunUs;
    }

    /** When the SYN,ACK was sent last. */
    public long sentUs() {
        return sentUs;
    }
}
