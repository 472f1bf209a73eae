package odonata.ssi.codec;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import odonata.actors.netisr.NetMsg;
import odonata.protocol.errno.Kassert;

/** A packet to send by a device of another CPU: number of the device (4 bytes), then as {@link MbufForm}. Little-endian. */
final class OutputForm implements PayloadForm<NetMsg.Output> {
    private static final int HEADER = 4;
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    @Override
    public Class<NetMsg.Output> type() {
        return NetMsg.Output.class;
    }

    @Override
    public int number() {
        return 4;
    }

    @Override
    public int length(final NetMsg.Output output) {
        return HEADER + MbufForm.HEADER + output.mbuf().length();
    }

    @Override
    public void write(final NetMsg.Output output, final byte[] bytes, final int offset) {
        Kassert.check(output.segmentSize() == 0, "segments of %d for another member", output.segmentSize());
        INT.set(bytes, offset, output.ifIndex());
        MbufForm.put(output.mbuf(), bytes, offset + HEADER);
    }

    @Override
    public NetMsg.Output read(final byte[] bytes, final int offset, final int length) {
        if (length < HEADER) {
            throw new CodecException("packet to send of " + length + " bytes");
        }
        return new NetMsg.Output(MbufForm.get(bytes, offset + HEADER, length - HEADER), (int) INT.get(bytes, offset));
    }
}
