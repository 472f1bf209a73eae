package odonata.protocol.ip;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import odonata.protocol.flow.DragonflyHash;
import odonata.protocol.flow.FlowKey;
import odonata.protocol.flow.ToeplitzHash;
import odonata.protocol.tcp.TcpSegment;
import odonata.protocol.udp.UdpDatagram;
import odonata.protocol.wire.Hex;
import odonata.protocol.wire.Mbuf;
import odonata.protocol.wire.NetOrder;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class PacketClassifierTest {
    private static final FlowKey FLOW = new FlowKey(0x0a00_0001, 1024, 0x0a00_0002, 80, IpProto.TCP);

    private final PacketClassifier classifier = new PacketClassifier(new ToeplitzHash());

    private IpClass classOf(final byte... packet) {
        return PacketClassifier.classOf(classifier.classify(Mbuf.of(packet)));
    }

    private int hashOf(final byte... packet) {
        return PacketClassifier.hashOf(classifier.classify(Mbuf.of(packet)));
    }

    private static byte[] tcp() {
        return TcpSegment.of(FLOW).payload((byte) 1, (byte) 2).build();
    }

    private static byte[] udpTo(final String dst) {
        return UdpDatagram.build(FLOW.src(), 53, Ipv4Address.parse(dst), 53, 64, new byte[3]);
    }

    /** Puts a right checksum on a header that was damaged on purpose. */
    private static byte[] sealed(final byte... packet) {
        new Ipv4Header().wrap(packet, 0, packet.length).putChecksum();
        return packet;
    }

    @Nested
    class Accepted {
        @Test
        void shouldHashTcpByFourTuple() {
            assertThat(classOf(tcp())).isEqualTo(IpClass.TCP);
            assertThat(hashOf(tcp())).isEqualTo(0x6106);
            assertThat(hashOf(TcpSegment.of(FLOW.reversed()).build())).isEqualTo(0x6106);
        }

        @Test
        void shouldHashUnicastUdpByFourTuple() {
            final byte[] packet = UdpDatagram.build(FLOW, new byte[0]);
            assertThat(classOf(packet)).isEqualTo(IpClass.UDP);
            assertThat(hashOf(packet)).isEqualTo(0x6106);
        }

        @Test
        void shouldLookBehindOptions() {
            final byte[] plain = tcp();
            final byte[] packet = new byte[plain.length + 8];
            System.arraycopy(plain, 0, packet, 0, 20);
            System.arraycopy(plain, 20, packet, 28, plain.length - 20);
            new Ipv4Header().wrap(packet, 0, packet.length).headerLength(28).totalLength(packet.length);
            assertThat(classOf(sealed(packet))).isEqualTo(IpClass.TCP);
            assertThat(hashOf(packet)).isEqualTo(0x6106);
        }

        @Test
        void shouldIgnoreBytesAfterThePacket() {
            final byte[] packet = Arrays.copyOf(tcp(), 100);
            assertThat(classOf(packet)).isEqualTo(IpClass.TCP);
        }

        @Test
        void shouldWorkAtAnyOffset() {
            final byte[] packet = tcp();
            final byte[] shifted = new byte[packet.length + 5];
            System.arraycopy(packet, 0, shifted, 3, packet.length);
            final long answer = classifier.classify(new Mbuf(shifted, 3, packet.length, 1, 2));
            assertThat(PacketClassifier.classOf(answer)).isEqualTo(IpClass.TCP);
            assertThat(PacketClassifier.hashOf(answer)).isEqualTo(0x6106);
        }

        @Test
        void shouldSendUdpForManyToCpu0() {
            for (final String dst : List.of("224.0.0.251", "239.1.1.1", "255.255.255.255")) {
                assertThat(classOf(udpTo(dst))).as(dst).isEqualTo(IpClass.MULTICAST);
                assertThat(hashOf(udpTo(dst))).isZero();
            }
        }

        @Test
        void shouldKnowDirectedBroadcastOfAttachedNetworks() {
            final List<Ipv4Prefix> attached = List.of(Ipv4Prefix.parse("10.0.0.0/24"), Ipv4Prefix.parse("10.9.9.9"));
            final PacketClassifier aware = new PacketClassifier(new DragonflyHash(), attached);
            assertThat(PacketClassifier.classOf(aware.classify(Mbuf.of(udpTo("10.0.0.255")))))
                    .isEqualTo(IpClass.MULTICAST);
            assertThat(PacketClassifier.classOf(aware.classify(Mbuf.of(udpTo("10.9.9.9")))))
                    .isEqualTo(IpClass.UDP);
            assertThat(classOf(udpTo("10.0.0.255"))).isEqualTo(IpClass.UDP);
        }

        @Test
        void shouldSendFragmentsToCpu0() {
            for (final int word : new int[] {Ipv4Header.MF, 1, 0x1fff, Ipv4Header.MF | 5}) {
                final byte[] packet = tcp();
                NetOrder.putShort(packet, 6, word);
                assertThat(classOf(sealed(packet))).isEqualTo(IpClass.FRAGMENT);
                assertThat(hashOf(packet)).isZero();
            }
        }

        @Test
        void shouldNotTakeDontFragmentForFragment() {
            final byte[] packet = tcp();
            NetOrder.putShort(packet, 6, Ipv4Header.DF);
            assertThat(classOf(sealed(packet))).isEqualTo(IpClass.TCP);
        }

        @Test
        void shouldSendOtherProtocolsToCpu0() {
            for (final int proto : new int[] {IpProto.ICMP, IpProto.IGMP, 0, 41, 255}) {
                final byte[] packet = tcp();
                packet[9] = (byte) proto;
                assertThat(classOf(sealed(packet))).isEqualTo(IpClass.OTHER);
                assertThat(hashOf(packet)).isZero();
            }
        }
    }

    @Nested
    class HeaderAlone {
        @Test
        void shouldBeAcceptedWhenProtocolNeedsNoMore() {
            final byte[] packet = Arrays.copyOf(tcp(), 20);
            NetOrder.putShort(packet, 2, 20);
            packet[9] = (byte) IpProto.IGMP;
            assertThat(classOf(sealed(packet))).isEqualTo(IpClass.OTHER);
        }
    }

    @Nested
    class Dropped {
        @Test
        void shouldBeTooShortWhenAHeaderIsCutOff() {
            assertThat(classOf()).isEqualTo(IpClass.TOO_SHORT);
            assertThat(classOf(Arrays.copyOf(tcp(), 19))).isEqualTo(IpClass.TOO_SHORT);
            final byte[] options = Arrays.copyOf(tcp(), 20);
            options[0] = 0x46;
            assertThat(classOf(options)).isEqualTo(IpClass.TOO_SHORT);
        }

        @Test
        void shouldBeTooShortWhenTransportHeaderIsCutOff() {
            final byte[] tcp = Arrays.copyOf(tcp(), 39);
            NetOrder.putShort(tcp, 2, 39);
            assertThat(classOf(sealed(tcp))).isEqualTo(IpClass.TOO_SHORT);
            final byte[] udp = Arrays.copyOf(udpTo("10.0.0.2"), 27);
            NetOrder.putShort(udp, 2, 27);
            assertThat(classOf(sealed(udp))).isEqualTo(IpClass.TOO_SHORT);
        }

        @Test
        void shouldNotReadBehindTheEndOfTinySegments() {
            for (int length = 20; length < 40; length++) {
                final byte[] tcp = Arrays.copyOf(tcp(), length);
                NetOrder.putShort(tcp, 2, length);
                assertThat(classOf(sealed(tcp))).as("length=%d", length).isEqualTo(IpClass.TOO_SHORT);
            }
        }

        @Test
        void shouldBeTooShortWhenTcpOptionsAreCutOff() {
            final byte[] packet = TcpSegment.of(FLOW).build();
            packet[32] = 0x60;
            assertThat(classOf(packet)).isEqualTo(IpClass.TOO_SHORT);
        }

        @Test
        void shouldBeBadVersionWhenNotFour() {
            final byte[] packet = tcp();
            packet[0] = 0x65;
            assertThat(classOf(packet)).isEqualTo(IpClass.BAD_VERSION);
        }

        @Test
        void shouldBeBadLengthWhenFieldsContradict() {
            final byte[] header = tcp();
            header[0] = 0x44;
            assertThat(classOf(header)).isEqualTo(IpClass.BAD_LENGTH);
            for (final int total : new int[] {0, 19, tcp().length + 1, 65_535}) {
                final byte[] packet = tcp();
                NetOrder.putShort(packet, 2, total);
                assertThat(classOf(sealed(packet))).as("total=%d", total).isEqualTo(IpClass.BAD_LENGTH);
            }
        }

        @Test
        void shouldBeBadLengthWhenTransportLengthIsImpossible() {
            final byte[] tcp = tcp();
            tcp[32] = 0x4f;
            assertThat(classOf(tcp)).isEqualTo(IpClass.BAD_LENGTH);
            for (final int length : new int[] {0, 7, 12}) {
                final byte[] udp = udpTo("10.0.0.2");
                NetOrder.putShort(udp, 24, length);
                assertThat(classOf(udp)).as("length=%d", length).isEqualTo(IpClass.BAD_LENGTH);
            }
        }

        @Test
        void shouldBeBadChecksumWhenHeaderIsDamaged() {
            final byte[] packet = tcp();
            packet[15] ^= 1;
            assertThat(classOf(packet)).isEqualTo(IpClass.BAD_HEADER_CHECKSUM);
            assertThat(hashOf(packet)).isZero();
        }

        @Test
        void shouldNotBeAcceptedNorHashed() {
            for (final IpClass c : IpClass.values()) {
                assertThat(IpClass.ofCode(c.code())).isEqualTo(c);
                assertThat(c.accepted()).isEqualTo(c.code() <= IpClass.OTHER.code());
                assertThat(c.hashed()).isEqualTo(c == IpClass.TCP || c == IpClass.UDP);
            }
        }
    }

    @Nested
    class Flows {
        @Test
        void shouldNameFlowOfTcpAndUdp() {
            assertThat(classifier.flowOf(Mbuf.of(tcp()))).contains(FLOW);
            assertThat(classifier.flowOf(Mbuf.of(udpTo("224.0.0.1"))))
                    .contains(new FlowKey(FLOW.src(), 53, Ipv4Address.parse("224.0.0.1"), 53, IpProto.UDP));
        }

        @Test
        void shouldNameNoneOfOthers() {
            assertThat(classifier.flowOf(Mbuf.of(new byte[3]))).isEmpty();
        }
    }

    @Nested
    class Checks {
        @Test
        void shouldVerifyGoldenPackets() {
            assertThat(PacketChecks.transportOk(Mbuf.of(Hex.bytes(Golden.SYN)))).isTrue();
            assertThat(PacketChecks.transportOk(Mbuf.of(Hex.bytes(Golden.DATA))))
                    .isTrue();
            assertThat(PacketChecks.transportOk(Mbuf.of(Hex.bytes(Golden.UDP)))).isTrue();
            assertThat(PacketChecks.transportOk(Mbuf.of(Hex.bytes(Golden.ECHO))))
                    .isTrue();
        }

        @Test
        void shouldSeeEveryFlippedBitOfThePayload() {
            for (final String golden : List.of(Golden.SYN, Golden.DATA, Golden.UDP, Golden.ECHO)) {
                for (int bit = 160; bit < golden.length() * 4; bit++) {
                    final byte[] packet = Hex.bytes(golden);
                    packet[bit / 8] ^= (byte) (1 << (bit % 8));
                    if (!golden.equals(Golden.UDP) || bit / 8 < 24 || bit / 8 > 25) {
                        assertThat(PacketChecks.transportOk(Mbuf.of(packet)))
                                .as("bit %d", bit)
                                .isFalse();
                    }
                }
            }
        }

        @Test
        void shouldSeeExchangedAddress() {
            final byte[] packet = Hex.bytes(Golden.SYN);
            packet[19] ^= 4;
            assertThat(PacketChecks.transportOk(Mbuf.of(packet))).isFalse();
        }

        @Test
        void shouldTakeZeroForNoChecksumInUdpOnly() {
            final byte[] udp = Hex.bytes(Golden.UDP);
            NetOrder.putShort(udp, 26, 0);
            assertThat(PacketChecks.transportOk(Mbuf.of(udp))).isTrue();
            final byte[] tcp = Hex.bytes(Golden.SYN);
            NetOrder.putShort(tcp, 36, 0);
            assertThat(PacketChecks.transportOk(Mbuf.of(tcp))).isFalse();
        }

        @Test
        void shouldPassUnknownProtocols() {
            final byte[] packet = Hex.bytes(Golden.SYN);
            packet[9] = 99;
            assertThat(PacketChecks.transportOk(Mbuf.of(packet))).isTrue();
        }
    }
}
