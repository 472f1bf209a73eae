package odonata.protocol.udp;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import odonata.protocol.flow.FlowKey;
import odonata.protocol.ip.Golden;
import odonata.protocol.ip.IpProto;
import odonata.protocol.ip.Ipv4Header;
import odonata.protocol.wire.Hex;
import odonata.protocol.wire.NetOrder;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class UdpTest {
    private static final FlowKey FLOW = new FlowKey(0xc0a8_010a, 40_000, 0xc0a8_0114, 53, IpProto.UDP);

    @Nested
    class Building {
        @Test
        void shouldMakeGoldenBytes() {
            assertThat(Hex.digits(UdpDatagram.build(FLOW, "hello".getBytes(US_ASCII))))
                    .isEqualTo(Golden.UDP);
        }

        @Test
        void shouldSendAllOnesWhenChecksumIsZero() {
            final byte[] packet = UdpDatagram.build(0x0a00_0001, 1, 0x0a00_0002, 2, 64, Hex.bytes("ebd4"));
            assertThat(NetOrder.getShort(packet, 26)).isEqualTo(0xffff);
            assertThat(new UdpHeader().wrap(packet, 20, 10).verifyChecksum(0x0a00_0001, 0x0a00_0002))
                    .isTrue();
        }

        @Test
        void shouldRefuseMoreThanPacketHolds() {
            assertThat(UdpDatagram.build(FLOW, new byte[UdpDatagram.MAX_PAYLOAD]))
                    .hasSize(65_535);
            assertThatThrownBy(() -> UdpDatagram.build(FLOW, new byte[UdpDatagram.MAX_PAYLOAD + 1]))
                    .hasMessage("payload=65508 exceeds 65507");
        }

        @Test
        void shouldTakeTtl() {
            assertThat(UdpDatagram.build(1, 2, 3, 4, 9, new byte[0])[8]).isEqualTo((byte) 9);
        }
    }

    @Nested
    class Reading {
        private final byte[] packet = Hex.bytes(Golden.UDP);
        private final UdpHeader udp = new UdpHeader().wrap(new Ipv4Header().wrap(packet, 0, packet.length));

        @Test
        void shouldReadEveryField() {
            assertThat(udp.sport()).isEqualTo(40_000);
            assertThat(udp.dport()).isEqualTo(53);
            assertThat(udp.length()).isEqualTo(13);
            assertThat(udp.checksum()).isEqualTo(0x9c1d);
            assertThat(udp.payloadLength()).isEqualTo(5);
            assertThat(new String(udp.data(), udp.payloadOffset(), udp.payloadLength(), US_ASCII))
                    .isEqualTo("hello");
            assertThat(udp.check()).isTrue();
            assertThat(udp.verifyChecksum(FLOW.src(), FLOW.dst())).isTrue();
        }

        @Test
        void shouldNotVerifyWhenDamaged() {
            packet[32] ^= 1;
            assertThat(udp.verifyChecksum(FLOW.src(), FLOW.dst())).isFalse();
        }

        @Test
        void shouldVerifyWhenThereIsNoChecksum() {
            packet[32] ^= 1;
            NetOrder.putShort(packet, 26, 0);
            assertThat(udp.verifyChecksum(FLOW.src(), FLOW.dst())).isTrue();
        }

        @Test
        void shouldRefuseImpossibleLength() {
            NetOrder.putShort(packet, 24, 14);
            assertThat(udp.check()).isFalse();
            NetOrder.putShort(packet, 24, 7);
            assertThat(udp.check()).isFalse();
            assertThatThrownBy(() -> new UdpHeader().wrap(packet, 0, 7)).hasMessage("length=7 want at least 8");
        }
    }
}
