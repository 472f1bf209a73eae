package odonata.actors.cpu;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/** The inbox of a CPU that runs on a carrier of its own and parks whenever it has nothing to do. */
public final class InboxStress {
    private static final long LIMIT_NS = TimeUnit.SECONDS.toNanos(10);
    private static final long LOOK_NS = 1_000;
    private static final int INBOX = 1 << 18;
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
