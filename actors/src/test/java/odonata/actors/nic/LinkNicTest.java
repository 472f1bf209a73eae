package odonata.actors.nic;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import odonata.actors.nic.LinkNic.Quality;
import odonata.protocol.clock.Seed;
import odonata.protocol.ip.Ipv4Prefix;
import org.junit.jupiter.api.Test;

class LinkNicTest {
    private record Event(long timeNs, int order, Runnable action) {}

    private final PriorityQueue<Event> events = new PriorityQueue<>((a, b) ->
            a.timeNs() == b.timeNs() ? Integer.compare(a.order(), b.order()) : Long.compare(a.timeNs(), b.timeNs()));
    private final List<String> arrivals = new ArrayList<>();
    private int order;
    private long now;

    private LinkNic.Pair cable(final Quality quality, final long seed) {
        final LinkNic.Pair pair = LinkNic.cable(
                3,
                Ipv4Prefix.ALL,
                Ipv4Prefix.ALL,
                quality,
                (time, action) -> events.add(new Event(time, order++, action)),
                Seed.of(seed));
        pair.far().start(() -> pair.far()
                .receive(mbuf -> arrivals.add(now + ":" + mbuf.length() + "@" + mbuf.rcvif()), 100, now));
        return pair;
    }

    private void run() {
        while (!events.isEmpty()) {
            final Event event = events.poll();
            now = event.timeNs();
            event.action().run();
        }
    }

    @Test
    void shouldArriveAfterTransmissionAndDelay() {
        final LinkNic.Pair pair = cable(Quality.perfect(1_000_000_000, 5_000), 1);

        pair.near().transmit(Packets.mbuf(new byte[1000]), 0);
        pair.near().transmit(Packets.mbuf(new byte[500]), 0);
        run();

        assertThat(arrivals).containsExactly("13000:1000@4", "17000:500@4");
    }

    @Test
    void shouldRefuseWhatWouldWaitTooLong() {
        final LinkNic.Pair pair = cable(new Quality(8_000_000, 10, 2_000_000, 0, 0, 0, 0, 0), 1);

        assertThat(pair.near().transmit(Packets.mbuf(new byte[1500]), 0)).isTrue();
        assertThat(pair.near().transmit(Packets.mbuf(new byte[1500]), 0)).isTrue();
        assertThat(pair.near().transmit(Packets.mbuf(new byte[1500]), 0)).isFalse();
        assertThat(pair.near().counters().odrops()).isEqualTo(1);
    }

    @Test
    void shouldLoseAndReorderAsSeeded() {
        final Quality bad = new Quality(1_000_000_000, 1_000, 1_000_000_000, 0.2, 0.1, 50_000, 0, 0);
        final LinkNic.Pair pair = cable(bad, 42);
        for (int i = 0; i < 1000; i++) {
            pair.near().transmit(Packets.mbuf(new byte[100 + i]), 0);
        }
        run();
        final List<String> first = List.copyOf(arrivals);
        final long lost = pair.near().lost();

        assertThat(lost).as("seed 42").isBetween(150L, 250L);
        assertThat(first).hasSize((int) (1000 - lost));
        assertThat(lengths(first)).isNotEqualTo(lengths(first).stream().sorted().toList());
        arrivals.clear();
        now = 0;
        final LinkNic.Pair again = cable(bad, 42);
        for (int i = 0; i < 1000; i++) {
            again.near().transmit(Packets.mbuf(new byte[100 + i]), 0);
        }
        run();
        assertThat(arrivals).isEqualTo(first);
    }

    @Test
    void shouldDoubleAndChangeAsSeeded() {
        final LinkNic.Pair pair = cable(new Quality(1_000_000_000, 1_000, 1_000_000_000, 0, 0, 50_000, 0.1, 0.2), 42);
        final List<Integer> sums = new ArrayList<>();
        pair.far().start(() -> pair.far()
                .receive(
                        mbuf -> {
                            int sum = 0;
                            for (int i = 0; i < mbuf.length(); i++) {
                                sum += mbuf.data()[mbuf.offset() + i] == 0 ? 0 : 1;
                            }
                            sums.add(sum);
                        },
                        100,
                        now));
        for (int i = 0; i < 1000; i++) {
            pair.near().transmit(Packets.mbuf(new byte[100]), 0);
        }
        run();
        assertThat(sums).as("seed 42, 1000 sent").hasSizeBetween(1_050, 1_150).containsOnly(0, 1);
        assertThat(sums.stream().filter(sum -> sum == 1).count())
                .as("changed in one octet")
                .isBetween(150L, 250L);
    }

    private static List<Integer> lengths(final List<String> all) {
        return all.stream()
                .map(text -> Integer.parseInt(text.substring(text.indexOf(':') + 1, text.indexOf('@'))))
                .toList();
    }
}
