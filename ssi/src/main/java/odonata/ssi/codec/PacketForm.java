package odonata.ssi.codec;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import odonata.actors.netisr.NetMsg;

/** A steered packet: bucket (4 bytes), map version (8), then as {@link MbufForm}. Little-endian. */
final class PacketForm implements PayloadForm<NetMsg.Packet> {
    private static final int HEADER = 12;
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    @Override
    public Class<NetMsg.Packet> type() {
        return NetMsg.Packet.class;
    }

    @Override
    public int number() {
        return 3;
    }

    @Override
    public int length(final NetMsg.Packet packet) {
        return HEADER + MbufForm.HEADER + packet.mbuf().length();
    }

    @Override
    public void write(final NetMsg.Packet packet, final byte[] bytes, final int offset) {
        INT.set(bytes, offset, packet.bucket());
        LONG.set(bytes, offset + 4, packet.mapVersion());
        MbufForm.put(packet.mbuf(), bytes, offset + HEADER);
    }

    @Override
    public NetMsg.Packet read(final byte[] bytes, final int offset, final int length) {
        if (length < HEADER) {
            throw new CodecException("steered packet of " + length + " bytes");
        }
        return new NetMsg.Packet(
                MbufForm.get(bytes, offset + HEADER, length - HEADER), (int) INT.get(bytes, offset), (long)
                        LONG.get(bytes, offset + 4));
    }
}
