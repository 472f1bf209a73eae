package odonata.protocol.tcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import odonata.protocol.ip.Golden;
import odonata.protocol.ip.Ipv4Header;
import odonata.protocol.wire.Hex;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class TcpOptionsTest {
    private final TcpOptions options = new TcpOptions();

    private TcpOptions of(final String digits) {
        final byte[] bytes = Hex.bytes(digits);
        return options.wrap(bytes, 0, bytes.length);
    }

    private List<Integer> kinds() {
        final List<Integer> kinds = new ArrayList<>();
        while (options.next()) {
            kinds.add(options.kind());
        }
        return kinds;
    }

    @Nested
    class Reading {
        @Test
        void shouldReadOptionsOfGoldenSyn() {
            final byte[] packet = Hex.bytes(Golden.SYN);
            new TcpHeader()
                    .wrap(new Ipv4Header().wrap(packet, 0, packet.length))
                    .options(options);
            assertThat(options.next()).isTrue();
            assertThat(options.mss()).isEqualTo(1460);
            assertThat(options.next()).isTrue();
            assertThat(options.windowScale()).isEqualTo(7);
            assertThat(options.next()).isTrue();
            assertThat(options.kind()).isEqualTo(TcpOptions.SACK_PERMITTED);
            assertThat(options.next()).isTrue();
            assertThat(options.tsVal()).isEqualTo(1_000);
            assertThat(options.tsEcr()).isZero();
            assertThat(options.next()).isFalse();
            assertThat(options.malformed()).isFalse();
        }

        @Test
        void shouldReadSackBlocks() {
            of("0101 0512 00000001 00000002 fffffff0 00000003");
            assertThat(options.next()).isTrue();
            assertThat(options.kind()).isEqualTo(TcpOptions.SACK);
            assertThat(options.sackBlocks()).isEqualTo(2);
            assertThat(options.sackLeft(0)).isEqualTo(1);
            assertThat(options.sackRight(0)).isEqualTo(2);
            assertThat(options.sackLeft(1)).isEqualTo(0xffff_fff0);
            assertThat(options.sackRight(1)).isEqualTo(3);
        }

        @Test
        void shouldLimitWindowScale() {
            of("0303ff");
            assertThat(options.next()).isTrue();
            assertThat(options.windowScale()).isEqualTo(14);
        }

        @Test
        void shouldStopAtEndOfList() {
            of("01 00 020405b4");
            assertThat(kinds()).isEmpty();
            assertThat(options.malformed()).isFalse();
        }

        @Test
        void shouldPassOverUnknownOptions() {
            of("1e04aabb 020405b4");
            assertThat(kinds()).containsExactly(0x1e, TcpOptions.MSS);
        }
    }

    @Nested
    class BadLengths {
        @Test
        void shouldStopAtImpossibleLengthAndKeepWhatCameBefore() {
            for (final String bad : List.of("0200", "0201", "02", "0205ffff", "1eff")) {
                of("0402" + bad);
                assertThat(kinds()).as(bad).containsExactly(TcpOptions.SACK_PERMITTED);
                assertThat(options.malformed()).as(bad).isTrue();
                assertThat(options.next()).isFalse();
            }
        }

        @Test
        void shouldIgnoreKnownOptionOfWrongLength() {
            for (final String wrong : List.of("020305", "03040101", "040300", "0502", "0504aaaa", "0803aa")) {
                of(wrong + "020405b4");
                assertThat(kinds()).as(wrong).containsExactly(TcpOptions.UNKNOWN, TcpOptions.MSS);
            }
        }

        @Test
        void shouldHaveNoneWhenHeaderIsTooShort() {
            assertThat(options.wrap(new byte[4], 2, -8).next()).isFalse();
        }

        @Test
        void shouldForgetEarlierWalk() {
            of("02");
            assertThat(options.next()).isFalse();
            of("0402");
            assertThat(options.malformed()).isFalse();
            assertThat(options.next()).isTrue();
        }
    }

    @Nested
    class Writing {
        private final TcpOptionsWriter writer = new TcpOptionsWriter();

        private String written() {
            final byte[] bytes = new byte[writer.length()];
            assertThat(writer.copyTo(bytes, 0)).isEqualTo(bytes.length);
            return Hex.digits(bytes);
        }

        @Test
        void shouldAlignEveryOption() {
            writer.timestamps(1, 2).sack(10, 20, 30, 40).sackPermitted().windowScale(3);
            assertThat(written())
                    .isEqualTo("0101080a0000000100000002" + "010105120000000a000000140000001e00000028" + "01010402"
                            + "01030303");
            assertThat(writer.room()).isZero();
        }

        @Test
        void shouldKnowRoomForSackBlocks() {
            assertThat(writer.sackRoom()).isEqualTo(4);
            assertThat(writer.timestamps(1, 2).sackRoom()).isEqualTo(3);
            writer.sack(1, 2, 3, 4, 5, 6);
            assertThat(writer.sackRoom()).isZero();
            assertThat(writer.length()).isEqualTo(40);
        }

        @Test
        void shouldRefuseWhatDoesNotFit() {
            writer.sack(1, 2, 3, 4, 5, 6, 7, 8);
            assertThatThrownBy(() -> writer.timestamps(1, 2)).hasMessage("option needs 12 bytes, room=4");
            assertThat(writer.length()).isEqualTo(36);
            assertThatThrownBy(() -> writer.sack(1)).hasMessage("edges=1 want pairs");
        }

        @Test
        void shouldBeEmptyAfterClear() {
            assertThat(writer.mss(1).clear().length()).isZero();
        }
    }
}
