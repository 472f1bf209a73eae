package odonata.actors.nic;

import java.util.Set;
import odonata.protocol.ip.IpProto;
import odonata.protocol.ip.Ipv4Header;
import odonata.protocol.wire.InetChecksum;
import odonata.protocol.wire.NetOrder;

/**
 * Replaces some addresses of a captured packet by one, as source and as destination alike, so that both directions of a flow
 * stay one flow. Checksums are corrected by the difference: one that was wrong stays wrong.
 *
 * @param from addresses to be replaced
 * @param to the address that stands for them
 */
public record AddressRewrite(Set<Integer> from, int to) {
    private static final int FRAGMENT = 6;
    private static final int PROTO = 9;
    private static final int IP_CHECKSUM = 10;
    private static final int SRC = 12;
    private static final int DST = 16;
    private static final int TCP_CHECKSUM = 16;
    private static final int UDP_CHECKSUM = 6;

    /** Takes a copy of the set. */
    public AddressRewrite {
        from = Set.copyOf(from);
    }

    /** Replaces nothing. */
    public static AddressRewrite none() {
        return new AddressRewrite(Set.of(), 0);
    }

    /** Changes the packet of {@code length} bytes from {@code at}; a packet that ends in its header is left alone. */
    public void apply(final byte[] data, final int at, final int length) {
        if (length >= Ipv4Header.MIN_LENGTH && !from.isEmpty()) {
            replace(data, at, length, at + SRC);
            replace(data, at, length, at + DST);
        }
    }

    private void replace(final byte[] data, final int at, final int length, final int field) {
        final int before = NetOrder.getInt(data, field);
        if (!from.contains(before)) {
            return;
        }
        NetOrder.putInt(data, field, to);
        correct(data, at + IP_CHECKSUM, before);
        final int transport = at + ((data[at] & 0xf) << 2);
        final int room = at + length - transport;
        final boolean hasPorts = (NetOrder.getShort(data, at + FRAGMENT) & Ipv4Header.OFFSET_MASK) == 0;
        final int proto = NetOrder.getByte(data, at + PROTO);
        if (hasPorts && proto == IpProto.TCP && room >= TCP_CHECKSUM + 2) {
            correct(data, transport + TCP_CHECKSUM, before);
        } else if (hasPorts
                && proto == IpProto.UDP
                && room >= UDP_CHECKSUM + 2
                && NetOrder.getShort(data, transport + UDP_CHECKSUM) != 0) {
            correctUdp(data, transport + UDP_CHECKSUM, before);
        }
    }

    private void correct(final byte[] data, final int field, final int before) {
        NetOrder.putShort(data, field, InetChecksum.updateInt(NetOrder.getShort(data, field), before, to));
    }

    private void correctUdp(final byte[] data, final int field, final int before) {
        final int sum = InetChecksum.updateInt(NetOrder.getShort(data, field), before, to);
        NetOrder.putShort(data, field, sum == 0 ? 0xffff : sum);
    }
}
