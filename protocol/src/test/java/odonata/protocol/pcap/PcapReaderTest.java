package odonata.protocol.pcap;

import static java.nio.ByteOrder.BIG_ENDIAN;
import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import odonata.protocol.ip.Golden;
import odonata.protocol.wire.Hex;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class PcapReaderTest {
    private static final byte[] SYN = Hex.bytes(Golden.SYN);
    private static final byte[] UDP = Hex.bytes(Golden.UDP);
    private static final int MICROS = 0xa1b2c3d4;
    private static final int NANOS = 0xa1b23c4d;

    private static void shouldFail(final byte[] file, final String message) {
        assertThatThrownBy(() -> PcapBytes.read(file))
                .isInstanceOf(PcapException.class)
                .hasMessage("test.pcap: " + message);
    }

    @Nested
    class Classic {
        @Test
        void shouldReadBothOrdersAndBothUnits() {
            for (final ByteOrder order : List.of(BIG_ENDIAN, LITTLE_ENDIAN)) {
                checkUnit(order, MICROS, 1_000);
                checkUnit(order, NANOS, 1);
            }
        }

        private void checkUnit(final ByteOrder order, final int magic, final int nsPerTick) {
            final List<PcapPacket> packets = PcapBytes.read(PcapBytes.classic(order, magic, LinkType.RAW)
                    .frame(7, 999_999, SYN)
                    .frame(0xf000_0000, 1, UDP)
                    .done());
            assertThat(packets).hasSize(2);
            assertThat(packets.get(0).timestampNs()).isEqualTo(7_000_000_000L + 999_999L * nsPerTick);
            assertThat(packets.get(1).timestampNs()).isEqualTo(0xf000_0000L * 1_000_000_000L + nsPerTick);
            assertThat(packets.get(0).frame()).isEqualTo(SYN);
            assertThat(packets.get(1).frame()).isEqualTo(UDP);
            assertThat(packets.get(0).linkType()).isEqualTo(LinkType.RAW);
        }

        @Test
        void shouldHaveNoFramesAfterHeaderAlone() {
            assertThat(PcapBytes.read(PcapBytes.classic(BIG_ENDIAN, MICROS, 1).done()))
                    .isEmpty();
        }

        @Test
        void shouldMarkFramesThatWereCut() {
            final PcapPacket packet = PcapBytes.read(PcapBytes.classic(BIG_ENDIAN, MICROS, LinkType.RAW)
                            .ints(1, 2, 30, SYN.length)
                            .bytes(Arrays.copyOf(SYN, 30))
                            .done())
                    .get(0);
            assertThat(packet.truncated()).isTrue();
            assertThat(packet.originalLength()).isEqualTo(SYN.length);
            assertThat(packet.ip().orElseThrow().length()).isEqualTo(30);
        }

        @Test
        void shouldIgnoreBitsAboveTheLinkType() {
            final byte[] file = PcapBytes.classic(LITTLE_ENDIAN, MICROS, 0x5000_0065)
                    .frame(1, 2, SYN)
                    .done();
            assertThat(PcapBytes.read(file).get(0).linkType()).isEqualTo(LinkType.RAW);
        }
    }

    @Nested
    class Pcapng {
        @Test
        void shouldReadSeveralInterfacesInBothOrders() {
            for (final ByteOrder order : List.of(BIG_ENDIAN, LITTLE_ENDIAN)) {
                final List<PcapPacket> packets = PcapBytes.read(PcapBytes.section(order)
                        .describe(LinkType.RAW, 0)
                        .describe(LinkType.IPV4, 0)
                        .enhanced(1, 5_000_000_000L, UDP)
                        .enhanced(0, 6, SYN)
                        .done());
                assertThat(packets.get(0).linkType()).isEqualTo(LinkType.IPV4);
                assertThat(packets.get(0).timestampNs()).isEqualTo(5_000_000_000_000L);
                assertThat(packets.get(0).frame()).isEqualTo(UDP);
                assertThat(packets.get(1).linkType()).isEqualTo(LinkType.RAW);
                assertThat(packets.get(1).timestampNs()).isEqualTo(6_000);
            }
        }

        private long timeOf(final long ticks, final String options) {
            return PcapBytes.read(PcapBytes.section(BIG_ENDIAN)
                            .describe(LinkType.RAW, 0, Hex.bytes(options))
                            .enhanced(0, ticks, SYN)
                            .done())
                    .get(0)
                    .timestampNs();
        }

        @Test
        void shouldObeyResolution() {
            assertThat(timeOf(3, "0009 0001 00 000000")).isEqualTo(3_000_000_000L);
            assertThat(timeOf(3, "0009 0001 03 000000 00000000")).isEqualTo(3_000_000);
            assertThat(timeOf(3, "0009 0001 09 000000")).isEqualTo(3);
            assertThat(timeOf(3_999, "0009 0001 0c 000000")).isEqualTo(3);
            assertThat(timeOf((5L << 32) | (1L << 31), "0009 0001 a0 000000")).isEqualTo(5_500_000_000L);
            assertThat(timeOf(-1, "0009 0001 c0 000000")).isEqualTo(999_999_999L);
        }

        @Test
        void shouldObeyOffsetAndPassOverOtherOptions() {
            assertThat(timeOf(3, "0002 0005 6574683000000000 000e 0008 0000000000000002 0000 0000"))
                    .isEqualTo(2_000_003_000L);
            assertThat(timeOf(3, "0000 0000 0009 0001 09 000000")).isEqualTo(3_000);
        }

        @Test
        void shouldPassOverUnknownBlocks() {
            assertThat(PcapBytes.read(PcapBytes.section(BIG_ENDIAN)
                            .block(0x8000_0bad, new byte[20_000])
                            .describe(LinkType.RAW, 0)
                            .block(5, new byte[8])
                            .block(4)
                            .enhanced(0, 1, SYN)
                            .done()))
                    .hasSize(1);
        }

        @Test
        void shouldReadSimpleBlocksWithTimeOfFrameBefore() {
            final List<PcapPacket> packets = PcapBytes.read(PcapBytes.section(LITTLE_ENDIAN)
                    .describe(LinkType.RAW, 30)
                    .enhanced(0, 9, Arrays.copyOf(SYN, 30))
                    .ints(3, 48, SYN.length)
                    .padded(Arrays.copyOf(SYN, 30))
                    .ints(48)
                    .done());
            assertThat(packets.get(1).timestampNs()).isEqualTo(9_000);
            assertThat(packets.get(1).frame()).isEqualTo(Arrays.copyOf(SYN, 30));
            assertThat(packets.get(1).originalLength()).isEqualTo(SYN.length);
        }

        @Test
        void shouldTakeSnapLengthZeroForNoLimit() {
            assertThat(PcapBytes.read(PcapBytes.section(BIG_ENDIAN)
                                    .describe(LinkType.RAW, 0)
                                    .ints(3, 16 + SYN.length, SYN.length)
                                    .padded(SYN)
                                    .ints(16 + SYN.length)
                                    .done())
                            .get(0)
                            .frame())
                    .isEqualTo(SYN);
        }

        @Test
        void shouldReadOldPacketBlocks() {
            final PcapPacket packet = PcapBytes.read(PcapBytes.section(BIG_ENDIAN)
                            .describe(LinkType.RAW, 0)
                            .ints(2, 32 + SYN.length)
                            .shorts(0, 7)
                            .ints(0, 8, SYN.length, SYN.length)
                            .padded(SYN)
                            .ints(32 + SYN.length)
                            .done())
                    .get(0);
            assertThat(packet.frame()).isEqualTo(SYN);
            assertThat(packet.timestampNs()).isEqualTo(8_000);
        }

        @Test
        void shouldStartAnewWithEachSection() {
            final byte[] first = PcapBytes.section(BIG_ENDIAN)
                    .describe(LinkType.RAW, 0)
                    .enhanced(0, 1, SYN)
                    .done();
            final byte[] second = PcapBytes.section(LITTLE_ENDIAN)
                    .describe(LinkType.IPV4, 0)
                    .enhanced(0, 2, UDP)
                    .done();
            final byte[] both = Arrays.copyOf(first, first.length + second.length);
            System.arraycopy(second, 0, both, first.length, second.length);
            assertThat(PcapBytes.read(both)).extracting(PcapPacket::linkType).containsExactly(101, 228);
        }
    }

    @Nested
    class Damaged {
        @Test
        void shouldSayThatFileIsMissingOrEmpty() {
            assertThatThrownBy(() -> PcapReader.open(Path.of("no-such-file.pcap")))
                    .hasMessage("no-such-file.pcap: no such file");
            shouldFail(new byte[0], "offset 0: file is empty, a pcap or pcapng header expected");
        }

        @Test
        void shouldSayThatFileIsSomethingElse() {
            shouldFail(
                    Hex.bytes("504b0304 0000"),
                    "offset 0: starts with 504b0304, want a1b2c3d4 or a1b23c4d (pcap) or 0a0d0d0a (pcapng)");
            shouldFail(Hex.bytes("a1b2"), "offset 0: file ends inside the file header: 4 bytes expected, 2 found");
            shouldFail(Hex.bytes("a1b2c3d4 0003 0000" + "00".repeat(16)), "offset 4: pcap version 3.0, 2.4 expected");
        }

        @Test
        void shouldDeliverFramesBeforeTheCut() {
            final byte[] whole = PcapBytes.classic(BIG_ENDIAN, MICROS, LinkType.RAW)
                    .frame(1, 2, SYN)
                    .frame(3, 4, UDP)
                    .done();
            final byte[] cut = Arrays.copyOf(whole, whole.length - 1);
            try (PcapReader reader = PcapReader.open(new ByteArrayInputStream(cut), "test.pcap")) {
                assertThat(reader.next()).map(PcapPacket::timestampNs).contains(1_000_002_000L);
                assertThatThrownBy(reader::next)
                        .hasMessage("test.pcap: offset 120: file ends inside a frame: 33 bytes expected, 32 found");
            }
        }

        @Test
        void shouldNotBelieveLengths() {
            final PcapBytes start = PcapBytes.classic(BIG_ENDIAN, MICROS, LinkType.RAW);
            shouldFail(
                    start.ints(1, 2, 262_145, 262_145).done(),
                    "offset 32: captured length 262145, at most 262144 expected");
            shouldFail(
                    PcapBytes.classic(BIG_ENDIAN, MICROS, LinkType.RAW)
                            .ints(1, 2, 0, -1)
                            .done(),
                    "offset 36: original length 4294967295, at most 2147483647 expected");
            shouldFail(
                    PcapBytes.classic(BIG_ENDIAN, MICROS, LinkType.RAW)
                            .ints(1, 1_000_000, 0, 0)
                            .done(),
                    "offset 28: fraction of 1000000000 ns, less than one second expected");
        }

        @Test
        void shouldNotBelieveBlocks() {
            shouldFail(
                    PcapBytes.section(BIG_ENDIAN).ints(77, 8, 8).done(),
                    "offset 32: block length 8, a multiple of 4 in 12..4294967292 expected");
            shouldFail(
                    PcapBytes.section(BIG_ENDIAN).ints(77, 14, 0, 14).done(),
                    "offset 32: block length 14, a multiple of 4 in 12..4294967292 expected");
            shouldFail(
                    PcapBytes.section(BIG_ENDIAN).ints(77, 12, 16).done(),
                    "offset 36: block length repeated as 16, 12 expected");
            shouldFail(
                    PcapBytes.section(BIG_ENDIAN).ints(77, 2_000_000_000, 1).done(),
                    "offset 36: file ends inside a block: 1999999988 bytes expected, 4 found");
            shouldFail(
                    PcapBytes.section(BIG_ENDIAN).ints(6, 0x0100_0000).done(),
                    "offset 32: block length 16777216, a multiple of 4 in 12..327680 expected");
            shouldFail(
                    PcapBytes.section(BIG_ENDIAN).enhanced(0, 1, SYN).done(),
                    "offset 36: interface 0, one of 0 described expected");
            shouldFail(
                    PcapBytes.section(BIG_ENDIAN)
                            .describe(LinkType.RAW, 0, Hex.bytes("00090009"))
                            .done(),
                    "offset 44: option 9 of 9 bytes does not fit its block");
            shouldFail(
                    Hex.bytes("0a0d0d0a 0000001c 11223344"),
                    "offset 8: byte-order magic 11223344, 1a2b3c4d in either order expected");
        }

        @Test
        void shouldNotBelieveFrameInsideBlock() {
            shouldFail(
                    PcapBytes.section(BIG_ENDIAN)
                            .describe(LinkType.RAW, 0)
                            .ints(6, 32, 0, 0, 0, 1, 1, 32)
                            .done(),
                    "offset 48: block of 20 bytes is too short for a frame of 1 bytes: 21 expected");
            shouldFail(
                    PcapBytes.section(BIG_ENDIAN)
                            .describe(LinkType.RAW, 0)
                            .enhanced(0, -1, SYN)
                            .done(),
                    "offset 60: time stamp out of range, nanoseconds since 1970 must fit 63 bits");
        }
    }

    @Test
    void shouldIterateOnceAndThenRefuse() {
        final byte[] file = PcapBytes.classic(BIG_ENDIAN, MICROS, LinkType.RAW)
                .frame(1, 2, SYN)
                .done();
        try (PcapReader reader = PcapReader.open(new ByteArrayInputStream(file), "test.pcap")) {
            final var frames = reader.iterator();
            assertThat(frames.hasNext()).isTrue();
            assertThat(frames.hasNext()).isTrue();
            frames.next();
            assertThat(frames.hasNext()).isFalse();
            assertThatThrownBy(frames::next).isInstanceOf(NoSuchElementException.class);
            assertThat(reader.next()).isEqualTo(Optional.empty());
        }
    }

    @Test
    void shouldStream() {
        final byte[] file = PcapBytes.classic(BIG_ENDIAN, MICROS, LinkType.RAW)
                .frame(1, 2, SYN)
                .frame(3, 4, UDP)
                .done();
        try (PcapReader reader = PcapReader.open(new ByteArrayInputStream(file), "test.pcap")) {
            assertThat(reader.stream().mapToLong(PcapPacket::timestampNs).sum()).isEqualTo(4_000_006_000L);
        }
    }
}
