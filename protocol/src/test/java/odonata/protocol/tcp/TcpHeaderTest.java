package odonata.protocol.tcp;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import odonata.protocol.clock.Seed;
import odonata.protocol.clock.Seeds;
import odonata.protocol.flow.FlowKey;
import odonata.protocol.ip.Golden;
import odonata.protocol.ip.IpProto;
import odonata.protocol.ip.Ipv4Header;
import odonata.protocol.wire.Hex;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class TcpHeaderTest {
    private static final FlowKey FLOW = new FlowKey(0x0a00_0001, 1024, 0x0a00_0002, 80, IpProto.TCP);

    private static TcpHeader header(final byte... packet) {
        return new TcpHeader().wrap(new Ipv4Header().wrap(packet, 0, packet.length));
    }

    @Nested
    class Reading {
        private final byte[] packet = Hex.bytes(Golden.DATA);
        private final TcpHeader tcp = header(packet);

        @Test
        void shouldReadEveryField() {
            assertThat(tcp.sport()).isEqualTo(1024);
            assertThat(tcp.dport()).isEqualTo(80);
            assertThat(tcp.seq()).isEqualTo(0xffff_fffe);
            assertThat(tcp.ack()).isEqualTo(0x0a0b_0c0d);
            assertThat(tcp.headerLength()).isEqualTo(20);
            assertThat(tcp.flags()).isEqualTo(TcpHeader.PSH | TcpHeader.ACK);
            assertThat(tcp.window()).isEqualTo(512);
            assertThat(tcp.checksum()).isEqualTo(0xe41a);
            assertThat(tcp.urgent()).isZero();
            assertThat(tcp.payloadLength()).isEqualTo(3);
            assertThat(new String(tcp.data(), tcp.payloadOffset(), 3, US_ASCII)).isEqualTo("GET");
            assertThat(tcp.check()).isTrue();
            assertThat(tcp.verifyChecksum(FLOW.src(), FLOW.dst())).isTrue();
        }

        @Test
        void shouldTestAllBitsOfMask() {
            assertThat(tcp.has(TcpHeader.ACK)).isTrue();
            assertThat(tcp.has(TcpHeader.ACK | TcpHeader.PSH)).isTrue();
            assertThat(tcp.has(TcpHeader.ACK | TcpHeader.SYN)).isFalse();
        }

        @Test
        void shouldCountSynAndFinAsOneEach() {
            assertThat(tcp.seqLength()).isEqualTo(3);
            assertThat(tcp.flags(TcpHeader.SYN).seqLength()).isEqualTo(4);
            assertThat(tcp.flags(TcpHeader.FIN | TcpHeader.ACK).seqLength()).isEqualTo(4);
        }

        @Test
        void shouldReadAllEightFlags() {
            assertThat(tcp.flags(0xff).flags()).isEqualTo(0xff);
            assertThat(tcp.flags(TcpHeader.CWR | TcpHeader.ECE).flags()).isEqualTo(0xc0);
        }

        @Test
        void shouldRefuseImpossibleDataOffset() {
            packet[32] = 0x4f;
            assertThat(tcp.check()).isFalse();
            packet[32] = 0x60;
            assertThat(tcp.check()).isFalse();
            assertThatThrownBy(() -> tcp.wrap(packet, 20, 19)).hasMessage("length=19 want at least 20");
        }
    }

    @Nested
    class Building {
        @Test
        void shouldMakeGoldenSyn() {
            final TcpSegment syn = TcpSegment.of(FLOW)
                    .seq(0x0102_0304)
                    .flags(TcpHeader.SYN)
                    .window(64_240)
                    .ident(0x1234);
            syn.options().mss(1460).windowScale(7).sackPermitted().timestamps(1_000, 0);
            assertThat(Hex.digits(syn.build())).isEqualTo(Golden.SYN);
        }

        @Test
        void shouldMakeGoldenData() {
            final TcpSegment data = TcpSegment.of(FLOW)
                    .seq(0xffff_fffe)
                    .ack(0x0a0b_0c0d)
                    .flags(TcpHeader.PSH | TcpHeader.ACK)
                    .window(512)
                    .ident(7)
                    .payload("xxGETxx".getBytes(US_ASCII), 2, 3);
            assertThat(Hex.digits(data.build())).isEqualTo(Golden.DATA);
        }

        @Test
        void shouldWriteUrgentPointer() {
            assertThat(header(TcpSegment.of(FLOW).urgent(0xabcd).build()).urgent())
                    .isEqualTo(0xabcd);
        }

        @Test
        void shouldOverwriteEveryByteOnInit() {
            final byte[] segment = Hex.bytes("ff".repeat(20));
            new TcpHeader().wrap(segment, 0, 20).init(1, 2, 3, 4, 5);
            assertThat(Hex.digits(segment)).isEqualTo("0001000200000003000000045005000000000000");
        }
    }

    @Nested
    class SequenceNumbers {
        @Test
        void shouldCompareAcrossTheWrap() {
            assertThat(TcpSeq.lt(0xffff_fff0, 5)).isTrue();
            assertThat(TcpSeq.gt(5, 0xffff_fff0)).isTrue();
            assertThat(TcpSeq.leq(7, 7)).isTrue();
            assertThat(TcpSeq.geq(7, 7)).isTrue();
            assertThat(TcpSeq.lt(7, 7)).isFalse();
            assertThat(TcpSeq.gt(0x7fff_ffff, 0x8000_0000)).isFalse();
            assertThat(TcpSeq.max(0xffff_fff0, 5)).isEqualTo(5);
            assertThat(TcpSeq.min(0xffff_fff0, 5)).isEqualTo(0xffff_fff0);
            assertThat(TcpSeq.diff(5, 0xffff_fff0)).isEqualTo(21);
        }

        @Test
        void shouldKnowWindowAcrossTheWrap() {
            assertThat(TcpSeq.inWindow(0xffff_ffff, 0xffff_ffff, 2)).isTrue();
            assertThat(TcpSeq.inWindow(0, 0xffff_ffff, 2)).isTrue();
            assertThat(TcpSeq.inWindow(1, 0xffff_ffff, 2)).isFalse();
            assertThat(TcpSeq.inWindow(0xffff_fffe, 0xffff_ffff, 2)).isFalse();
            assertThat(TcpSeq.inWindow(9, 9, 0)).isFalse();
        }

        @Test
        void shouldOrderAsDistancesBelowHalf() {
            final Seed seed = Seeds.replayable("seq");
            for (int i = 0; i < 10_000; i++) {
                final int a = (int) seed.nextLong();
                final int step = 1 + seed.nextInt(Integer.MAX_VALUE);
                assertThat(TcpSeq.lt(a, a + step)).isTrue();
                assertThat(TcpSeq.geq(a, a + step)).isFalse();
            }
        }
    }
}
