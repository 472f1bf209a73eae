package odonata.node.capture;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import odonata.protocol.pcap.LinkType;
import odonata.protocol.pcap.PcapPacket;
import org.junit.jupiter.api.Test;

class CaptureMergeTest {
    private final CaptureMerge merge = new CaptureMerge(100, 1000);

    private static PcapPacket packet(final long atNs, final int length) {
        return new PcapPacket(atNs, length, LinkType.RAW, new byte[length]);
    }

    private List<Long> take(final long nowNs, final boolean last) {
        return merge.take(nowNs, last).stream().map(PcapPacket::timestampNs).toList();
    }

    @Test
    void shouldOrderByTimeWhatComesWithinTheWait() {
        merge.put(packet(30, 1), 0);
        merge.put(packet(10, 1), 50);
        merge.put(packet(20, 1), 99);
        assertThat(take(99, false)).isEmpty();
        assertThat(take(150, false)).containsExactly(10L);
        assertThat(take(199, false)).containsExactly(20L, 30L);
    }

    @Test
    void shouldKeepTheOrderOfArrivalOfEqualTimes() {
        for (int i = 1; i <= 20; i++) {
            merge.put(packet(7, i), 0);
        }
        assertThat(merge.take(0, true)).extracting(PcapPacket::originalLength).isSorted();
    }

    @Test
    void shouldGiveAllAtTheEnd() {
        merge.put(packet(2, 1), 0);
        merge.put(packet(1, 1), 0);
        assertThat(take(0, true)).containsExactly(1L, 2L);
        assertThat(take(0, true)).isEmpty();
    }

    @Test
    void shouldNotHoldMoreThanItMay() {
        for (int i = 0; i < 5; i++) {
            merge.put(packet(i, 400), 0);
        }
        assertThat(take(0, false)).containsExactly(0L, 1L, 2L);
    }
}
