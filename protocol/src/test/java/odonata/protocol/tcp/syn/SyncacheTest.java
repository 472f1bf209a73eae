package odonata.protocol.tcp.syn;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import odonata.protocol.clock.Seed;
import odonata.protocol.flow.FlowKey;
import odonata.protocol.tcp.syn.Syncache.Limits;
import org.junit.jupiter.api.Test;

/** I50. */
class SyncacheTest {
    private static final long S = 1_000_000;
    private static final long BASE = 3 * S;

    private Syncache<String> cache = new Syncache<>(Limits.BSD, BASE, 1, 2);

    private static FlowKey flow(final int n) {
        return new FlowKey(0x0a000001, 80, 0x0b000000 + (n >>> 8), 1_024 + (n & 0xff), 6);
    }

    private static SynEntry<String> entry(final int n) {
        return new SynEntry<>(flow(n), new byte[20], n, "listener");
    }

    @Test
    void shouldFindWhatIsThere() {
        final SynEntry<String> one = entry(1);
        cache.add(one, 0);
        assertThat(cache.find(flow(1))).containsSame(one);
        assertThat(cache.find(flow(2))).isEmpty();
        cache.remove(one);
        cache.remove(one);
        assertThat(cache.find(flow(1))).isEmpty();
        assertThat(cache.size()).isZero();
        assertThat(cache.nextDueUs()).isEqualTo(Syncache.NEVER);
    }

    @Test
    void I50_aFullBucketThrowsOutItsOldest() {
        cache = new Syncache<>(new Limits(1, 30, 1_000), BASE, 1, 2);
        for (int i = 0; i < 40; i++) {
            cache.add(entry(i), i);
            assertThat(cache.size()).isEqualTo(Math.min(30, i + 1));
        }
        for (int i = 0; i < 40; i++) {
            assertThat(cache.find(flow(i)).isPresent()).as("%d", i).isEqualTo(i >= 10);
        }
        assertThat(cache.bucketOverflows()).isEqualTo(10);
    }

    @Test
    void I50_aFullCacheThrowsOutTheOldestOfThoseThatWaitLongest() {
        cache = new Syncache<>(new Limits(512, 30, 10), BASE, 1, 2);
        for (int i = 0; i < 5; i++) {
            cache.add(entry(i), 0);
        }
        cache.expire(BASE, entry -> {}, entry -> {});
        for (int i = 5; i < 12; i++) {
            cache.add(entry(i), BASE);
        }
        assertThat(cache.size()).isEqualTo(10);
        assertThat(cache.cacheOverflows()).isEqualTo(2);
        for (int i = 0; i < 12; i++) {
            assertThat(cache.find(flow(i)).isPresent()).as("%d", i).isEqualTo(i >= 2);
        }
    }

    @Test
    void I50_aFloodNeverExceedsTheLimits() {
        for (int i = 0; i < 100_000; i++) {
            cache.add(entry(i), i);
        }
        assertThat(cache.size()).isLessThanOrEqualTo(15_360).isGreaterThan(15_000);
        assertThat(cache.size() + cache.bucketOverflows() + cache.cacheOverflows())
                .isEqualTo(100_000);
    }

    @Test
    void I50_aSynAckIsSentAgainFourTimesAndThenNoMore() {
        cache.add(entry(1), 0);
        final List<Long> times = new ArrayList<>();
        final List<Long> gone = new ArrayList<>();
        while (cache.nextDueUs() != Syncache.NEVER) {
            final long now = cache.nextDueUs();
            cache.expire(now, entry -> times.add(now / S), entry -> gone.add(now / S));
        }
        assertThat(times).containsExactly(3L, 9L, 21L, 45L);
        assertThat(gone).containsExactly(93L);
        assertThat(cache.size()).isZero();
    }

    @Test
    void shouldReplaceTheEntryOfTheSameConnection() {
        cache.add(entry(1), 0);
        cache.expire(BASE, entry -> {}, entry -> {});
        final SynEntry<String> again = entry(1);
        cache.add(again, BASE);
        assertThat(cache.size()).isEqualTo(1);
        assertThat(cache.find(flow(1))).containsSame(again);
        assertThat(cache.nextDueUs()).isEqualTo(2 * BASE);
    }

    /** As a model that is a list says: whatever is done, in whatever order, also between two caches. */
    @Test
    void shouldDoAsTheModelDoes() {
        for (long number = 1; number <= 50; number++) {
            final Seed seed = Seed.of(number);
            final Syncache<String> a = new Syncache<>(Limits.BSD, BASE, number, 2);
            final Syncache<String> b = new Syncache<>(Limits.BSD, BASE, number, 3);
            final Map<SynEntry<String>, long[]> model = new HashMap<>();
            long now = 0;
            for (int step = 0; step < 300; step++) {
                now += seed.nextInt(2_000_000);
                final int what = seed.nextInt(4);
                if (what < 2) {
                    final SynEntry<String> entry = entry(seed.nextInt(60));
                    model.keySet().removeIf(other -> other.flow().equals(entry.flow()));
                    b.find(entry.flow()).ifPresent(b::remove);
                    a.add(entry, now);
                    model.put(entry, new long[] {now + BASE, 0});
                } else if (what == 2) {
                    final int remainder = seed.nextInt(3);
                    final List<SynEntry<String>> moved = a.extract(entry -> entry.iss() % 3 == remainder);
                    moved.forEach(b::adopt);
                } else {
                    final long time = now;
                    final List<SynEntry<String>> resent = new ArrayList<>();
                    final List<SynEntry<String>> stale = new ArrayList<>();
                    a.expire(time, resent::add, stale::add);
                    b.expire(time, resent::add, stale::add);
                    check(number, model, time, resent, stale);
                }
                assertThat(a.size() + b.size()).as("seed %d", number).isEqualTo(model.size());
            }
        }
    }

    private static void check(
            final long seed,
            final Map<SynEntry<String>, long[]> model,
            final long now,
            final List<SynEntry<String>> resent,
            final List<SynEntry<String>> stale) {
        for (final Map.Entry<SynEntry<String>, long[]> known : List.copyOf(model.entrySet())) {
            final long[] state = known.getValue();
            final boolean due = state[0] <= now;
            if (due && state[1] == Syncache.MAX_RETRANSMITS) {
                assertThat(stale).as("seed %d", seed).contains(known.getKey());
                model.remove(known.getKey());
            } else if (due) {
                assertThat(resent).as("seed %d", seed).contains(known.getKey());
                state[1]++;
                state[0] = now + (BASE << state[1]);
                assertThat(known.getKey().retransmits()).isEqualTo((int) state[1]);
            } else {
                assertThat(resent).as("seed %d", seed).doesNotContain(known.getKey());
                assertThat(stale).doesNotContain(known.getKey());
            }
        }
    }
}
