package odonata.actors.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import odonata.actors.lwkt.Handlers;
import odonata.actors.lwkt.LwktThread;
import odonata.actors.lwkt.Pri;
import odonata.actors.lwkt.Td;
import odonata.actors.port.Msg;
import odonata.actors.port.Port;
import odonata.actors.testing.Bed;
import odonata.actors.testing.Probe;
import odonata.actors.testing.Seeds;
import odonata.protocol.clock.Seed;
import odonata.protocol.errno.Kassert;
import odonata.protocol.errno.NetError;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Threads that all go about on three CPUs, at random, while they send to each other, hold, abort, sleep descheduled until another
 * schedules them. Each does a number of things; it gets through only if no wake-up is lost.
 */
@Tag("slow")
class MigrationInvariantsTest {
    private static final int CPUS = 3;
    private static final int WALKERS = 4;
    private static final int SEEDS = 1_000;

    private final List<Port<Walk>> ports = new ArrayList<>();
    private final List<Port<Probe.Cmd>> wakers = new ArrayList<>();
    private final List<Walker> walkers = new ArrayList<>();
    private final AtomicInteger missing = new AtomicInteger();
    private final CompletableFuture<Integer> finished = new CompletableFuture<>();
    private Bed bed;
    private int things;
    private boolean allAtOnce;

    @Test
    void I1_I11_I17_I21_I24_I31_threadsGoAboutInVirtualTime() {
        things = 10;
        allAtOnce = true;
        final int[] away = new int[1];
        final int[] moves = new int[WALKERS];
        final int[] interrupted = new int[WALKERS];
        Seeds.of(MigrationInvariantsTest.class).each(SEEDS, value -> {
            goAbout(Seed.of(value), away);
            walkers.forEach(walker -> moves[walker.self] += walker.moves);
            walkers.forEach(walker -> interrupted[walker.self] += walker.interrupted);
        });
        if (Seeds.areAll()) {
            assertThat(away[0]).isGreaterThan(SEEDS);
            assertThat(IntStream.of(moves)).allMatch(n -> n > SEEDS);
            assertThat(IntStream.of(interrupted)).allMatch(n -> n > 0);
        }
    }

    private void goAbout(final Seed seed, final int[] away) {
        ports.clear();
        wakers.clear();
        walkers.clear();
        bed = Bed.virtual(CPUS);
        spawn(0);
        try (Bed closed = bed.start()) {
            bed.quiet();
            bed.conductor.afterEachStep(cpu -> away[0] += lookAtThoseOnTheirWay());
            for (int i = 0; i < WALKERS; i++) {
                final Walker walker = walkers.get(i);
                final Seed own = seed.split(i);
                bed.conductor.at(bed.conductor.nowNs() + seed.nextInt(500), () -> begin(walker, own));
            }
            bed.quiet();
            assertThat(closed.panics).isEmpty();
            expectAllDone("seed " + seed.origin());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 256})
    void I11_I21_I24_threadsGoAboutOnTheWallClock(final int ring) {
        things = 400;
        bed = Bed.wall(CPUS, Bed.settings(ring, 3, 10, 2));
        spawn(ring);
        try (Bed closed = bed.start()) {
            Bed.await(finished);
            assertThat(closed.panics).isEmpty();
        }
        expectAllDone("ring of " + ring);
    }

    private void spawn(final int seed) {
        missing.set(WALKERS * things);
        for (int cpu = 0; cpu < CPUS; cpu++) {
            wakers.add(bed.probe(cpu));
        }
        for (int i = 0; i < WALKERS; i++) {
            final int self = i;
            ports.add(bed.cpu(i % CPUS)
                    .spawn("walker" + i, Pri.KERN_DAEMON, 0, ThreadClass.USER, LwktThread.behavior(td -> {
                        final Walker walker = new Walker(td, self, Seed.of(seed).split(self));
                        synchronized (walkers) {
                            walkers.add(walker);
                        }
                        return walker;
                    })));
            if (!allAtOnce) {
                bed.cpu(i % CPUS).injectMsg(ports.get(i), Msg.init(Walk.Begin.INSTANCE, Port.none()));
            }
        }
    }

    private void begin(final Walker walker, final Seed seed) {
        walker.seed = seed;
        walker.left = things;
        bed.cpu(ports.get(walker.self).cpu())
                .injectMsg(ports.get(walker.self), Msg.init(Walk.Begin.INSTANCE, Port.none()));
    }

    private void expectAllDone(final String when) {
        for (final Walker walker : walkers) {
            assertThat(walker.left)
                    .as("%s: things that %d did not come to", when, walker.self)
                    .isZero();
            assertThat(walker.unanswered)
                    .as("%s: sends of %d without a reply", when, walker.self)
                    .isZero();
            assertThat(walker.kept).as("%s: held by %d", when, walker.self).isEmpty();
            for (final Walker from : walkers) {
                assertThat(walker.lastOf[from.self]).as(when).isEqualTo(from.sentTo[walker.self]);
                assertThat(walker.lastOf[WALKERS + from.self]).as(when).isEqualTo(from.sentTo[WALKERS + walker.self]);
            }
        }
    }

    /** I17: who is on the way takes nothing, is current nowhere and on no run queue. Returns how many are. */
    private int lookAtThoseOnTheirWay() {
        int n = 0;
        for (final Walker walker : walkers) {
            final CpuThread thread = walker.thread;
            if (thread.migration() != null) {
                n++;
                if (walker.leftAt < 0) {
                    walker.leftAt = walker.taken;
                }
                Kassert.check(walker.leftAt == walker.taken, "%s took a message between two CPUs", thread);
                Kassert.check(thread.cpu() == walker.seenOn, "%s changed its CPU before it arrived", thread);
            } else {
                walker.leftAt = -1;
                walker.seenOn = thread.cpu();
            }
        }
        return n;
    }

