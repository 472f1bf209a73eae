package odonata.protocol.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import odonata.protocol.clock.Seed;
import odonata.protocol.clock.Seeds;
import odonata.protocol.flow.FlowKey;
import odonata.protocol.ip.IpProto;
import odonata.protocol.wire.Mbuf;
import org.junit.jupiter.api.Test;

class TcpSegmenterTest {
    private static final FlowKey FLOW = new FlowKey(0x0a4d4d01, 80, 0x0a090909, 40_000, IpProto.TCP);

    private static byte[] segment(final int seq, final int flags, final boolean timestamps, final byte... text) {
        final TcpSegment made =
                TcpSegment.of(FLOW).seq(seq).ack(77).flags(flags).window(1234).payload(text);
        if (timestamps) {
            made.options().timestamps(5, 6);
        }
        return made.build();
    }

    private static List<byte[]> split(final byte[] packet, final int segmentSize) {
        final List<byte[]> segments = new ArrayList<>();
        final boolean all = new TcpSegmenter().split(Mbuf.of(packet), segmentSize, mbuf -> segments.add(mbuf.data()));
        assertThat(all).isTrue();
        return segments;
    }

    /** I53: the same bytes as the segments that would have been sent one by one. */
    @Test
    void I53_theSameBytesOnTheWireAsOneByOne() {
        final Seed seed = Seeds.replayable("TcpSegmenterTest");
        for (int round = 0; round < 300; round++) {
            final byte[] text = new byte[seed.nextInt(40_000)];
            for (int i = 0; i < text.length; i++) {
                text[i] = (byte) seed.nextLong();
            }
            final int size = 1 + seed.nextInt(9_000);
            final int seq = (int) seed.nextLong();
            final int flags =
                    TcpHeader.ACK | (seed.chance(0.5) ? TcpHeader.PSH : 0) | (seed.chance(0.5) ? TcpHeader.FIN : 0);
            final boolean timestamps = seed.chance(0.5);

            final List<byte[]> oneByOne = new ArrayList<>();
            int at = 0;
            do {
                final int length = Math.min(size, text.length - at);
                final boolean last = at + length == text.length;
                oneByOne.add(segment(
                        seq + at, last ? flags : TcpHeader.ACK, timestamps, Arrays.copyOfRange(text, at, at + length)));
                at += length;
            } while (at < text.length);

            assertThat(split(segment(seq, flags, timestamps, text), size))
                    .as("round %d", round)
                    .usingElementComparator(Arrays::compare)
                    .containsExactlyElementsOf(oneByOne);
        }
    }

    @Test
    void shouldSayWhenOneIsLostAndSendTheRest() {
        final int[] n = {0};
        final boolean all = new TcpSegmenter()
                .split(Mbuf.of(segment(1, TcpHeader.ACK, false, new byte[3000])), 1000, mbuf -> n[0]++ != 1);
        assertThat(all).isFalse();
        assertThat(n[0]).isEqualTo(3);
    }
}
