package odonata.node.capture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.util.List;
import odonata.protocol.flow.FlowKey;
import odonata.protocol.ip.IpProto;
import odonata.protocol.ip.Ipv4Address;
import odonata.protocol.ip.PacketChecks;
import odonata.protocol.pcap.LinkType;
import odonata.protocol.pcap.PcapPacket;
import odonata.protocol.pcap.PcapReader;
import odonata.protocol.tcp.TcpSegment;
import odonata.protocol.wire.Mbuf;
import org.junit.jupiter.api.Test;

class CaptureBufferTest {
    private static final int MUCH = 1 << 20;
    private static final FlowKey FLOW =
            new FlowKey(Ipv4Address.parse("10.77.77.1"), 80, Ipv4Address.parse("10.77.77.2"), 40_000, IpProto.TCP);

    private static CaptureBuffer buffer(final String device, final Integer snaplen, final long capacity) {
        return new CaptureBuffer(new CaptureRequest(device, "", 80, "tcp", snaplen), 1_000_000_000_000L, capacity);
    }

    private static byte[] packet(final int text) {
        return TcpSegment.of(FLOW).seq(1).ack(1).payload(new byte[text]).build();
    }

    private static List<PcapPacket> read(final CaptureBuffer buffer, final int limit) {
        return PcapReader.open(new ByteArrayInputStream(buffer.read(limit)), "test").stream()
                .toList();
    }

    @Test
    void shouldGiveCopiesOfWhatIsAskedForWithTimeAndLength() {
        final CaptureBuffer buffer = buffer("tun0", null, MUCH);
        final byte[] bytes = packet(10);
        buffer.passes("tun0", Mbuf.of(bytes), false, 123_456_789);
        buffer.passes("tun1", Mbuf.of(packet(11)), false, 5);
        final byte[] before = bytes.clone();
        bytes[21] ^= 1;
        buffer.passes("tun0", Mbuf.of(bytes), false, 6);
        assertThat(read(buffer, MUCH)).singleElement().satisfies(p -> {
            assertThat(p.frame()).isEqualTo(before);
            assertThat(p.originalLength()).isEqualTo(50);
            assertThat(p.timestampNs()).isEqualTo(1_000_123_456_789L);
            assertThat(p.linkType()).isEqualTo(LinkType.RAW);
        });
        assertThat(buffer.captured()).isEqualTo(1);
        assertThat(read(buffer, MUCH)).isEmpty();
    }

    @Test
    void shouldKeepTheStartOnlyButSayTheWholeLength() {
        final CaptureBuffer buffer = buffer("", 64, MUCH);
        buffer.passes("any", Mbuf.of(packet(1000)), false, 0);
        assertThat(read(buffer, MUCH)).singleElement().satisfies(p -> {
            assertThat(p.frame()).hasSize(64);
            assertThat(p.originalLength()).isEqualTo(1040);
        });
    }

    /** A large packet leaves without checksum, as the device makes it; in the file it has one, and the packet itself stays as it is. */
    @Test
    void shouldMakeTheChecksumThatTheDeviceWouldMake() {
        final CaptureBuffer buffer = buffer("", null, MUCH);
        final byte[] bytes = packet(40_000);
        bytes[36] = 0;
        bytes[37] = 0;
        buffer.passes("tun0", Mbuf.of(bytes), true, 0);
        assertThat(bytes[36] | bytes[37]).isZero();
        assertThat(read(buffer, MUCH)).singleElement().satisfies(p -> {
            assertThat(p.frame()).hasSize(40_040);
            assertThat(PacketChecks.transportOk(Mbuf.of(p.frame()))).isTrue();
        });
        final CaptureBuffer cut = buffer("", 60, MUCH);
        cut.passes("tun0", Mbuf.of(bytes), true, 0);
        assertThat(read(cut, MUCH)).singleElement().satisfies(p -> assertThat(p.frame()[36] | p.frame()[37])
                .isNotZero());
    }

    @Test
    void shouldCountWhatFindsNoRoomAndTakeMoreWhenThereIsRoomAgain() {
        final CaptureBuffer buffer = buffer("", null, 500);
        for (int i = 0; i < 10; i++) {
            buffer.passes("tun0", Mbuf.of(packet(10)), false, i);
        }
        assertThat(buffer.captured()).isEqualTo(4);
        assertThat(buffer.dropped()).isEqualTo(6);
        assertThat(read(buffer, 1)).hasSize(1);
        assertThat(read(buffer, MUCH)).hasSize(3);
        buffer.passes("tun0", Mbuf.of(packet(10)), false, 11);
        assertThat(buffer.captured()).isEqualTo(5);
    }
}
