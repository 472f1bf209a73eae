package odonata.protocol.icmp;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import odonata.protocol.flow.FlowKey;
import odonata.protocol.ip.Golden;
import odonata.protocol.ip.IpProto;
import odonata.protocol.ip.Ipv4Header;
import odonata.protocol.ip.PacketChecks;
import odonata.protocol.udp.UdpDatagram;
import odonata.protocol.wire.Hex;
import odonata.protocol.wire.Mbuf;
import odonata.protocol.wire.NetOrder;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class IcmpTest {
    private static final int US = 0x0a00_0002;
    private static final int PEER = 0x0a00_0001;

    private static byte[] sealed(final byte... packet) {
        new Ipv4Header().wrap(packet, 0, packet.length).putChecksum();
        return packet;
    }

    @Nested
    class Echo {
        private final byte[] packet = Hex.bytes(Golden.ECHO);

        @Test
        void shouldMakeGoldenRequest() {
            final byte[] request = IcmpEcho.request(PEER, US, 0x1234, 1, "abcdefg".getBytes(US_ASCII));
            assertThat(Hex.digits(request)).isEqualTo(Golden.ECHO);
        }

        @Test
        void shouldReadEveryField() {
            final IcmpHeader icmp = new IcmpHeader().wrap(new Ipv4Header().wrap(packet, 0, packet.length));
            assertThat(icmp.type()).isEqualTo(IcmpHeader.ECHO_REQUEST);
            assertThat(icmp.code()).isZero();
            assertThat(icmp.checksum()).isEqualTo(0x549d);
            assertThat(icmp.ident()).isEqualTo(0x1234);
            assertThat(icmp.seq()).isEqualTo(1);
            assertThat(icmp.bodyLength()).isEqualTo(7);
            assertThat(icmp.verifyChecksum()).isTrue();
        }

        @Test
        void shouldReplyInPlaceWithBothChecksumsRight() {
            packet[8] = 3;
            sealed(packet);
            assertThat(IcmpEcho.replyInPlace(Mbuf.of(packet))).isTrue();
            final Ipv4Header ip = new Ipv4Header().wrap(packet, 0, packet.length);
            assertThat(ip.src()).isEqualTo(US);
            assertThat(ip.dst()).isEqualTo(PEER);
            assertThat(ip.ttl()).isEqualTo(64);
            assertThat(ip.verifyChecksum()).isTrue();
            assertThat(PacketChecks.transportOk(Mbuf.of(packet))).isTrue();
            assertThat(Hex.digits(Arrays.copyOfRange(packet, 20, 28))).isEqualTo("00005c9d12340001");
            assertThat(new String(packet, 28, 7, US_ASCII)).isEqualTo("abcdefg");
        }

        @Test
        void shouldLeaveEverythingElseAlone() {
            final byte[] reply = Hex.bytes(Golden.ECHO);
            new IcmpHeader().wrap(reply, 20, 15).changeType(IcmpHeader.ECHO_REPLY);
            final byte[] damaged = Hex.bytes(Golden.ECHO);
            damaged[30] ^= 1;
            final byte[] fromMany = Hex.bytes(Golden.ECHO);
            fromMany[12] = (byte) 224;
            final byte[] toMany = Hex.bytes(Golden.ECHO);
            NetOrder.putInt(toMany, 16, -1);
            final byte[] fragment = Hex.bytes(Golden.ECHO);
            NetOrder.putShort(fragment, 6, Ipv4Header.MF);
            for (final byte[] other : new byte[][] {
                reply, damaged, sealed(fromMany), sealed(toMany), sealed(fragment), Hex.bytes(Golden.UDP)
            }) {
                final byte[] before = other.clone();
                assertThat(IcmpEcho.replyInPlace(Mbuf.of(other))).isFalse();
                assertThat(other).isEqualTo(before);
            }
        }
    }

    @Nested
    class Errors {
        private final FlowKey flow = new FlowKey(PEER, 5_000, US, 53, IpProto.UDP);
        private final byte[] cause = UdpDatagram.build(flow, new byte[100]);

        private byte[] unreachable(final byte... packet) {
            return IcmpError.build(US, IcmpHeader.UNREACHABLE, IcmpHeader.PORT_UNREACHABLE, 0, Mbuf.of(packet))
                    .orElse(new byte[0]);
        }

        @Test
        void shouldQuoteHeaderAndEightBytes() {
            final byte[] error = unreachable(cause);
            assertThat(error).hasSize(20 + 8 + 20 + 8);
            assertThat(Arrays.copyOfRange(error, 28, 56)).isEqualTo(Arrays.copyOf(cause, 28));
            final Ipv4Header ip = new Ipv4Header().wrap(error, 0, error.length);
            assertThat(ip.dst()).isEqualTo(PEER);
            assertThat(ip.src()).isEqualTo(US);
            assertThat(ip.check()).isTrue();
            assertThat(ip.verifyChecksum()).isTrue();
            assertThat(PacketChecks.transportOk(Mbuf.of(error))).isTrue();
            assertThat(Arrays.copyOfRange(error, 20, 22)).containsExactly(3, 3);
        }

        @Test
        void shouldQuoteLessWhenCauseIsShorter() {
            final byte[] tiny = sealed(Arrays.copyOf(cause, 23));
            NetOrder.putShort(tiny, 2, 23);
            assertThat(unreachable(sealed(tiny))).hasSize(28 + 23);
        }

        @Test
        void shouldCarryMtu() {
            final byte[] error = IcmpError.build(
                            US, IcmpHeader.UNREACHABLE, IcmpHeader.FRAGMENTATION_NEEDED, 1_400, Mbuf.of(cause))
                    .orElseThrow();
            assertThat(NetOrder.getShort(error, 26)).isEqualTo(1_400);
        }

        @Test
        void shouldNameTheFlowThatItIsAbout() {
            assertThat(IcmpError.quotedFlow(Mbuf.of(unreachable(cause)))).contains(flow);
        }

        @Test
        void shouldNameNoFlowWhenThereIsNone() {
            assertThat(IcmpError.quotedFlow(Mbuf.of(cause))).isEmpty();
            assertThat(IcmpError.quotedFlow(Mbuf.of(Hex.bytes(Golden.ECHO)))).isEmpty();
            assertThat(IcmpError.quotedFlow(Mbuf.of(unreachable(Hex.bytes(Golden.ECHO)))))
                    .isEmpty();
            final byte[] cut = Arrays.copyOf(unreachable(cause), 51);
            NetOrder.putShort(cut, 2, 51);
            assertThat(IcmpError.quotedFlow(Mbuf.of(cut))).isEmpty();
        }

        @Test
        void shouldReportEchoRequestButNoError() {
            assertThat(unreachable(Hex.bytes(Golden.ECHO))).isNotEmpty();
            assertThat(unreachable(unreachable(cause))).isEmpty();
        }

        @Test
        void shouldNotReportLaterFragments() {
            NetOrder.putShort(cause, 6, Ipv4Header.MF);
            assertThat(unreachable(sealed(cause))).isNotEmpty();
            NetOrder.putShort(cause, 6, 1);
            assertThat(unreachable(sealed(cause))).isEmpty();
        }

        @Test
        void shouldNotReportWhatWentToManyOrCameFromNobody() {
            assertThat(unreachable(UdpDatagram.build(PEER, 1, -1, 2, 9, new byte[0])))
                    .isEmpty();
            assertThat(unreachable(UdpDatagram.build(PEER, 1, 0xe000_0001, 2, 9, new byte[0])))
                    .isEmpty();
            assertThat(unreachable(UdpDatagram.build(0, 1, US, 2, 9, new byte[0])))
                    .isEmpty();
            assertThat(unreachable(UdpDatagram.build(-1, 1, US, 2, 9, new byte[0])))
                    .isEmpty();
        }

        @Test
        void shouldRefuseWindowShorterThanHeader() {
            assertThatThrownBy(() -> new IcmpHeader().wrap(cause, 0, 7)).hasMessage("length=7 want at least 8");
        }
    }
}
