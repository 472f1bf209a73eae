package odonata.protocol.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import odonata.protocol.clock.Seed;
import odonata.protocol.clock.Seeds;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class InetChecksumTest {

    /** The definition: one word after the other, an odd last byte in the high half. */
    private static int slow(final byte[] data, final int offset, final int length) {
        int sum = 0;
        for (int i = 0; i < length; i++) {
            sum += (data[offset + i] & 0xff) << ((i & 1) == 0 ? 8 : 0);
            sum = (sum & 0xffff) + (sum >>> 16);
        }
        return ~sum & 0xffff;
    }

    private static byte[] random(final Seed seed, final int length) {
        final byte[] data = new byte[length];
        for (int i = 0; i < length; i++) {
            data[i] = (byte) (seed.chance(0.2) ? 0xff : seed.nextLong());
        }
        return data;
    }

    @Nested
    class GoldenBytes {
        @Test
        void shouldMeetExampleOfRfc1071() {
            final byte[] data = Hex.bytes("0001 f203 f4f5 f6f7");
            assertThat(InetChecksum.fold(InetChecksum.sum(data, 0, data.length)))
                    .isEqualTo(0xddf2);
            assertThat(InetChecksum.of(data, 0, data.length)).isEqualTo(0x220d);
        }

        @Test
        void shouldMeetExampleOfRfc1624() {
            assertThat(InetChecksum.updateShort(0xdd2f, 0x5555, 0x3285)).isZero();
        }

        @Test
        void shouldBeAllOnesWhenEmpty() {
            assertThat(InetChecksum.of(new byte[0], 0, 0)).isEqualTo(0xffff);
        }

        @Test
        void shouldPutOddByteInHighHalf() {
            assertThat(InetChecksum.of(Hex.bytes("ab"), 0, 1)).isEqualTo(~0xab00 & 0xffff);
        }
    }

    @Test
    void shouldEqualDefinitionForEveryLengthAndOffset() {
        final byte[] data = random(Seeds.replayable("checksum"), 96);
        for (int offset = 0; offset < 9; offset++) {
            for (int length = 0; length <= data.length - offset; length++) {
                assertThat(InetChecksum.of(data, offset, length))
                        .as("offset=%d length=%d", offset, length)
                        .isEqualTo(slow(data, offset, length));
            }
        }
    }

    @Test
    void shouldNotOverflowWhenLongestPacketIsAllOnes() {
        final byte[] data = new byte[Mbuf.MAX_LENGTH];
        Arrays.fill(data, (byte) 0xff);
        assertThat(InetChecksum.of(data, 0, data.length)).isEqualTo(slow(data, 0, data.length));
    }

    @Test
    void shouldJoinRangesOfAnyLength() {
        final Seed seed = Seeds.replayable("join");
        for (int i = 0; i < 2_000; i++) {
            final byte[] data = random(seed, 1 + seed.nextInt(40));
            final int cut = seed.nextInt(data.length + 1);
            final long joined = InetChecksum.join(
                    InetChecksum.sum(data, 0, cut), cut, InetChecksum.sum(data, cut, data.length - cut));
            assertThat(InetChecksum.finish(joined)).isEqualTo(slow(data, 0, data.length));
        }
    }

    @Test
    void shouldStillVerifyAfterUpdate() {
        final Seed seed = Seeds.replayable("update");
        for (int i = 0; i < 5_000; i++) {
            final byte[] data = random(seed, 20);
            NetOrder.putShort(data, 10, 0);
            NetOrder.putShort(data, 10, InetChecksum.of(data, 0, 20));
            final int beforeInt = NetOrder.getInt(data, 12);
            final int beforeShort = NetOrder.getShort(data, 8);
            NetOrder.putInt(data, 12, (int) seed.nextLong());
            NetOrder.putShort(data, 8, (int) seed.nextLong());
            final int once = InetChecksum.updateInt(NetOrder.getShort(data, 10), beforeInt, NetOrder.getInt(data, 12));
            NetOrder.putShort(data, 10, InetChecksum.updateShort(once, beforeShort, NetOrder.getShort(data, 8)));
            assertThat(InetChecksum.verifies(InetChecksum.sum(data, 0, 20))).isTrue();
        }
    }

    @Test
    void shouldFoldAnySum() {
        final Seed seed = Seeds.replayable("fold");
        for (int i = 0; i < 5_000; i++) {
            final long sum = seed.nextLong() >>> (1 + seed.nextInt(63));
            final long want = sum == 0 ? 0 : 1 + (sum - 1) % 0xffff;
            assertThat(InetChecksum.fold(sum)).as("sum=%x", sum).isEqualTo((int) want);
        }
    }

    @Test
    void shouldSumPseudoHeaderAsItsBytes() {
        final byte[] bytes = Hex.bytes("fffffff1 c0a80114 0011 ffff");
        assertThat(InetChecksum.fold(InetChecksum.pseudoHeader(0xffff_fff1, 0xc0a8_0114, 17, 0xffff)))
                .isEqualTo(InetChecksum.fold(InetChecksum.sum(bytes, 0, 12)));
    }

    @Test
    void shouldRejectRangeOutsideArray() {
        assertThatThrownBy(() -> InetChecksum.sum(new byte[8], 4, 5)).isInstanceOf(IndexOutOfBoundsException.class);
    }
}
