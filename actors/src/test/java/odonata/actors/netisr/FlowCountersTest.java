package odonata.actors.netisr;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import java.util.List;
import odonata.actors.netisr.NetMsg.FlowState;
import odonata.actors.nic.Packets;
import org.junit.jupiter.api.Test;

class FlowCountersTest {
    private final FlowCounters flows = new FlowCounters(1000, 1);

    private void count(final int host, final int packets, final long nowNs) {
        count(flows, host, packets, nowNs);
    }

    private static void count(final FlowCounters flows, final int host, final int packets, final long nowNs) {
        for (int i = 0; i < packets; i++) {
            flows.count(Packets.mbuf(Packets.tcp("10.0.0." + host, 1000, "10.77.77.1", 80, 60)), host, nowNs + i);
        }
    }

    @Test
    void shouldCountBothDirectionsAsOneFlow() {
        flows.count(Packets.mbuf(Packets.tcp("1.1.1.1", 5, "2.2.2.2", 80, 60)), 9, 100);
        flows.count(Packets.mbuf(Packets.tcp("2.2.2.2", 80, "1.1.1.1", 5, 0)), 9, 300);

        assertThat(flows.size()).isEqualTo(1);
        final FlowCounters.Top top = flows.top(5).get(0);
        assertThat(top.stats().packets()).isEqualTo(2);
        assertThat(top.stats().bytes()).isEqualTo(140);
        assertThat(top.stats().firstNs()).isEqualTo(100);
        assertThat(top.stats().lastNs()).isEqualTo(300);
        assertThat(top.bucket()).isEqualTo(9);
    }

    @Test
    void shouldShowTheBusiestThoughThereAreMoreThanItLists() {
        for (int host = 1; host <= 200; host++) {
            count(host, host, 0);
        }

        final List<Integer> shown =
                flows.top(3).stream().map(top -> (int) top.stats().packets()).toList();
        assertThat(shown).containsExactly(200, 199, 198);
    }

    /** The table throws out those that were quiet longest, and gives their entries to others. */
    @Test
    void shouldShowNoFlowThatIsGoneAndThoseThatCameAfter() {
        final FlowCounters few = new FlowCounters(80, 1);
        for (int host = 1; host <= 250; host++) {
            for (int i = 0; i < 500 - host; i++) {
                few.count(Packets.mbuf(Packets.tcp("10.0.0." + host, 1000, "10.77.77.1", 80, 0)), host, i);
            }
        }
        assertThat(few.evicted()).isEqualTo(170);
        assertThat(few.top(64)).isSubsetOf(few.top(99)).allSatisfy(top -> {
            assertThat(top.bucket()).isGreaterThan(170);
            assertThat(top.stats().packets()).isEqualTo(500 - top.bucket());
        });
        count(few, 9, 1_000, 1);
        assertThat(few.top(64)).anySatisfy(top -> assertThat(top.bucket()).isEqualTo(9));
    }

    @Test
    void shouldMoveTheFlowsOfABucketAndNoOthers() {
        count(1, 5, 1000);
        count(2, 7, 2000);
        final BitSet bucket = new BitSet();
        bucket.set(2);

        final List<FlowCounters.Taken> taken = flows.take(bucket);

        assertThat(taken).hasSize(1);
        assertThat(flows.size()).isEqualTo(1);
        assertThat(flows.top(9)).hasSize(1);
        final FlowCounters other = new FlowCounters(10, 1);
        other.add(taken.get(0).state(), 2, 500);
        assertThat(other.top(1).get(0).stats().packets()).isEqualTo(7);
        assertThat(other.top(1).get(0).stats().firstNs()).isEqualTo(2500);
        assertThat(other.top(1).get(0).stats().lastNs()).isEqualTo(2506);
    }

    @Test
    void shouldMergeWhatComesLate() {
        count(1, 5, 1000);
        final FlowCounters.Top before = flows.top(1).get(0);

        flows.add(new FlowState(before.key(), 3, 300, 10, 20), 1, 0);

        assertThat(flows.top(1).get(0).stats().packets()).isEqualTo(8);
        assertThat(flows.top(1).get(0).stats().firstNs()).isEqualTo(10);
    }
}
