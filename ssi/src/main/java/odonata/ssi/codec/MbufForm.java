package odonata.ssi.codec;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import odonata.protocol.wire.Mbuf;

/**
 * A packet: interface (4 bytes), time of receipt (8), then the packet to the end. Little-endian.
 *
 * <p>The time is that of the receiving machine's clock; on another machine it means nothing.
 */
final class MbufForm implements PayloadForm<Mbuf> {
    /** Bytes before the packet. */
    static final int HEADER = 12;

    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    @Override
    public Class<Mbuf> type() {
        return Mbuf.class;
    }

    @Override
    public int number() {
        return 2;
    }

    @Override
    public int length(final Mbuf mbuf) {
        return HEADER + mbuf.length();
    }

    @Override
    public void write(final Mbuf mbuf, final byte[] bytes, final int offset) {
        put(mbuf, bytes, offset);
    }

    @Override
    public Mbuf read(final byte[] bytes, final int offset, final int length) {
        return get(bytes, offset, length);
    }

    static void put(final Mbuf mbuf, final byte[] bytes, final int offset) {
        INT.set(bytes, offset, mbuf.rcvif());
        LONG.set(bytes, offset + 4, mbuf.rcvNs());
        System.arraycopy(mbuf.data(), mbuf.offset(), bytes, offset + HEADER, mbuf.length());
    }

    static Mbuf get(final byte[] bytes, final int offset, final int length) {
        if (length < HEADER || length > HEADER + Mbuf.MAX_LENGTH) {
            throw new CodecException("packet of " + (length - HEADER) + " bytes");
        }
        final byte[] packet = Arrays.copyOfRange(bytes, offset + HEADER, offset + length);
        return new Mbuf(packet, 0, packet.length, (int) INT.get(bytes, offset), (long) LONG.get(bytes, offset + 4));
    }
}
