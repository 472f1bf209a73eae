package odonata.ssi.codec;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.Serializer;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import odonata.actors.netisr.NetMsg.FlowState;
import odonata.actors.netisr.NetMsg.Handover;
import odonata.protocol.flow.FlowKey;

/** A bucket's flow state: fixed fields, then the flows one after the other. */
final class HandoverSerializer extends Serializer<Handover> {
    HandoverSerializer() {
        super(false, true);
    }

    @Override
    public void write(final Kryo kryo, final Output output, final Handover handover) {
        output.writeVarInt(handover.fromCpu(), true);
        output.writeVarLong(handover.version(), true);
        output.writeVarInt(handover.bucket(), true);
        output.writeBoolean(handover.last());
        output.writeLong(handover.sentNs());
        output.writeVarInt(handover.flows().length, true);
        for (final FlowState flow : handover.flows()) {
            writeKey(output, flow.key());
            output.writeVarLong(flow.packets(), true);
            output.writeVarLong(flow.bytes(), true);
            output.writeLong(flow.firstNs());
            output.writeLong(flow.lastNs());
        }
    }

    @Override
    public Handover read(final Kryo kryo, final Input input, final Class<? extends Handover> type) {
        final int fromCpu = input.readVarInt(true);
        final long version = input.readVarLong(true);
        final int bucket = input.readVarInt(true);
        final boolean last = input.readBoolean();
        final long sentNs = input.readLong();
        final FlowState[] flows = new FlowState[BoundedInput.readCount(input)];
        for (int i = 0; i < flows.length; i++) {
            flows[i] = new FlowState(
                    readKey(input),
                    input.readVarLong(true),
                    input.readVarLong(true),
                    input.readLong(),
                    input.readLong());
        }
        return new Handover(fromCpu, version, bucket, last, sentNs, flows);
    }

    private static void writeKey(final Output output, final FlowKey key) {
        output.writeInt(key.src());
        output.writeShort(key.sport());
        output.writeInt(key.dst());
        output.writeShort(key.dport());
        output.writeByte(key.proto());
    }

    private static FlowKey readKey(final Input input) {
        return new FlowKey(
                input.readInt(),
                input.readShortUnsigned(),
                input.readInt(),
                input.readShortUnsigned(),
                input.readByteUnsigned());
    }
}
