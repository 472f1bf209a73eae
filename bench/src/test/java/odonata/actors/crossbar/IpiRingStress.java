package odonata.actors.crossbar;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/** The ring of a pair of CPUs; first actor: its producer, second actor: its consumer. */
public final class IpiRingStress {
    private static final int NONE = -1;
    private static final int NULL = -2;

    private IpiRingStress() {}

    /** What an entry holds is published by the ring. */
    private static final class Entry {
        private int content;
    }

    private static Entry entry(final int content) {
        final Entry entry = new Entry();
        entry.content = content;
        return entry;
    }

    private static int take(final IpiRing ring) {
        if (ring.isEmpty()) {
            return NONE;
        }
        return ring.take() instanceof Entry entry ? entry.content : NULL;
    }

    /** A consumer that sees an entry sees all that was written before it was added. */
    @JCStressTest
    @Outcome(id = "-1", expect = Expect.ACCEPTABLE, desc = "Nothing there yet.")
    @Outcome(id = "7", expect = Expect.ACCEPTABLE, desc = "The entry with what it holds.")
    @Outcome(id = "-2", expect = Expect.FORBIDDEN, desc = "An index without its entry.")
    @Outcome(id = "0", expect = Expect.FORBIDDEN, desc = "An entry without what it holds.")
    @State
    public static class Contents {
        private final IpiRing ring = new IpiRing(4, false);

        @Actor
        public void producer() {
            ring.add(entry(7), 0);
        }

        @Actor
        public void consumer(final I_Result r) {
            r.r1 = take(ring);
        }
    }

    /** First in, first out, each once. */
    @JCStressTest
    @Outcome(id = "-1, -1", expect = Expect.ACCEPTABLE, desc = "Nothing there yet.")
    @Outcome(id = "1, -1", expect = Expect.ACCEPTABLE, desc = "The first.")
    @Outcome(id = "-1, 1", expect = Expect.ACCEPTABLE, desc = "The first at the second look.")
    @Outcome(id = "1, 2", expect = Expect.ACCEPTABLE, desc = "Both in order.")
    @Outcome(id = ".*", expect = Expect.FORBIDDEN, desc = "Out of order, lost or twice.")
    @State
    public static class Order {
        private final IpiRing ring = new IpiRing(4, false);

        @Actor
        public void producer() {
            ring.add(entry(1), 0);
            ring.add(entry(2), 0);
        }

        @Actor
        public void consumer(final II_Result r) {
            r.r1 = take(ring);
            r.r2 = take(ring);
        }
    }

    /** A ring that is full, one slot always empty: nothing is added before something was taken, and nothing overwritten. */
    @JCStressTest
    @Outcome(id = "0, 1, -1", expect = Expect.ACCEPTABLE, desc = "No room seen.")
    @Outcome(id = "1, 1, 2", expect = Expect.ACCEPTABLE, desc = "Room for one after the first was taken.")
    @Outcome(id = ".*", expect = Expect.FORBIDDEN, desc = "More than fit, overwritten or lost.")
    @State
    public static class Room {
        private final IpiRing ring = new IpiRing(2, false);

        public Room() {
            ring.add(entry(1), 0);
        }

        @Actor
        public void producer(final III_Result r) {
            for (int look = 0; look < 2; look++) {
                if (ring.hasRoom(ring.capacity() - 1)) {
                    r.r1++;
                    ring.add(entry(1 + r.r1), 0);
                }
            }
        }

        @Actor
        public void consumer(final III_Result r) {
            r.r2 = take(ring);
        }

        @Arbiter
        public void rest(final III_Result r) {
            r.r3 = take(ring);
        }
    }
}
