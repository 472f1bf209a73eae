package odonata.actors.nic;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Counters of one device. The thread that receives and the thread that sends each write their own; any thread reads.
 */
public final class NicCounters {
    private static final int IPACKETS = 0;
    private static final int IBYTES = 1;
    private static final int IDROPS = 2;
    private static final int OPACKETS = 3;
    private static final int OBYTES = 4;
    private static final int ODROPS = 5;

    private final AtomicLongArray values = new AtomicLongArray(ODROPS + 1);

    /** Counts a packet received. Thread: the device's receiver. */
    public void received(final int bytes) {
        add(IPACKETS, 1);
        add(IBYTES, bytes);
    }

    /** Counts a packet that came but was lost for want of room. Thread: the device's receiver. */
    public void inputDropped() {
        add(IDROPS, 1);
    }

    /** Counts a packet sent. Thread: the device's sender. */
    public void sent(final int bytes) {
        add(OPACKETS, 1);
        add(OBYTES, bytes);
    }

    /** Counts a packet that could not be sent. Thread: the device's sender. */
    public void outputDropped() {
        add(ODROPS, 1);
    }

    /** Packets received. */
    public long ipackets() {
        return values.getOpaque(IPACKETS);
    }

    /** Bytes received. */
    public long ibytes() {
        return values.getOpaque(IBYTES);
    }

    /** Packets lost before they were pulled. */
    public long idrops() {
        return values.getOpaque(IDROPS);
    }

    /** Packets sent. */
    public long opackets() {
        return values.getOpaque(OPACKETS);
    }

    /** Bytes sent. */
    public long obytes() {
        return values.getOpaque(OBYTES);
    }

    /** Packets that could not be sent. */
    public long odrops() {
        return values.getOpaque(ODROPS);
    }

    private void add(final int index, final long n) {
        values.setOpaque(index, values.getPlain(index) + n);
    }
}
