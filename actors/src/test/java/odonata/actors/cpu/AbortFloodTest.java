package odonata.actors.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import odonata.actors.lwkt.Handlers;
import odonata.actors.lwkt.LwktThread;
import odonata.actors.lwkt.Pri;
import odonata.actors.lwkt.Td;
import odonata.actors.port.Msg;
import odonata.actors.port.Port;
import odonata.actors.testing.Bed;
import odonata.protocol.errno.Kassert;
import odonata.protocol.errno.NetError;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every CPU sends abortable messages to every other over tiny rings, passes them on, keeps them, aborts its own at any time, and uses
 * each again as soon as it is done: each send must have one completion, and no abort may reach a later send.
 */
class AbortFloodTest {
    private static final int CPUS = 3;
    private static final int PORT = 9;
    private static final int PER_CPU = 1_500;
    private static final int WINDOW = 12;
    private static final int KEPT = 4;

    private final CompletableFuture<Integer> finished = new CompletableFuture<>();
    private final AtomicInteger missing = new AtomicInteger(CPUS * PER_CPU);
    private final AtomicInteger interrupted = new AtomicInteger();

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void shouldCompleteEverySendOnceInVirtualTime(final long seed) {
        try (Bed bed = Bed.virtual(CPUS, Bed.settings(seed % 2 == 0 ? 2 : 16, 3, 0, 0))) {
            spawn(bed, seed);
            bed.start();
            bed.quiet();
            assertAllDone();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 16})
    void shouldCompleteEverySendOnceOnTheWallClock(final int capacity) {
        try (Bed bed = Bed.wall(CPUS, Bed.settings(capacity, 3, 10, 2))) {
            spawn(bed, capacity);
            bed.start();
            Bed.await(finished);
            assertAllDone();
        }
    }

    private void spawn(final Bed bed, final long seed) {
        for (int cpu = 0; cpu < CPUS; cpu++) {
            final Random random = new Random(seed * CPUS + cpu);
            final Port<Flood> port = bed.cpu(cpu)
                    .spawn(
                            "flooder",
                            Pri.KERN_DAEMON,
                            PORT,
                            ThreadClass.USER,
                            LwktThread.behavior(td -> new Flooder(td, random)));
            bed.cpu(cpu).injectMsg(port, Msg.init(new Flood.Start(), Port.none()));
        }
    }

    private void assertAllDone() {
        assertThat(missing).hasValue(0);
        assertThat(interrupted.get()).isBetween(1, CPUS * PER_CPU - 1);
    }

    private sealed interface Flood {
        record Start() implements Flood {}

        /** One send; who has the message may write. */
        final class Item implements Flood {
            private int hops;
            private boolean mayBeAborted;
            private boolean done;
        }
    }

    private final class Flooder extends LwktThread<Flood> {
        private final Random random;
        private final ArrayDeque<Msg<Flood.Item>> kept = new ArrayDeque<>();
        private int toSend = PER_CPU;
        private Msg<Flood.Item> last;

        private Flooder(final Td td, final Random random) {
            super(td);
            this.random = random;
        }

        @Override
        protected Handlers<Flood> handlers() {
            return Handlers.of(Flood.class)
                    .on(Flood.Start.class, msg -> start())
                    .on(Flood.Item.class, this::onItem);
        }

        @Override
        protected void onAbort(final Msg<Flood> msg) {
            final Msg<Flood.Item> item =
                    kept.stream().filter(one -> one == (Msg<?>) msg).findFirst().orElse(null);
            Kassert.check(item != null, "abort of what is not held: %s", msg);
            Kassert.check(item.command().mayBeAborted, "abort that was not asked for: %s", msg);
            if (random.nextBoolean()) {
                kept.remove(item);
                item.reply(NetError.EINTR);
            }
        }

        @Override
        protected void rollup() {
            while (!kept.isEmpty()) {
                goOn(kept.remove());
            }
        }

        private void start() {
            for (int i = 0; i < WINDOW; i++) {
                send(td().initMsg(new Flood.Item()));
            }
        }

        private void send(final Msg<Flood.Item> msg) {
            if (toSend == 0) {
                return;
            }
            toSend--;
            msg.command().hops = random.nextInt(4);
            final int when = random.nextInt(3);
            msg.command().mayBeAborted = when > 0;
            td().sendMsg(anyPort(), msg.abortable(), this::onDone);
            if (when == 1) {
                td().abortMsg(msg);
            } else if (when == 2) {
                abortLast();
                last = msg;
            }
        }

        private void abortLast() {
            if (last != null && !td().checkMsg(last)) {
                td().abortMsg(last);
            }
            last = null;
        }

        private void onDone(final Msg<Flood.Item> msg) {
            Kassert.check(!msg.command().done, "completed twice: %s", msg);
            msg.command().done = true;
            if (msg.error() == NetError.EINTR) {
                interrupted.incrementAndGet();
            }
            if (msg == last) {
                last = null;
            }
            if (missing.decrementAndGet() == 0) {
                finished.complete(0);
            }
            send(msg.reinit(new Flood.Item(), td().port()));
        }

        private void onItem(final Msg<Flood.Item> msg) {
            if (random.nextBoolean()) {
                kept.add(msg);
                if (kept.size() > KEPT) {
                    goOn(kept.remove());
                }
            } else {
                goOn(msg);
            }
        }

        private void goOn(final Msg<Flood.Item> msg) {
            if (msg.command().hops-- > 0) {
                msg.forward(anyPort());
            } else {
                msg.reply(NetError.OK);
            }
        }

        private Port<Flood> anyPort() {
            return new Port<>(random.nextInt(CPUS), PORT);
        }
    }
}
