package odonata.protocol.pcap;

import static org.assertj.core.api.Assertions.assertThat;

import odonata.protocol.ip.Golden;
import odonata.protocol.wire.Hex;
import odonata.protocol.wire.Mbuf;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LinkTypeTest {
    private static final String MACS = "02000000000102000000000";

    @ParameterizedTest
    @CsvSource({
        "1, 0200000000010200000000020800, 14",
        "1, 0200000000010200000000028100000508 00, 18",
        "1, 020000000001020000000002 88a80003 81000005 0800, 22",
        "1, 020000000001020000000002 9100000381000005 0800, 22",
        "12, '', 0",
        "14, '', 0",
        "101, '', 0",
        "228, '', 0",
        "113, 0000 0001 0006 0011223344550000 0800, 16",
        "276, 0800 0000 00000002 0001 00 06 0011223344550000, 20",
        "0, 02000000, 4",
        "0, 00000002, 4",
        "108, 00000002, 4"
    })
    void shouldFindIpPacket(final int linkType, final String before, final int at) {
        final byte[] frame = Hex.bytes(before + Golden.UDP);
        assertThat(LinkType.isKnown(linkType)).isTrue();
        assertThat(LinkType.ipOffset(linkType, frame)).isEqualTo(at);
        final Mbuf ip = new PcapPacket(5, frame.length, linkType, frame).ip().orElseThrow();
        assertThat(ip.offset()).isEqualTo(at);
        assertThat(ip.length()).isEqualTo(33);
        assertThat(ip.rcvNs()).isEqualTo(5);
    }

    @ParameterizedTest
    @CsvSource({
        "1, 0200000000010200000000020806",
        "1, 02000000000102000000000286dd",
        "113, 0000 0001 0006 0011223344550000 0806",
        "276, 86dd 0000 00000002 0001 00 06 0011223344550000",
        "0, 1e000000",
        "108, 0000001c",
        "127, ''"
    })
    void shouldFindNothingElse(final int linkType, final String before) {
        final byte[] frame = Hex.bytes(before + Golden.UDP);
        assertThat(new PcapPacket(5, frame.length, linkType, frame).isIpv4()).isFalse();
        assertThat(new PcapPacket(5, frame.length, linkType, frame).ip()).isEmpty();
    }

    @Nested
    class ShortFrames {
        @Test
        void shouldFindNothingInHeadersAlone() {
            for (final int linkType : new int[] {0, 1, 12, 14, 101, 108, 113, 228, 276}) {
                for (int length = 0; length < 26; length++) {
                    final byte[] frame = new byte[length];
                    assertThat(LinkType.ipOffset(linkType, frame)).isEqualTo(LinkType.NOT_IPV4);
                }
            }
            assertThat(LinkType.ipOffset(1, Hex.bytes(MACS + "20800"))).isEqualTo(LinkType.NOT_IPV4);
            assertThat(LinkType.ipOffset(1, Hex.bytes(MACS + "28100"))).isEqualTo(LinkType.NOT_IPV4);
        }

        @Test
        void shouldDropPaddingOfShortFrames() {
            final byte[] frame = Hex.bytes("0200000000010200000000020800" + Golden.UDP + "00".repeat(13));
            assertThat(new PcapPacket(0, 60, 1, frame).ip().orElseThrow().length())
                    .isEqualTo(33);
        }

        @Test
        void shouldKeepAllWhenTotalLengthIsNotFilledIn() {
            final byte[] frame = Hex.bytes(Golden.UDP);
            frame[2] = 0;
            frame[3] = 0;
            assertThat(new PcapPacket(0, 33, 101, frame).ip().orElseThrow().length())
                    .isEqualTo(33);
        }

        @Test
        void shouldNotTakeIpv6ForIpv4() {
            assertThat(LinkType.ipOffset(LinkType.RAW, Hex.bytes("60000000"))).isEqualTo(LinkType.NOT_IPV4);
        }
    }
}
