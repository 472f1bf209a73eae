package odonata.ssi.wire;

import odonata.ssi.uplink.FrameSink;
import org.agrona.DirectBuffer;

/**
 * Two ways to one load generator: by UDP, which tells whether it lives, and through shared memory, which takes the frames once it is known that the load
 * generator is on this machine.
 *
 * <p>Threads: any.
 */
final class SwitchedSink implements FrameSink {
    private final FrameSink udp;
    private final FrameSink near;
    private volatile FrameSink used;

    SwitchedSink(final FrameSink udp, final FrameSink near) {
        this.udp = udp;
        this.near = near;
        this.used = udp;
    }

    /** All that follows goes through shared memory. */
    void nearby() {
        used = near;
    }

    @Override
    public boolean offer(final DirectBuffer buffer, final int length) {
        return used.offer(buffer, length);
    }

    @Override
    public boolean hasRoom() {
        return used.hasRoom();
    }

    @Override
    public boolean connected() {
        return udp.connected();
    }

    @Override
    public void close() {
        near.close();
        udp.close();
    }
}
