package odonata.protocol.pcap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.util.List;
import odonata.protocol.ip.Golden;
import odonata.protocol.pcap.PcapWriter.Resolution;
import odonata.protocol.wire.Hex;
import odonata.protocol.wire.Mbuf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PcapWriterTest {
    private static final byte[] SYN = Hex.bytes(Golden.SYN);

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    private PcapWriter writer(final int linkType, final Resolution resolution) {
        return PcapWriter.create(out, "out", linkType, resolution);
    }

    @Test
    void shouldMakeGoldenBytes() {
        try (PcapWriter writer = writer(LinkType.RAW, Resolution.MICROS)) {
            writer.write(1_000_002_999L, new Mbuf(SYN, 1, 2, 0, 0));
        }
        assertThat(Hex.digits(out.toByteArray()))
                .isEqualTo("a1b2c3d40002000400000000000000000004000000000065" + "00000001000000020000000200000002"
                        + "0000");
    }

    @Test
    void shouldReadWhatItWrites() {
        try (PcapWriter writer = writer(LinkType.RAW, Resolution.NANOS)) {
            writer.write(1_000_002_999L, Mbuf.of(SYN));
            writer.write(new PcapPacket(4_294_967_295_999_999_999L, 90, LinkType.RAW, SYN));
            writer.flush();
        }
        final List<PcapPacket> packets = PcapBytes.read(out.toByteArray());
        assertThat(packets)
                .extracting(PcapPacket::timestampNs)
                .containsExactly(1_000_002_999L, 4_294_967_295_999_999_999L);
        assertThat(packets).extracting(PcapPacket::originalLength).containsExactly(SYN.length, 90);
        assertThat(packets).allSatisfy(packet -> assertThat(packet.frame()).isEqualTo(SYN));
    }

    @Test
    void shouldPutEthernetHeaderBeforeIpPacket() {
        try (PcapWriter writer = writer(LinkType.ETHERNET, Resolution.MICROS)) {
            writer.write(0, Mbuf.of(SYN));
        }
        final PcapPacket packet = PcapBytes.read(out.toByteArray()).get(0);
        assertThat(packet.frame()).hasSize(SYN.length + 14);
        assertThat(packet.ip().orElseThrow().offset()).isEqualTo(14);
    }

    @Test
    void shouldRefuseWhatTheFileCannotHold() {
        final PcapWriter raw = writer(LinkType.RAW, Resolution.MICROS);
        final PcapWriter cooked = writer(LinkType.COOKED, Resolution.MICROS);
        assertThatThrownBy(() -> raw.write(-1, Mbuf.of(SYN))).hasMessageContaining("timestampNs=-1");
        assertThatThrownBy(() -> raw.write(4_294_967_296_000_000_000L, Mbuf.of(SYN)))
                .hasMessageContaining("timestampNs");
        assertThatThrownBy(() -> raw.write(new PcapPacket(0, 1, 1, SYN))).hasMessage("link type 1 in a file of 101");
        assertThatThrownBy(() -> cooked.write(0, Mbuf.of(SYN))).hasMessage("cannot make a frame of link type 113");
    }

    @Test
    void shouldSayWhichFileCannotBeWritten(@TempDir final Path dir) {
        assertThatThrownBy(() -> PcapWriter.create(dir, LinkType.RAW, Resolution.MICROS))
                .isInstanceOf(PcapException.class)
                .hasMessageContaining(dir.toString());
    }

    @Test
    void shouldReadBackFromFile(@TempDir final Path dir) {
        final Path file = dir.resolve("x.pcap");
        try (PcapWriter writer = PcapWriter.create(file, LinkType.RAW, Resolution.MICROS)) {
            writer.write(5_000, Mbuf.of(SYN));
        }
        try (PcapReader reader = PcapReader.open(file)) {
            assertThat(reader.next().orElseThrow().timestampNs()).isEqualTo(5_000);
        }
    }
}
