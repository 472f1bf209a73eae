package odonata.protocol.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import odonata.protocol.clock.Seed;
import odonata.protocol.clock.Seeds;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class FlowTableTest {
    private static final FlowKey A = new FlowKey(0xc0a8_0001, 1024, 0x0a00_0002, 80, 6);
    private static final FlowKey B = new FlowKey(0x0a00_0001, 1025, 0x0a00_0002, 80, 6);
    private static final FlowKey C = new FlowKey(0x0a00_0001, 1026, 0x0a00_0002, 80, 6);

    private final FlowTable table = FlowTable.ofFlows(2, 1, 77);

    @Nested
    class Found {
        @Test
        void shouldFindFlowFromBothEnds() {
            final int entry = table.put(A, 5);
            assertThat(table.find(A)).isEqualTo(entry);
            assertThat(table.find(A.reversed())).isEqualTo(entry);
            assertThat(table.hash(entry)).isEqualTo(5);
        }

        @Test
        void shouldShowFlowInDirectionOfFirstPut() {
            assertThat(table.flow(table.put(A, 5))).isEqualTo(A);
            assertThat(table.flow(table.put(A.reversed(), 5))).isEqualTo(A);
            assertThat(table.flow(table.put(B.reversed(), 5))).isEqualTo(B.reversed());
        }

        @Test
        void shouldKeepItsWordsWhenPutFromOtherEnd() {
            final int entry = table.put(A, 5);
            assertThat(table.word(entry, 0)).isZero();
            table.word(entry, 0, -9);
            assertThat(table.put(A.reversed(), 6)).isEqualTo(entry);
            assertThat(table.word(entry, 0)).isEqualTo(-9);
            assertThat(table.hash(entry)).isEqualTo(6);
            assertThat(table.size()).isEqualTo(1);
        }

        @Test
        void shouldFindEachEndWhenTheyAreTwo() {
            final FlowTable ends = FlowTable.ofEnds(2, 1, 77);
            final int one = ends.put(A, 5);
            final int other = ends.put(A.reversed(), 6);
            assertThat(ends.find(A)).isEqualTo(one).isNotEqualTo(other);
            assertThat(ends.find(A.reversed())).isEqualTo(other);
            assertThat(ends.flow(one)).isEqualTo(A);
            assertThat(ends.flow(other)).isEqualTo(A.reversed());
        }

        @Test
        void shouldKeepProtocolsAndPortsApart() {
            table.put(A, 5);
            assertThat(table.find(A.src(), A.sport(), A.dst(), A.dport(), 17)).isEqualTo(FlowTable.NONE);
            assertThat(table.find(A.src(), A.dport(), A.dst(), A.sport(), 6)).isEqualTo(FlowTable.NONE);
        }

        @Test
        void shouldTellPortsApartWhenBothEndsHaveOneAddress() {
            final FlowKey self = new FlowKey(1, 65_535, 1, 7, 6);
            table.put(self, 0);
            assertThat(table.flow(table.find(self.reversed()))).isEqualTo(self);
        }
    }

    @Nested
    class Full {
        @Test
        void shouldEvictTheLongestUnused() {
            table.put(A, 1);
            table.put(B, 2);
            table.find(A);
            table.put(C, 3);
            assertThat(table.evicted()).isEqualTo(1);
            assertThat(table.size()).isEqualTo(2);
            assertThat(table.find(B)).isEqualTo(FlowTable.NONE);
            assertThat(table.find(A)).isNotEqualTo(FlowTable.NONE);
        }

        @Test
        void shouldNotTakeALookForAUse() {
            table.put(A, 1);
            table.put(B, 2);
            table.peek(A);
            assertThat(table.flow(table.oldest())).isEqualTo(A);
            table.touch(table.peek(A));
            assertThat(table.flow(table.oldest())).isEqualTo(B);
        }

        @Test
        void shouldBeginAnewWithTheEntryOfAnother() {
            table.put(A, 1);
            table.word(table.put(B.reversed(), 2), 0, 5);
            table.find(A);
            final int entry = table.put(C, 3);
            assertThat(table.word(entry, 0)).isZero();
            assertThat(table.flow(entry)).isEqualTo(C);
        }

        @Test
        void shouldNotEvictWhenKnownFlowIsPut() {
            table.put(A, 1);
            table.put(B, 2);
            table.put(A, 1);
            assertThat(table.evicted()).isZero();
        }
    }

    @Nested
    class TakenOut {
        @Test
        void shouldRefuseEntryThatIsGone() {
            final int entry = table.put(A, 1);
            table.remove(entry);
            assertThatThrownBy(() -> table.word(entry, 0)).hasMessage("no entry " + entry);
            assertThatThrownBy(() -> table.remove(entry)).hasMessage("no entry " + entry);
            assertThatThrownBy(() -> table.hash(FlowTable.NONE)).hasMessage("no entry -1");
        }
    }

    @Test
    void shouldRejectCapacityOutOfRange() {
        assertThatThrownBy(() -> FlowTable.ofFlows(0, 1, 1)).hasMessageContaining("capacity=0");
    }

    /** Random operations, compared after each with a map in order of use. */
    @Test
    void shouldBehaveAsMapInOrderOfUse() {
        final Seed seed = Seeds.replayable("flow table");
        for (final int capacity : new int[] {1, 3, 64, 200}) {
            new Model(seed.split(capacity), capacity).run(20_000);
        }
    }

    private static final class Model {
        private final Seed seed;
        private final int capacity;
        private final FlowTable table;
        private final Map<FlowKey, Entry> model = new LinkedHashMap<>();
        private long evicted;

        private record Entry(FlowKey flow, int hash, long word) {}

        Model(final Seed seed, final int capacity) {
            this.seed = seed;
            this.capacity = capacity;
            this.table = FlowTable.ofFlows(capacity, 1, seed.nextLong());
        }

        void run(final int steps) {
            for (int step = 0; step < steps; step++) {
                switch (seed.nextInt(8)) {
                    case 0, 1, 2 -> put(step);
                    case 3, 4, 5 -> find();
                    case 6 -> remove();
                    default -> extract(step);
                }
                assertThat(table.size()).isEqualTo(model.size());
                assertThat(table.evicted()).isEqualTo(evicted);
            }
            assertThat(inTable()).isEqualTo(List.copyOf(model.values()));
        }

        private List<Entry> inTable() {
            final List<Entry> all = new ArrayList<>();
            table.forEach(entry -> all.add(entry(entry)));
            return all;
        }

        private Entry entry(final int entry) {
            return new Entry(table.flow(entry), table.hash(entry), table.word(entry, 0));
        }

        private FlowKey flow() {
            return new FlowKey(
                    seed.nextInt(8) - 4, seed.nextInt(6), seed.nextInt(8) - 4, seed.nextInt(6), seed.nextInt(2));
        }

        private FlowKey known(final FlowKey flow) {
            return model.containsKey(flow) ? flow : flow.reversed();
        }

        private void put(final long word) {
            final FlowKey flow = flow();
            final int hash = new KeyedHash(1, 2).hash(flow);
            final boolean isNew = !model.containsKey(known(flow));
            final FlowKey key = isNew ? flow : known(flow);
            if (isNew && model.size() == capacity) {
                model.remove(model.keySet().iterator().next());
                evicted++;
            }
            model.remove(key);
            model.put(key, new Entry(key, hash, word));
            final int entry = table.put(flow, hash);
            table.word(entry, 0, word);
            assertThat(table.flow(entry)).isEqualTo(key);
        }

        private void find() {
            final FlowKey flow = flow();
            final FlowKey key = known(flow);
            final int entry = table.find(flow);
            assertThat(entry != FlowTable.NONE).isEqualTo(model.containsKey(key));
            if (entry != FlowTable.NONE) {
                final Entry want = model.remove(key);
                model.put(key, want);
                assertThat(entry(entry)).isEqualTo(want);
            }
        }

        private void remove() {
            final FlowKey flow = flow();
            final int entry = table.find(flow);
            assertThat(entry != FlowTable.NONE).isEqualTo(model.remove(known(flow)) != null);
            if (entry != FlowTable.NONE) {
                table.remove(entry);
            }
        }

        private void extract(final int step) {
            final int from = step % 997 == 0 ? 0 : seed.nextInt(BucketMap.BUCKETS);
            final int to = step % 997 == 0 ? 255 : from + 3;
            final List<Entry> want = model.values().stream()
                    .filter(e -> (e.hash() & 255) >= from && (e.hash() & 255) <= to)
                    .collect(Collectors.toList());
            want.forEach(e -> model.remove(e.flow()));
            final List<Entry> taken = new ArrayList<>();
            table.forEach(entry -> {
                final int bucket = BucketMap.bucketOf(table.hash(entry));
                if (bucket >= from && bucket <= to) {
                    taken.add(entry(entry));
                    table.remove(entry);
                }
            });
            assertThat(taken).isEqualTo(want);
        }
    }
}
