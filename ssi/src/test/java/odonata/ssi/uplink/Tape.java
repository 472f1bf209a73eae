package odonata.ssi.uplink;

import java.util.ArrayList;
import java.util.List;
import org.agrona.DirectBuffer;

/** Keeps what it is offered. */
final class Tape implements FrameSink {
    final List<byte[]> frames = new ArrayList<>();

    @Override
    public boolean offer(final DirectBuffer buffer, final int length) {
        final byte[] frame = new byte[length];
        buffer.getBytes(0, frame);
        frames.add(frame);
        return true;
    }

    @Override
    public boolean hasRoom() {
        return true;
    }

    @Override
    public boolean connected() {
        return true;
    }

    @Override
    public void close() {}
}
