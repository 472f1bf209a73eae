package odonata.ssi.codec;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.Serializer;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import odonata.protocol.flow.BucketMap;
import odonata.protocol.wire.Mbuf;

/** Types of {@code protocol} that are no records of simple values. */
final class ProtocolSerializers {
    private ProtocolSerializers() {}

    private static void writeInts(final Output output, final int[] values) {
        output.writeVarInt(values.length, true);
        for (final int value : values) {
            output.writeVarInt(value, false);
        }
    }

    private static int[] readInts(final Input input) {
        final int[] values = new int[BoundedInput.readCount(input)];
        for (int i = 0; i < values.length; i++) {
            values[i] = input.readVarInt(false);
        }
        return values;
    }

    /** Version, CPUs, owners, hand-over sources. */
    static final class OfBucketMap extends Serializer<BucketMap> {
        OfBucketMap() {
            super(false, true);
        }

        @Override
        public void write(final Kryo kryo, final Output output, final BucketMap map) {
            output.writeVarLong(map.version(), true);
            writeInts(output, map.cpus());
            writeInts(output, map.owners());
            writeInts(output, map.froms());
        }

        @Override
        public BucketMap read(final Kryo kryo, final Input input, final Class<? extends BucketMap> type) {
            return new BucketMap(input.readVarLong(true), readInts(input), readInts(input), readInts(input));
        }
    }

    /** Interface, time, bytes of the packet alone. The time is that of the sending machine's clock. */
    static final class OfMbuf extends Serializer<Mbuf> {
        OfMbuf() {
            super(false, true);
        }

        @Override
        public void write(final Kryo kryo, final Output output, final Mbuf mbuf) {
            output.writeVarInt(mbuf.rcvif(), false);
            output.writeLong(mbuf.rcvNs());
            output.writeVarInt(mbuf.length(), true);
            output.writeBytes(mbuf.data(), mbuf.offset(), mbuf.length());
        }

        @Override
        public Mbuf read(final Kryo kryo, final Input input, final Class<? extends Mbuf> type) {
            final int rcvif = input.readVarInt(false);
            final long rcvNs = input.readLong();
            final byte[] data = input.readBytes(input.readVarInt(true));
            return new Mbuf(data, 0, data.length, rcvif, rcvNs);
        }
    }
}
