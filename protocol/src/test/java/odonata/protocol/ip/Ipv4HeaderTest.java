package odonata.protocol.ip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import odonata.protocol.clock.Seed;
import odonata.protocol.clock.Seeds;
import odonata.protocol.wire.Hex;
import odonata.protocol.wire.NetOrder;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class Ipv4HeaderTest {
    private static final String GOLDEN = "45000073 00004000 4011b861 c0a80001 c0a800c7";

    private final Ipv4Header ip = new Ipv4Header();

    private Ipv4Header wrap(final String digits) {
        final byte[] packet = Hex.bytes(digits);
        return ip.wrap(packet, 0, packet.length);
    }

    @Nested
    class Reading {
        @Test
        void shouldReadEveryField() {
            wrap(GOLDEN);
            assertThat(ip.version()).isEqualTo(4);
            assertThat(ip.headerLength()).isEqualTo(20);
            assertThat(ip.tos()).isZero();
            assertThat(ip.totalLength()).isEqualTo(0x73);
            assertThat(ip.ident()).isZero();
            assertThat(ip.dontFragment()).isTrue();
            assertThat(ip.moreFragments()).isFalse();
            assertThat(ip.isFragment()).isFalse();
            assertThat(ip.ttl()).isEqualTo(64);
            assertThat(ip.proto()).isEqualTo(IpProto.UDP);
            assertThat(ip.checksum()).isEqualTo(0xb861);
            assertThat(ip.src()).isEqualTo(0xc0a8_0001);
            assertThat(ip.dst()).isEqualTo(0xc0a8_00c7);
            assertThat(ip.verifyChecksum()).isTrue();
        }

        @Test
        void shouldReadAtOffset() {
            final byte[] packet = Hex.bytes("ffffff" + GOLDEN);
            ip.wrap(packet, 3, 20);
            assertThat(ip.src()).isEqualTo(0xc0a8_0001);
            assertThat(ip.payloadOffset()).isEqualTo(23);
            assertThat(ip.verifyChecksum()).isTrue();
        }

        @Test
        void shouldTellFragmentsFromWholePackets() {
            assertThat(wrap("45000073 00012000 4011b861 c0a80001 c0a800c7").isFragment())
                    .isTrue();
            assertThat(ip.moreFragments()).isTrue();
            assertThat(ip.fragmentOffset()).isZero();
            assertThat(wrap("45000073 00011fff 4011b861 c0a80001 c0a800c7").isFragment())
                    .isTrue();
            assertThat(ip.moreFragments()).isFalse();
            assertThat(ip.fragmentOffset()).isEqualTo(65_528);
        }

        @Test
        void shouldNotVerifyAfterAnyBitFlips() {
            for (int bit = 0; bit < 160; bit++) {
                final byte[] packet = Hex.bytes(GOLDEN);
                packet[bit / 8] ^= (byte) (1 << (bit % 8));
                ip.wrap(packet, 0, packet.length);
                if (ip.headerLength() == 20) {
                    assertThat(ip.verifyChecksum()).as("bit %d", bit).isFalse();
                }
            }
        }
    }

    @Nested
    class Checking {
        private final byte[] packet = new byte[40];

        private boolean check(final int first, final int total, final int window) {
            packet[0] = (byte) first;
            NetOrder.putShort(packet, 2, total);
            return ip.wrap(packet, 0, window).check();
        }

        @Test
        void shouldAcceptWhatFits() {
            assertThat(check(0x45, 20, 20)).isTrue();
            assertThat(check(0x45, 20, 40)).isTrue();
            assertThat(check(0x4a, 40, 40)).isTrue();
        }

        @Test
        void shouldRefuseWhatCannotBe() {
            assertThat(check(0x65, 20, 40)).isFalse();
            assertThat(check(0x44, 20, 40)).isFalse();
            assertThat(check(0x45, 19, 40)).isFalse();
            assertThat(check(0x46, 20, 40)).isFalse();
            assertThat(check(0x45, 41, 40)).isFalse();
            assertThat(check(0x45, 21, 20)).isFalse();
        }

        @Test
        void shouldRefuseWindowShorterThanHeader() {
            assertThatThrownBy(() -> ip.wrap(packet, 0, 19)).hasMessage("length=19 want at least 20");
            assertThatThrownBy(() -> ip.wrap(packet, 21, 20)).isInstanceOf(IndexOutOfBoundsException.class);
        }
    }

    @Nested
    class Writing {
        @Test
        void shouldMakeGoldenBytes() {
            final byte[] packet = new byte[20];
            ip.wrap(packet, 0, 20)
                    .init(IpProto.UDP, 0xc0a8_0001, 0xc0a8_00c7, 0x73)
                    .fragment(Ipv4Header.DF, 0)
                    .putChecksum();
            assertThat(packet).isEqualTo(Hex.bytes(GOLDEN));
        }

        @Test
        void shouldOverwriteEveryByteOnInit() {
            final byte[] packet = Hex.bytes("ff".repeat(20));
            ip.wrap(packet, 0, 20).init(6, 1, 2, 20);
            assertThat(Hex.digits(packet)).isEqualTo("4500001400000000400600000000000100000002");
        }

        @Test
        void shouldSetFieldsApart() {
            final byte[] packet = new byte[24];
            ip.wrap(packet, 0, 24)
                    .init(6, 1, 2, 24)
                    .headerLength(24)
                    .tos(0xb8)
                    .ident(0xabcd)
                    .ttl(3);
            ip.fragment(Ipv4Header.MF, 16);
            assertThat(ip.headerLength()).isEqualTo(24);
            assertThat(ip.tos()).isEqualTo(0xb8);
            assertThat(ip.ident()).isEqualTo(0xabcd);
            assertThat(ip.ttl()).isEqualTo(3);
            assertThat(ip.fragmentOffset()).isEqualTo(16);
            assertThat(ip.moreFragments()).isTrue();
            assertThat(ip.dontFragment()).isFalse();
        }

        @Test
        void shouldKeepChecksumRightWhenTtlFalls() {
            final Seed seed = Seeds.replayable("ttl");
            for (int i = 0; i < 1_000; i++) {
                final byte[] packet = new byte[20];
                final int ttl = seed.nextInt(256);
                ip.wrap(packet, 0, 20).init(seed.nextInt(256), (int) seed.nextLong(), (int) seed.nextLong(), 20);
                ip.ttl(ttl).putChecksum();
                assertThat(ip.decrementTtl()).isEqualTo(ttl > 1);
                assertThat(ip.ttl()).isEqualTo(ttl > 1 ? ttl - 1 : ttl);
                assertThat(ip.verifyChecksum()).isTrue();
            }
        }
    }

    @Nested
    class Options {
        private final Ipv4Options options = new Ipv4Options();

        private Ipv4Options of(final String digits) {
            final byte[] packet = Hex.bytes(GOLDEN + digits);
            packet[0] = (byte) (0x40 | packet.length / 4);
            return ip.wrap(packet, 0, packet.length).options(options);
        }

        @Test
        void shouldWalkOverPaddingToTheEnd() {
            of("01 94040000 01 0703 04 00 070304");
            assertThat(options.next()).isTrue();
            assertThat(options.type()).isEqualTo(Ipv4Options.ROUTER_ALERT);
            assertThat(options.length()).isEqualTo(4);
            assertThat(options.next()).isTrue();
            assertThat(options.type()).isEqualTo(Ipv4Options.RECORD_ROUTE);
            assertThat(options.offset()).isEqualTo(26);
            assertThat(options.next()).isFalse();
            assertThat(options.next()).isFalse();
            assertThat(options.malformed()).isFalse();
        }

        @Test
        void shouldHaveNoneWhenHeaderIsShortest() {
            assertThat(of("").next()).isFalse();
        }

        @Test
        void shouldStopAtImpossibleLength() {
            assertThat(of("07010000").next()).isFalse();
            assertThat(options.malformed()).isTrue();
            assertThat(of("07050000").next()).isFalse();
            assertThat(options.malformed()).isTrue();
            assertThat(of("01010107").next()).isFalse();
            assertThat(options.malformed()).isTrue();
        }
    }
}
