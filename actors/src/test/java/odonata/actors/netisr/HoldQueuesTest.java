package odonata.actors.netisr;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import odonata.protocol.flow.BucketMap;
import org.junit.jupiter.api.Test;

class HoldQueuesTest {
    private record Pkt(int bucket, int number, long version) {}

    private final PartitionWorld world =
            new PartitionWorld(new PartitionWorld.Script(2, 0, 0, List.of(map(1)), false, BucketMap.NONE));
    private final Partition partition = world.cpu(0).partition;
    private final HoldQueues<Pkt> holds = new HoldQueues<>(partition, Pkt::bucket, Pkt::version, 3, n -> {});

    private static BucketMap map(final long version) {
        final int[] owner = new int[BucketMap.BUCKETS];
        owner[9] = 1;
        final int[] from = new int[BucketMap.BUCKETS];
        Arrays.fill(from, BucketMap.NONE);
        return new BucketMap(version, new int[] {0, 1}, owner, from);
    }

    @Test
    void shouldServeForwardOrHoldByOwnerAndVersion() {
        assertThat(holds.admit(new Pkt(1, 1, 1))).isEqualTo(Verdict.SERVE);
        assertThat(holds.admit(new Pkt(9, 2, 1))).isEqualTo(Verdict.FORWARD);
        assertThat(holds.admit(new Pkt(1, 3, 2))).isEqualTo(Verdict.HOLD);
    }

    @Test
    void shouldNotLetALaterPacketOvertake() {
        holds.admit(new Pkt(1, 1, 2));

        assertThat(holds.admit(new Pkt(1, 2, 1))).isEqualTo(Verdict.HOLD);
        assertThat(holds.admit(new Pkt(2, 3, 1))).isEqualTo(Verdict.SERVE);
        partition.apply(map(2));
        final List<Integer> served = new ArrayList<>();
        holds.release(pkt -> served.add(pkt.number()), pkt -> served.add(-1));
        assertThat(served).containsExactly(1, 2);
        assertThat(holds.held()).isZero();
    }

    @Test
    void shouldRefuseBeyondItsBoundAndTakeAgainAfterwards() {
        for (int i = 0; i < 3; i++) {
            assertThat(holds.admit(new Pkt(i, i, 2))).isEqualTo(Verdict.HOLD);
        }

        assertThat(holds.admit(new Pkt(5, 5, 2))).isEqualTo(Verdict.REFUSE);
        partition.apply(map(2));
        holds.release(pkt -> {}, pkt -> {});
        assertThat(holds.admit(new Pkt(5, 6, 3))).isEqualTo(Verdict.HOLD);
    }
}
