package odonata.actors.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import odonata.actors.crossbar.IpiRing;
import odonata.actors.lwkt.Handlers;
import odonata.actors.lwkt.LwktThread;
import odonata.actors.lwkt.Pri;
import odonata.actors.lwkt.Td;
import odonata.actors.port.Msg;
import odonata.actors.port.Port;
import odonata.actors.testing.Bed;
import odonata.protocol.errno.NetError;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every CPU floods every other over tiny rings, with messages and with functions that send on: it must end, in order, complete. */
class CrossbarFloodTest {
    private static final int CPUS = 4;
    private static final int PER_PAIR = 300;
    private static final int FLOOD_PORT = 9;

    private final AtomicInteger functions = new AtomicInteger();
    private final CompletableFuture<Integer> finished = new CompletableFuture<>();
    private final AtomicInteger repliesMissing = new AtomicInteger(CPUS * (CPUS - 1) * PER_PAIR);
    private final List<int[]> lastFrom = new ArrayList<>();

    private sealed interface Flood {
        record Start() implements Flood {}

        record Item(int from, int n) implements Flood {}
    }

    private final class Flooder extends LwktThread<Flood> {
        Flooder(final Td td) {
            super(td);
        }

        @Override
        protected Handlers<Flood> handlers() {
            return Handlers.of(Flood.class)
                    .on(Flood.Start.class, msg -> flood())
                    .on(Flood.Item.class, this::onItem);
        }

        private void flood() {
            for (int n = 1; n <= PER_PAIR; n++) {
                for (int to = 0; to < CPUS; to++) {
                    if (to != td().cpu()) {
                        td().sendMsg(new Port<Flood>(to, FLOOD_PORT), td().initMsg(new Flood.Item(td().cpu(), n)));
                        td().gd().sendIpi(to, cpu -> sendOn(cpu, 2));
                    }
                }
            }
        }

        private void onItem(final Msg<Flood.Item> msg) {
            final int[] last = lastFrom.get(td().cpu());
            final Flood.Item item = msg.command();
            if (item.n() != last[item.from()] + 1) {
                finished.completeExceptionally(new AssertionError(item + " after " + last[item.from()]));
            }
            last[item.from()] = item.n();
            msg.reply(NetError.OK);
        }

        @Override
        protected void onReply(final Msg<?> msg) {
            if (repliesMissing.decrementAndGet() == 0) {
                finished.complete(0);
            }
        }
    }

    /** A function on a ring that sends functions while it runs. */
    private void sendOn(final Cpu cpu, final int depth) {
        functions.incrementAndGet();
        if (depth > 0) {
            for (int to = 0; to < CPUS; to++) {
                if (to != cpu.id()) {
                    cpu.sendIpi(to, next -> sendOn(next, depth - 1));
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 4, 16})
    void I34_aFloodEndsInVirtualTime(final int capacity) {
        try (Bed bed = Bed.virtual(CPUS, Bed.settings(capacity, 3, 0, 0))) {
            spawn(bed);
            bed.conductor.afterEachStep(cpu -> checkRings(bed, capacity));
            bed.start();
            bed.quiet();
            assertThat(repliesMissing).hasValue(0);
            assertAllDone(bed);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 4, 16})
    void I34_aFloodEndsOnTheWallClock(final int capacity) {
        try (Bed bed = Bed.wall(CPUS, Bed.settings(capacity, 3, 10, 2))) {
            spawn(bed);
            bed.start();
            Bed.await(finished);
            Bed.await(allFunctionsRun(bed));
            assertAllDone(bed);
        }
    }

    private void spawn(final Bed bed) {
        for (int cpu = 0; cpu < CPUS; cpu++) {
            lastFrom.add(new int[CPUS]);
            final Port<Flood> port = bed.cpu(cpu)
                    .spawn("flooder", Pri.KERN_DAEMON, FLOOD_PORT, ThreadClass.USER, LwktThread.behavior(Flooder::new));
            bed.cpu(cpu).injectMsg(port, Msg.init(new Flood.Start(), Port.none()));
        }
    }

    private CompletableFuture<Void> allFunctionsRun(final Bed bed) {
        final CompletableFuture<Void> all = new CompletableFuture<>();
        lookAgain(bed, all);
        return all;
    }

    private void lookAgain(final Bed bed, final CompletableFuture<Void> all) {
        if (functions.get() >= expectedFunctions()) {
            all.complete(null);
        } else {
            bed.cpu(0)
                    .inject(() -> bed.cpu(0).callout(() -> lookAgain(bed, all)).reset(100_000));
        }
    }

    private static int expectedFunctions() {
        final int others = CPUS - 1;
        return CPUS * others * PER_PAIR * (1 + others + others * others);
    }

    private void assertAllDone(final Bed bed) {
        assertThat(functions).hasValue(expectedFunctions());
        long full = 0;
        for (int from = 0; from < CPUS; from++) {
            for (int to = 0; to < CPUS; to++) {
                full += bed.cpu(from).counters().ringFullTo(to);
                if (from != to) {
                    assertThat(lastFrom.get(to)[from]).isEqualTo(PER_PAIR);
                }
            }
        }
        assertThat(full).as("rings that were found full").isPositive();
    }

    private static void checkRings(final Bed bed, final int capacity) {
        for (int from = 0; from < CPUS; from++) {
            for (int to = 0; to < CPUS; to++) {
                final IpiRing ring =
                        from == to ? null : bed.cpu(from).crossbar().ringTo(to);
                if (ring != null) {
                    assertThat(ring.occupancy()).isBetween(0, capacity - 1);
                    assertThat(ring.executed()).isLessThanOrEqualTo(ring.received());
                }
            }
        }
    }
}
