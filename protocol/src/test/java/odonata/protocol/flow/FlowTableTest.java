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

    private final FlowTable<String> table = new FlowTable<>(2);

    @Nested
    class Found {
        @Test
        void shouldFindFlowFromBothEnds() {
            final int entry = table.put(A, 5, "a");
            assertThat(table.find(A)).isEqualTo(entry);
            assertThat(table.find(A.reversed())).isEqualTo(entry);
            assertThat(table.value(entry)).isEqualTo("a");
            assertThat(table.hash(entry)).isEqualTo(5);
        }

        @Test
        void shouldShowFlowInDirectionOfFirstPut() {
            assertThat(table.flow(table.put(A, 5, "a"))).isEqualTo(A);
            assertThat(table.flow(table.put(A.reversed(), 5, "b"))).isEqualTo(A);
            assertThat(table.flow(table.put(B.reversed(), 5, "b"))).isEqualTo(B.reversed());
        }

        @Test
        void shouldReplaceWhenPutFromOtherEnd() {
            table.put(A, 5, "a");
            assertThat(table.value(table.put(A.reversed(), 6, "b"))).isEqualTo("b");
            assertThat(table.size()).isEqualTo(1);
        }

        @Test
        void shouldReplaceValueInPlace() {
            final int entry = table.put(A, 5, "a");
            table.value(entry, "z");
            assertThat(table.value(table.find(A))).isEqualTo("z");
        }

        @Test
        void shouldKeepProtocolsAndPortsApart() {
            table.put(A, 5, "a");
            assertThat(table.find(A.src(), A.sport(), A.dst(), A.dport(), 17)).isEqualTo(FlowTable.NONE);
            assertThat(table.find(A.src(), A.dport(), A.dst(), A.sport(), 6)).isEqualTo(FlowTable.NONE);
        }

        @Test
        void shouldTellPortsApartWhenBothEndsHaveOneAddress() {
            final FlowKey self = new FlowKey(1, 65_535, 1, 7, 6);
            table.put(self, 0, "self");
            assertThat(table.flow(table.find(self.reversed()))).isEqualTo(self);
        }
    }

    @Nested
    class Full {
        @Test
        void shouldEvictTheLongestUnused() {
            table.put(A, 1, "a");
            table.put(B, 2, "b");
            table.find(A);
            table.put(C, 3, "c");
            assertThat(table.evicted()).isEqualTo(1);
            assertThat(table.size()).isEqualTo(2);
            assertThat(table.find(B)).isEqualTo(FlowTable.NONE);
            assertThat(table.find(A)).isNotEqualTo(FlowTable.NONE);
        }

        @Test
        void shouldNotEvictWhenKnownFlowIsPut() {
            table.put(A, 1, "a");
            table.put(B, 2, "b");
            table.put(A, 1, "a2");
            assertThat(table.evicted()).isZero();
        }
    }

    @Nested
    class TakenOut {
        @Test
        void shouldExtractOnlyGivenBuckets() {
            table.put(A, 0x101, "a");
            table.put(B, 0x102, "b");
            assertThat(table.extract(bucket -> bucket == 1)).containsExactly(new FlowTable.Extracted<>(A, 0x101, "a"));
            assertThat(table.find(A)).isEqualTo(FlowTable.NONE);
            assertThat(table.find(B)).isNotEqualTo(FlowTable.NONE);
        }

        @Test
        void shouldRefuseEntryThatIsGone() {
            final int entry = table.put(A, 1, "a");
            table.remove(entry);
            assertThatThrownBy(() -> table.value(entry)).hasMessage("no entry " + entry);
            assertThatThrownBy(() -> table.remove(entry)).hasMessage("no entry " + entry);
            assertThatThrownBy(() -> table.hash(FlowTable.NONE)).hasMessage("no entry -1");
        }

        @Test
        void shouldBeEmptyWhenCleared() {
            table.put(A, 1, "a");
            table.put(B, 1, "b");
            table.clear();
            assertThat(table.size()).isZero();
            assertThat(table.find(A)).isEqualTo(FlowTable.NONE);
        }
    }

    @Test
    void shouldRejectCapacityOutOfRange() {
        assertThatThrownBy(() -> new FlowTable<String>(0)).hasMessageContaining("capacity=0");
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
        private final FlowTable<Integer> table;
        private final Map<FlowKey, FlowTable.Extracted<Integer>> model = new LinkedHashMap<>();
        private long evicted;

        Model(final Seed seed, final int capacity) {
            this.seed = seed;
            this.capacity = capacity;
            this.table = new FlowTable<>(capacity);
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

        private List<FlowTable.Extracted<Integer>> inTable() {
            final List<FlowTable.Extracted<Integer>> all = new ArrayList<>();
            table.forEach((flow, hash, value) -> all.add(new FlowTable.Extracted<>(flow, hash, value)));
            return all;
        }

        private FlowKey flow() {
            return new FlowKey(
                    seed.nextInt(8) - 4, seed.nextInt(6), seed.nextInt(8) - 4, seed.nextInt(6), seed.nextInt(2));
        }

        private FlowKey known(final FlowKey flow) {
            return model.containsKey(flow) ? flow : flow.reversed();
        }

        private void put(final int value) {
            final FlowKey flow = flow();
            final int hash = new KeyedHash(1, 2).hash(flow);
            final boolean isNew = !model.containsKey(known(flow));
            final FlowKey key = isNew ? flow : known(flow);
            if (isNew && model.size() == capacity) {
                model.remove(model.keySet().iterator().next());
                evicted++;
            }
            model.remove(key);
            model.put(key, new FlowTable.Extracted<>(key, hash, value));
            assertThat(table.flow(table.put(flow, hash, value))).isEqualTo(key);
        }

        private void find() {
            final FlowKey flow = flow();
            final FlowKey key = known(flow);
            final int entry = table.find(flow);
            assertThat(entry != FlowTable.NONE).isEqualTo(model.containsKey(key));
            if (entry != FlowTable.NONE) {
                final FlowTable.Extracted<Integer> want = model.remove(key);
                model.put(key, want);
                assertThat(new FlowTable.Extracted<>(table.flow(entry), table.hash(entry), table.value(entry)))
                        .isEqualTo(want);
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
            final List<FlowTable.Extracted<Integer>> want = model.values().stream()
                    .filter(e -> (e.hash() & 255) >= from && (e.hash() & 255) <= to)
                    .collect(Collectors.toList());
            want.forEach(e -> model.remove(e.flow()));
            assertThat(table.extract(bucket -> bucket >= from && bucket <= to)).isEqualTo(want);
        }
    }
}