    private sealed interface Walk {
        /** Begins to do things. */
        enum Begin implements Walk {
            INSTANCE
        }

        /** The n-th of those not urgent, or of the urgent ones, from one walker to another. */
        record Item(int from, int[] order, boolean urgent) implements Walk {}
    }

    private final class Walker extends LwktThread<Walk> {
        private final int self;
        private final CpuThread thread;
        private final int[] sentTo = new int[2 * WALKERS];
        private final int[] lastOf = new int[2 * WALKERS];
        private final ArrayDeque<Msg<Walk.Item>> kept = new ArrayDeque<>();
        private Seed seed;
        private int left;
        private int unanswered;
        private int moves;
        private int taken;
        private int interrupted;
        private int leftAt = -1;
        private Cpu seenOn;

        private Walker(final Td td, final int self, final Seed seed) {
            super(td);
            this.self = self;
            this.seed = seed;
            thread = td.gd().curthread();
            seenOn = td.gd();
            left = allAtOnce ? 0 : things;
        }

        @Override
        protected Handlers<Walk> handlers() {
            return Handlers.of(Walk.class).on(Walk.Begin.class, msg -> next()).on(Walk.Item.class, this::onItem);
        }

        @Override
        protected void onAbort(final Msg<Walk> msg) {
            look();
            final Msg<Walk.Item> item =
                    kept.stream().filter(one -> one == (Msg<?>) msg).findFirst().orElseThrow();
            kept.remove(item);
            interrupted++;
            item.reply(NetError.EINTR);
        }

        private void look() {
            taken++;
            Kassert.check(td().gd().curthread() == thread, "%s runs, and is not current", thread);
            Kassert.check(thread.cpu() == td().gd() && thread.migration() == null, "%s runs elsewhere", thread);
            Kassert.check(
                    !allAtOnce
                            || bed.machine().cpus().stream()
                                            .filter(cpu -> cpu.curthread() == thread)
                                            .count()
                                    == 1,
                    "%s runs on two CPUs",
                    thread);
        }

        private void next() {
            look();
            if (left == 0) {
                return;
            }
            left--;
            switch (seed.nextInt(6)) {
                case 0 -> goOn(() -> td().setCpuSelf(seed.nextInt(CPUS), this::arrived));
                case 1 -> goOn(this::sleepAndGo);
                case 2 -> {
                    td().charge(seed.nextInt(400));
                    releaseKept(1);
                    goOn(() -> {});
                }
                default -> {
                    send();
                    send();
                    goOn(seed.chance(0.3) ? () -> td().setCpuSelf(seed.nextInt(CPUS), this::arrived) : () -> {});
                }
            }
        }

        private void arrived() {
            look();
            moves++;
            if (left > 0) {
                send();
            }
        }

        /** Arms what comes next, then does one last thing. */
        private void goOn(final Runnable last) {
            td().after(1 + seed.nextInt(1_500), this::next);
            if (left == 0) {
                releaseKept(kept.size());
            }
            last.run();
            oneDone();
        }

        private void oneDone() {
            if (missing.decrementAndGet() == 0) {
                finished.complete(0);
            }
        }

        private void sleepAndGo() {
            td().deschedule();
            final Port<Probe.Cmd> waker = wakers.get(seed.nextInt(CPUS));
            td().sendMsg(waker, Msg.init(new Probe.Cmd.Do(p -> p.self().schedule(td().port())), Port.adone()));
            if (seed.chance(0.7)) {
                td().setCpuSelf(seed.nextInt(CPUS), this::arrived);
            }
        }

        /** Anybody but oneself. */
        private Port<Walk> any() {
            return ports.get((self + 1 + seed.nextInt(WALKERS - 1)) % WALKERS);
        }

        private void send() {
            final Port<Walk> to = any();
            final int target = ports.indexOf(to);
            final boolean urgent = seed.chance(0.2);
            final int[] order = {++sentTo[urgent ? WALKERS + target : target]};
            final Msg<Walk.Item> msg = td().initMsg(new Walk.Item(self, order, urgent));
            unanswered++;
            missing.incrementAndGet();
            td().sendMsg(to, urgent ? msg.urgent() : msg.abortable(), reply -> {
                look();
                Kassert.check(order[0] != 0, "completed twice: %s", reply);
                order[0] = 0;
                unanswered--;
                oneDone();
            });
            if (!urgent && seed.chance(0.4)) {
                td().after(seed.nextInt(1_500), () -> {
                    if (order[0] != 0) {
                        td().abortMsg(msg);
                    }
                });
            }
        }

        private void onItem(final Msg<Walk.Item> msg) {
            look();
            final Walk.Item item = msg.command();
            final int index = item.urgent() ? WALKERS + item.from() : item.from();
            Kassert.check(
                    item.order()[0] == lastOf[index] + 1,
                    "from walker %d to %d: %d after %d",
                    item.from(),
                    self,
                    item.order()[0],
                    lastOf[index]);
            lastOf[index]++;
            if (left > 0 && seed.chance(0.4)) {
                kept.add(msg);
            } else {
                msg.reply(NetError.OK);
            }
        }

        private void releaseKept(final int most) {
            for (int i = 0; i < most && !kept.isEmpty(); i++) {
                kept.remove().reply(NetError.OK);
            }
        }
    }
}
