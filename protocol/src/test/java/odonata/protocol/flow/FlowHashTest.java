package odonata.protocol.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.BitSet;
import odonata.protocol.clock.Seed;
import odonata.protocol.clock.Seeds;
import odonata.protocol.ip.Ipv4Address;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class FlowHashTest {
    private static final long KEY = 0x1122_3344_5566_7788L;

    @Nested
    class Vectors {
        @ParameterizedTest
        @CsvSource({
            "10.0.0.1, 1024, 10.0.0.2, 80, 53, 3, 6106, adfb",
            "192.168.1.10, 40000, 192.168.1.20, 443, e5, 5, 2850, a342",
            "1.2.3.4, 12345, 5.6.7.8, 25, 2c, 4, 10da, a6d5",
            "127.0.0.1, 5000, 127.0.0.1, 5001, 01, 1, 36ad, 0000",
            "10.0.0.1, 80, 10.0.0.1, 80, 00, 0, 0000, 0000"
        })
        void shouldMeetTableOfReference(
                final String src,
                final int sport,
                final String dst,
                final int dport,
                final String xor,
                final int cpuOf8,
                final String toeplitz,
                final String addresses) {
            final int s = Ipv4Address.parse(src);
            final int d = Ipv4Address.parse(dst);
            final int h = new DragonflyHash().hash(s, sport, d, dport);
            assertThat(h).isEqualTo(Integer.parseInt(xor, 16));
            assertThat(h & 7).isEqualTo(cpuOf8);
            assertThat(new ToeplitzHash().hash(s, sport, d, dport)).isEqualTo(Integer.parseInt(toeplitz, 16));
            assertThat(ToeplitzHash.addressOnly(s, d)).isEqualTo(Integer.parseInt(addresses, 16));
        }

        @Test
        void shouldPutFirstOctetsInLowBitsWhenRaw() {
            final int h = new RawLittleEndianHash()
                    .hash(Ipv4Address.parse("10.0.0.1"), 0x0400, Ipv4Address.parse("12.0.0.2"), 0x0050);
            assertThat(h & 0xff).isEqualTo(0x0a ^ 0x0c ^ 0x04);
            assertThat((h >>> 8) & 0xff).isEqualTo(0x50);
            assertThat(h >>> 24).isEqualTo(0x01 ^ 0x02);
        }

        @Test
        void shouldMeetVectorOfSipHashPaper() {
            final long mac = KeyedHash.sipHash(
                    0x0706050403020100L, 0x0f0e0d0c0b0a0908L, 0x0706050403020100L, 0x0f0e0d0c0b0a0908L);
            assertThat(mac).isEqualTo(0xa129ca6149be45e5L);
        }

        @Test
        void shouldNotHashFirstOctetsWhenDragonfly() {
            final DragonflyHash hash = new DragonflyHash();
            assertThat(hash.hash(0x0a00_0001, 1, 0x0a00_0002, 2)).isEqualTo(hash.hash(0x63aa_bb01, 1, 0x0c00_0002, 2));
        }
    }

    @Nested
    class Toeplitz {
        @Test
        void shouldEqualBitwiseDefinition() {
            final Seed seed = Seeds.replayable("toeplitz");
            for (int i = 0; i < 20_000; i++) {
                final int src = (int) seed.nextLong();
                final int dst = (int) seed.nextLong();
                final int sport = seed.nextInt(65_536);
                final int dport = seed.nextInt(65_536);
                final byte[] input = {
                    (byte) (src >>> 24), (byte) (src >>> 16), (byte) (src >>> 8), (byte) src,
                    (byte) (dst >>> 24), (byte) (dst >>> 16), (byte) (dst >>> 8), (byte) dst,
                    (byte) (sport >>> 8), (byte) sport, (byte) (dport >>> 8), (byte) dport
                };
                assertThat(new ToeplitzHash().hash(src, sport, dst, dport)).isEqualTo(bitwise(input));
                assertThat(ToeplitzHash.addressOnly(src, dst)).isEqualTo(bitwise(Arrays.copyOf(input, 8)));
            }
        }

        /** For each set bit of the input the 32 bits of the key that begin at the same bit. */
        private int bitwise(final byte[] input) {
            final BitSet key = new BitSet();
            for (int i = 0; i < 320; i++) {
                key.set(i, ((0x6d5a >>> (15 - i % 16)) & 1) != 0);
            }
            int result = 0;
            for (int i = 0; i < input.length * 8; i++) {
                if (((input[i / 8] >>> (7 - i % 8)) & 1) != 0) {
                    result ^= window(key, i);
                }
            }
            return result & 0xffff;
        }

        private int window(final BitSet key, final int from) {
            int window = 0;
            for (int bit = 0; bit < 32; bit++) {
                window = (window << 1) | (key.get(from + bit) ? 1 : 0);
            }
            return window;
        }

        @Test
        void shouldBeBijectionOfFoldedWord() {
            final BitSet seen = new BitSet();
            for (int word = 0; word < 65_536; word++) {
                seen.set(ToeplitzHash.addressOnly(word, 0));
            }
            assertThat(seen.cardinality()).isEqualTo(65_536);
        }
    }

    static String[] names() {
        return FlowHashes.names().toArray(new String[0]);
    }

    @ParameterizedTest
    @MethodSource("names")
    void shouldBeSymmetricAndChooseCpuInRange(final String name) {
        final FlowHash hash = FlowHashes.byName(name, KEY);
        final Seed seed = Seeds.replayable("symmetric " + name);
        for (int i = 0; i < 50_000; i++) {
            final FlowKey flow = new FlowKey(
                    (int) seed.nextLong(), seed.nextInt(65_536), (int) seed.nextLong(), seed.nextInt(65_536), 6);
            final int h = hash.hash(flow);
            assertThat(h).isNotNegative().isEqualTo(hash.hash(flow.reversed()));
            checkCpu(h, 1 + seed.nextInt(300));
        }
    }

    private void checkCpu(final int h, final int ncpus) {
        final int ncpus2 = Integer.highestOneBit(ncpus);
        assertThat(h & (ncpus2 - 1)).isBetween(0, ncpus2 - 1);
        assertThat(BucketMap.bucketOf(h)).isBetween(0, BucketMap.BUCKETS - 1);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 6, 8, 100, 256, 300})
    void shouldMapEveryBucketToOneOfNcpus2WhenMasked(final int ncpus) {
        final int[] cpus = new int[ncpus];
        Arrays.setAll(cpus, i -> 10 + 2 * i);
        final BucketMap map = BucketMap.masked(1, cpus);
        final int ncpus2 = Math.min(BucketMap.BUCKETS, Integer.highestOneBit(ncpus));
        for (int bucket = 0; bucket < BucketMap.BUCKETS; bucket++) {
            assertThat(map.owner(bucket)).isEqualTo(cpus[bucket & (ncpus2 - 1)]);
            assertThat(map.from(bucket)).isEqualTo(BucketMap.NONE);
        }
        assertThat(Arrays.stream(map.owners()).distinct().count()).isEqualTo(ncpus2);
    }

    @ParameterizedTest
    @MethodSource("names")
    void shouldFindEachByItsName(final String name) {
        assertThat(FlowHashes.byName(name, KEY).name()).isEqualTo(name);
    }

    @Test
    void shouldNameValidNamesWhenUnknown() {
        assertThatThrownBy(() -> FlowHashes.byName("crc", KEY))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("no flow hash 'crc', valid names are [dragonfly, raw, toeplitz, keyed]");
    }

    @Nested
    class Keyed {
        @Test
        void shouldDifferWhenKeyDiffers() {
            int same = 0;
            for (int port = 0; port < 1_000; port++) {
                final int a = KeyedHash.of(1).hash(1, port, 2, 80);
                same += a == KeyedHash.of(2).hash(1, port, 2, 80) ? 1 : 0;
            }
            assertThat(same).isZero();
        }

        @Test
        void shouldSpreadFlowsThatCollideInDragonfly() {
            final int[] perBucket = new int[16];
            for (int i = 0; i < 16_000; i++) {
                final int port = 1024 + i;
                final int src = 0x0a00_0000 | (port & 0xff);
                assertThat(new DragonflyHash().hash(src, port, 0x0a01_0000, 0)).isZero();
                perBucket[KeyedHash.of(KEY).hash(src, port, 0x0a01_0000, 0) & 15]++;
            }
            assertThat(perBucket).satisfies(counts -> {
                for (final int count : counts) {
                    assertThat(count).isBetween(850, 1_150);
                }
            });
        }
    }
}
