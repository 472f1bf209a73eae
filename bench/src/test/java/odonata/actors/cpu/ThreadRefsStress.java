package odonata.actors.cpu;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/** The references to a thread's structure. */
public final class ThreadRefsStress {
    private ThreadRefsStress() {}

    /** A thread ends while another CPU lets go of it: who of them is told to give the structure back. */
    @JCStressTest
    @Outcome(
            id = {"true, false", "false, true"},
            expect = Expect.ACCEPTABLE,
            desc = "The later one.")
    @Outcome(id = "false, false", expect = Expect.FORBIDDEN, desc = "Nobody: it is lost.")
    @Outcome(id = "true, true", expect = Expect.FORBIDDEN, desc = "Both: it becomes two threads.")
    @State
    public static class ExitAgainstRele {
        private final ThreadRefs refs = new ThreadRefs(null);

        public ExitAgainstRele() {
            refs.hold();
        }

        @Actor
        public void owner(final ZZ_Result r) {
            r.r1 = refs.exit();
        }

        @Actor
        public void holder(final ZZ_Result r) {
            r.r2 = refs.rele();
        }
    }
}
