package odonata.actors.cpu;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import odonata.actors.crossbar.CountingHost;
import odonata.actors.crossbar.Crossbar;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/** The inbox of a CPU that runs on a carrier of its own and parks whenever it has nothing to do. */
public final class InboxStress {
    private static final long LIMIT_NS = TimeUnit.SECONDS.toNanos(10);
    private static final long LOOK_NS = 1_000;
    private static final int INBOX = 1 << 18;
    private static final int SMALL_INBOX = 4;
    private static final int RING = 8;
    private static final Cpu CPU = started();

    private InboxStress() {}

    private static Cpu started() {
        final CpuSettings d = CpuSettings.defaults();
        final CpuSettings parks = new CpuSettings(
                d.ringCapacity(),
                d.uplinkCapacity(),
                d.ringBatch(),
                d.throughput(),
                d.turn(),
                0,
                0,
                d.highwater(),
                INBOX,
                d.rollupBatch(),
                d.accounting(),
                d.ktr());
        final Machine machine = Machine.onWallClock(1, List.of(0), parks, (cpu, cause) -> {});
        machine.start();
        return machine.cpu(0);
    }

    /**
     * A foreign thread puts something into the inbox of a CPU that has found it empty and goes to sleep. The inbox is the CPU's, the
     * carrier is the actor: what it decides shows whether it would park. Asleep?, wake-ups.
     */
    @JCStressTest
    @Outcome(id = "0, 0", expect = Expect.ACCEPTABLE, desc = "It saw the item and stays awake.")
    @Outcome(id = "0, 1", expect = Expect.ACCEPTABLE, desc = "It saw the item; the other had found it asleep.")
    @Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "It sleeps and is woken.")
    @Outcome(id = "1, 0", expect = Expect.FORBIDDEN, desc = "It sleeps and nobody wakes it.")
    @State
    public static class Park {
        private final CountingHost host = new CountingHost();
        private final Inbox inbox =
                new Inbox(null, new Crossbar(0, new Crossbar[1], host, RING, RING, false), SMALL_INBOX);

        @Actor
        public void foreigner() {
            inbox.offer(this);
        }

        @Actor
        public void carrier(final II_Result r) {
            r.r1 = inbox.prepareSleep(false) ? 1 : 0;
        }

        @Arbiter
        public void woken(final II_Result r) {
            r.r2 = host.wakeUps();
        }
    }

    /** Two foreign threads hand a function to one CPU: functions that have run. */
    @JCStressTest
    @Outcome(id = "2", expect = Expect.ACCEPTABLE, desc = "Both have run.")
    @Outcome(
            id = ".*",
            expect = Expect.FORBIDDEN,
            desc = "Lost, run twice, or the CPU sleeps with something in its inbox.")
    @State
    public static class Inject {
        private final AtomicInteger run = new AtomicInteger();

        @Actor
        public void one() {
            CPU.inject(run::incrementAndGet);
        }

        @Actor
        public void other() {
            CPU.inject(run::incrementAndGet);
        }

        @Arbiter
        public void both(final I_Result r) {
            final long began = System.nanoTime();
            while (run.get() < 2 && System.nanoTime() - began < LIMIT_NS) {
                LockSupport.parkNanos(LOOK_NS);
            }
            r.r1 = run.get();
        }
    }
}
