package odonata.actors.nic;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import odonata.protocol.ip.IpProto;
import odonata.protocol.ip.Ipv4Header;
import odonata.protocol.wire.InetChecksum;
import odonata.protocol.wire.NetOrder;
import org.junit.jupiter.api.Test;

/** Checksums that the kernel leaves to be made, at every value that they can have. */
class VnetHeaderTest {
    private static final int START = Ipv4Header.MIN_LENGTH;
    private static final int TCP_CHECKSUM = 16;
    private static final int UDP_CHECKSUM = 6;

    private static ByteBuffer header(final int offset) {
        final ByteBuffer header = ByteBuffer.allocateDirect(VnetHeader.LENGTH).order(ByteOrder.nativeOrder());
        VnetHeader.putWhole(header);
        return header.put(0, (byte) 1).putShort(6, (short) START).putShort(8, (short) offset);
    }

    /** What the kernel hands out: in the field the sum of the pseudo header alone. */
    private static void leaveOut(final byte[] packet, final int proto, final int offset) {
        final Ipv4Header ip = new Ipv4Header().wrap(packet, 0, packet.length);
        final long pseudo = InetChecksum.pseudoHeader(ip.src(), ip.dst(), proto, packet.length - START);
        NetOrder.putShort(packet, START + offset, InetChecksum.fold(pseudo));
    }

    @Test
    void shouldMakeTheChecksumThatTheSenderOfASegmentWouldHaveMade() {
        for (int word = 0; word < 1 << 16; word++) {
            final byte[] packet = Packets.tcp("10.0.0.1", 1024, "10.0.0.2", 80, 2);
            NetOrder.putShort(packet, START + 20, word);
            NetOrder.putShort(packet, START + TCP_CHECKSUM, 0);
            final long pseudo = InetChecksum.pseudoHeader(0x0a000001, 0x0a000002, IpProto.TCP, 22);
            final int made = InetChecksum.finish(pseudo + InetChecksum.sum(packet, START, 22));
            leaveOut(packet, IpProto.TCP, TCP_CHECKSUM);
            VnetHeader.complete(header(TCP_CHECKSUM), packet);
            assertThat(NetOrder.getShort(packet, START + TCP_CHECKSUM)).isEqualTo(made);
        }
    }

    @Test
    void shouldNeverSayThatADatagramHasNoChecksum() {
        int allOnes = 0;
        for (int word = 0; word < 1 << 16; word++) {
            final byte[] packet = Packets.udp("10.0.0.1", 1024, "10.0.0.2", 7, (byte) (word >>> 8), (byte) word);
            final int made = NetOrder.getShort(packet, START + UDP_CHECKSUM);
            leaveOut(packet, IpProto.UDP, UDP_CHECKSUM);
            VnetHeader.complete(header(UDP_CHECKSUM), packet);
            assertThat(NetOrder.getShort(packet, START + UDP_CHECKSUM))
                    .isEqualTo(made)
                    .isNotZero();
            allOnes += made == 0xffff ? 1 : 0;
        }
        assertThat(allOnes).as("the sum that would be zero was among them").isPositive();
    }

    @Test
    void shouldBelieveNoOffsetThatLiesOutsideThePacket() {
        final byte[] packet = Packets.tcp("10.0.0.1", 1024, "10.0.0.2", 80, 0);
        final byte[] before = packet.clone();
        for (final int offset : new int[] {packet.length - START - 1, packet.length, 0xffff}) {
            VnetHeader.complete(header(offset), packet);
            assertThat(packet).isEqualTo(before);
        }
    }
}
