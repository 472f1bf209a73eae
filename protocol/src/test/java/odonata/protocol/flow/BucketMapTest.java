package odonata.protocol.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class BucketMapTest {
    private final int[] owner = new int[BucketMap.BUCKETS];
    private final int[] from = new int[BucketMap.BUCKETS];

    BucketMapTest() {
        Arrays.fill(from, BucketMap.NONE);
    }

    @Test
    void shouldCopyWhatItIsGivenAndGives() {
        final BucketMap map = new BucketMap(3, new int[] {0, 1}, owner, from);
        owner[7] = 1;
        map.owners()[7] = 1;
        map.froms()[7] = 1;
        map.cpus()[0] = 9;
        assertThat(map.owner(7)).isZero();
        assertThat(map.settled()).isTrue();
        assertThat(map.cpus()).containsExactly(0, 1);
    }

    @Test
    void shouldNotBeSettledWhileBucketMoves() {
        from[255] = 1;
        final BucketMap map = new BucketMap(3, new int[] {0, 1}, owner, from);
        assertThat(map.settled()).isFalse();
        assertThat(map.from(255)).isEqualTo(1);
    }

    @Test
    void shouldCompareByContent() {
        final BucketMap map = new BucketMap(3, new int[] {0, 1}, owner, from);
        assertThat(map).isEqualTo(new BucketMap(3, new int[] {0, 1}, owner, from));
        assertThat(map).isNotEqualTo(new BucketMap(4, new int[] {0, 1}, owner, from));
        from[0] = 1;
        assertThat(map).isNotEqualTo(new BucketMap(3, new int[] {0, 1}, owner, from));
    }

    @Test
    void shouldRejectTableOfOtherSize() {
        assertThatThrownBy(() -> new BucketMap(1, new int[] {0}, new int[255], from))
                .hasMessageContaining("owner=255");
    }
}
