package odonata.actors.cpu;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.List;
import odonata.actors.crossbar.Crossbar;
import odonata.protocol.clock.Clock;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/** The word of a token, and the queue of those who wait for it; each actor is the carrier of a thread of its own. */
public final class TokenStress {
    private static final CpuThread THREAD = new CpuThread(cpu(), "any", 1, 1, 1, ThreadClass.USER);
    private static final VarHandle QUEUED_AT;

    static {
        try {
            QUEUED_AT = MethodHandles.privateLookupIn(TokenSet.class, MethodHandles.lookup())
                    .findVarHandle(TokenSet.class, "queuedAt", LwktToken.class);
        } catch (final ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private TokenStress() {}

    private static Cpu cpu() {
        final Machine machine = Machine.onWallClock(1, List.of(0), CpuSettings.defaults(), (cpu, cause) -> {});
        return new Cpu(
                0, 0, machine, new Crossbar[1], cpu -> new AnyCarrier(), CpuSettings.defaults(), (cpu, cause) -> {});
    }

    private static TokenSet set() {
        return new TokenSet(THREAD);
    }

    /** Two want it exclusively: what each counts while it has it; 0 when it did not get it. */
    @JCStressTest
    @Outcome(
            id = {"1, 2", "2, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "One after the other.")
    @Outcome(
            id = {"1, 0", "0, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "One found it busy.")
    @Outcome(id = "1, 1", expect = Expect.FORBIDDEN, desc = "Both have it at once.")
    @Outcome(id = "0, 0", expect = Expect.FORBIDDEN, desc = "Busy though nobody has it.")
    @State
    public static class Exclusive {
        private final LwktToken token = LwktToken.create("stress");
        private final TokenSet one = set();
        private final TokenSet other = set();
        private int guarded;

        @Actor
        public void one(final II_Result r) {
            r.r1 = count(one);
        }

        @Actor
        public void other(final II_Result r) {
            r.r2 = count(other);
        }

        private int count(final TokenSet set) {
            if (!set.tryGet(token, true)) {
                return 0;
            }
            final int n = ++guarded;
            set.release(token);
            return n;
        }
    }

    /** One changes two fields while it has it exclusively, the other reads both while it shares it; -1 when it did not get it. */
    @JCStressTest
    @Outcome(id = "0, 0", expect = Expect.ACCEPTABLE, desc = "Read before the change.")
    @Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "Read after the change.")
    @Outcome(id = "-1, -1", expect = Expect.ACCEPTABLE, desc = "Found it busy.")
    @Outcome(
            id = {"0, 1", "1, 0"},
            expect = Expect.FORBIDDEN,
            desc = "Read in the middle of the change.")
    @State
    public static class Shared {
        private final LwktToken token = LwktToken.create("stress");
        private final TokenSet writer = set();
        private final TokenSet reader = set();
        private int first;
        private int second;

        @Actor
        public void writer() {
            if (writer.tryGet(token, true)) {
                first = 1;
                second = 1;
                writer.release(token);
            }
        }

        @Actor
        public void reader(final II_Result r) {
            final boolean has = reader.tryGet(token, false);
            r.r1 = has ? first : -1;
            r.r2 = has ? second : -1;
            if (has) {
                reader.release(token);
            }
        }
    }

    /** Two share it and give it back: what is left in its word. */
    @JCStressTest
    @Outcome(id = "0", expect = Expect.ACCEPTABLE, desc = "Nobody has it.")
    @Outcome(id = ".*", expect = Expect.FORBIDDEN, desc = "A share was given back that is still there, or twice.")
    @State
    public static class Readers {
        private final LwktToken token = LwktToken.create("stress");
        private final TokenSet one = set();
        private final TokenSet other = set();

        @Actor
        public void one() {
            share(one);
        }

        @Actor
        public void other() {
            share(other);
        }

        private void share(final TokenSet set) {
            if (set.tryGet(token, false)) {
                set.release(token);
            }
        }

        @Arbiter
        public void left(final I_Result r) {
            r.r1 = token.word();
        }
    }

    /** One gives it up while the other begins to wait for it: got?, told? */
    @JCStressTest
    @Outcome(
            id = {"1, 0", "1, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "It had been given up.")
    @Outcome(id = "0, 1", expect = Expect.ACCEPTABLE, desc = "Busy, and told when it was given up.")
    @Outcome(id = "0, 0", expect = Expect.FORBIDDEN, desc = "Waits for a token that nobody has, and nobody tells it.")
    @State
    public static class Wait {
        private final LwktToken token = LwktToken.create("stress");
        private final TokenSet holder = set();
        private final TokenSet waiter = set();

        public Wait() {
            holder.get(token, true);
        }

        @Actor
        public void holder() {
            holder.release(token);
        }

        @Actor
        public void waiter(final II_Result r) {
            r.r1 = waiter.get(token, true) ? 1 : 0;
        }

        @Arbiter
        public void told(final II_Result r) {
            r.r2 = QUEUED_AT.get(waiter) == null ? 1 : 0;
        }
    }

    /** For a CPU that never runs: whoever calls is its carrier. */
    private static final class AnyCarrier implements CpuDriver {
        @Override
        public Clock clock() {
            return System::nanoTime;
        }

        @Override
        public boolean onCarrier() {
            return true;
        }

        @Override
        public int throughput() {
            return 1;
        }

        @Override
        public boolean isVirtual() {
            return false;
        }

        @Override
        public void ipi() {}

        @Override
        public void due(final long dueNs) {}

        @Override
        public void stall(final int round) {}

        @Override
        public void charge(final long ns) {}

        @Override
        public void taken(final CpuThread thread, final Object message) {}

        @Override
        public void switched(final CpuThread to) {}

        @Override
        public void copied(final int bytes) {}

        @Override
        public long ringNs() {
            return clock().nowNs();
        }

        @Override
        public long hopNs() {
            return 0;
        }

        @Override
        public void sentLocally() {}

        @Override
        public void start() {}

        @Override
        public void stop() {}
    }
}
