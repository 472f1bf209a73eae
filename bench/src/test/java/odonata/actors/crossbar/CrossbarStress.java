package odonata.actors.crossbar;

import org.jctools.queues.MpscGrowableArrayQueue;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;

/** The wake-up flag and the marks of the rings; the second actor is always the carrier of the CPU that is sent to. */
public final class CrossbarStress {
    private CrossbarStress() {}

    private static int oneIf(final boolean condition) {
        return condition ? 1 : 0;
    }

    /** A CPU goes to sleep while another sends to it: asleep?, wake-ups. */
    @JCStressTest
    @Outcome(id = "0, 0", expect = Expect.ACCEPTABLE, desc = "It saw the entry and stays awake.")
    @Outcome(id = "0, 1", expect = Expect.ACCEPTABLE, desc = "It saw the entry; the sender had found it asleep.")
    @Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "It sleeps and is woken.")
    @Outcome(id = "1, 0", expect = Expect.FORBIDDEN, desc = "It sleeps and nobody wakes it.")
    @State
    public static class Sleep {
        private final TwoEnds ends = new TwoEnds();

        @Actor
        public void sender() {
            ends.send();
        }

        @Actor
        public void target(final II_Result r) {
            r.r1 = oneIf(ends.target().prepareSleep());
        }

        @Arbiter
        public void woken(final II_Result r) {
            r.r2 = ends.wakeUps();
        }
    }

    /**
     * A CPU takes one of two entries and goes to sleep while the second is sent; the mark of the ring is set already, so the sender
     * need not set it. Asleep?, wake-ups, entries left.
     */
    @JCStressTest
    @Outcome(id = "0, 0, 1", expect = Expect.ACCEPTABLE, desc = "It saw the second and stays awake.")
    @Outcome(id = "0, 1, 1", expect = Expect.ACCEPTABLE, desc = "It saw the second; the sender had found it asleep.")
    @Outcome(id = "1, 1, 1", expect = Expect.ACCEPTABLE, desc = "It sleeps and is woken.")
    @Outcome(id = "1, 0, .*", expect = Expect.FORBIDDEN, desc = "It sleeps and nobody wakes it.")
    @Outcome(id = ".*, .*, 0", expect = Expect.FORBIDDEN, desc = "The second is on a ring without a mark.")
    @State
    public static class SleepAfterTaking {
        private final TwoEnds ends = new TwoEnds();

        public SleepAfterTaking() {
            ends.send();
        }

        @Actor
        public void sender() {
            ends.send();
        }

        @Actor
        public void target(final III_Result r) {
            ends.target().poll(0);
            r.r1 = oneIf(ends.target().prepareSleep());
        }

        @Arbiter
        public void woken(final III_Result r) {
            r.r2 = ends.wakeUps();
            r.r3 = ends.drain();
        }
    }

    /** As {@link Sleep}, sent to by the receiving agent of the uplink. */
    @JCStressTest
    @Outcome(id = "0, 0", expect = Expect.ACCEPTABLE, desc = "It saw the entry and stays awake.")
    @Outcome(id = "0, 1", expect = Expect.ACCEPTABLE, desc = "It saw the entry; the agent had found it asleep.")
    @Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "It sleeps and is woken.")
    @Outcome(id = "1, 0", expect = Expect.FORBIDDEN, desc = "It sleeps and nobody wakes it.")
    @State
    public static class SleepUplink {
        private final TwoEnds ends = new TwoEnds();

        @Actor
        public void agent() {
            ends.target().uplinkRing().add(this, 0);
            ends.target().wakeFromUplink();
        }

        @Actor
        public void target(final II_Result r) {
            r.r1 = oneIf(ends.target().prepareSleep());
        }

        @Arbiter
        public void woken(final II_Result r) {
            r.r2 = ends.wakeUps();
        }
    }

    /** As {@link Sleep}, for something that is on no ring but in a queue that the CPU looks at after it has announced its sleep. */
    @JCStressTest
    @Outcome(id = "0, 0", expect = Expect.ACCEPTABLE, desc = "It saw the item and stays awake.")
    @Outcome(id = "0, 1", expect = Expect.ACCEPTABLE, desc = "It saw the item; the sender had found it asleep.")
    @Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "It sleeps and is woken.")
    @Outcome(id = "1, 0", expect = Expect.FORBIDDEN, desc = "It sleeps and nobody wakes it.")
    @State
    public static class SleepNudge {
        private final TwoEnds ends = new TwoEnds();
        private final MpscGrowableArrayQueue<Object> queue = new MpscGrowableArrayQueue<>(2, 4);

        @Actor
        public void foreigner() {
            queue.offer(this);
            ends.target().nudge();
        }

        @Actor
        public void target(final II_Result r) {
            r.r1 = oneIf(ends.target().prepareSleep() && queue.isEmpty());
        }

        @Arbiter
        public void woken(final II_Result r) {
            r.r2 = ends.wakeUps();
        }
    }

    /** Two wake one CPU that sleeps: wake-ups, and whether that was an IPI. */
    @JCStressTest
    @Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "The other CPU was first.")
    @Outcome(id = "1, 0", expect = Expect.ACCEPTABLE, desc = "The foreign thread was first.")
    @Outcome(id = ".*", expect = Expect.FORBIDDEN, desc = "Not woken, or twice.")
    @State
    public static class WakeOnce {
        private final TwoEnds ends = new TwoEnds();

        public WakeOnce() {
            ends.target().prepareSleep();
        }

        @Actor
        public void sender() {
            ends.send();
        }

        @Actor
        public void foreigner() {
            ends.target().nudge();
        }

        @Arbiter
        public void woken(final II_Result r) {
            r.r1 = ends.wakeUps();
            r.r2 = oneIf(ends.target().awake());
        }
    }

    /** A passive entry is sent while the CPU looks: taken then, taken later. */
    @JCStressTest
    @Outcome(id = "1, 0", expect = Expect.ACCEPTABLE, desc = "Seen at once.")
    @Outcome(id = "0, 1", expect = Expect.ACCEPTABLE, desc = "Seen at the next look.")
    @Outcome(id = "0, 0", expect = Expect.FORBIDDEN, desc = "On a ring without a mark: lost.")
    @State
    public static class Passive {
        private final TwoEnds ends = new TwoEnds();

        @Actor
        public void sender() {
            ends.sendPassive();
        }

        @Actor
        public void target(final II_Result r) {
            r.r1 = ends.target().poll(0);
        }

        @Arbiter
        public void later(final II_Result r) {
            r.r2 = ends.drain();
        }
    }

    /** Who reads in the index of completed entries that one has been executed sees its effect. */
    @JCStressTest
    @Outcome(id = "0, 0", expect = Expect.ACCEPTABLE, desc = "Not yet executed.")
    @Outcome(id = "0, 1", expect = Expect.ACCEPTABLE, desc = "Executed, not yet said so.")
    @Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "Executed.")
    @Outcome(id = "1, 0", expect = Expect.FORBIDDEN, desc = "Said to be executed before its effect is seen.")
    @State
    public static class Executed {
        private final TwoEnds ends = new TwoEnds();

        public Executed() {
            ends.send();
        }

        @Actor
        public void sender(final II_Result r) {
            r.r1 = ends.acknowledged();
            r.r2 = ends.executed();
        }

        @Actor
        public void target() {
            ends.target().poll(0);
        }
    }
}
