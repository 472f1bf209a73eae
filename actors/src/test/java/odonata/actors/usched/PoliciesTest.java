package odonata.actors.usched;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Policies that share the one designation of a CPU: class first, then turns. */
class PoliciesTest {
    private final FakeUschedCpu cpu = new FakeUschedCpu();
    private final Policies policies = new Policies(
            cpu,
            List.of(
                    new Usched.Policy("bsd4", Bsd4::new),
                    new Usched.Policy("fifo", Fifo::new),
                    new Usched.Policy("fifo2", Fifo::new)));
    private final List<Lwp> scheduled = new ArrayList<>();

    private Lwp lwp(final int pid, final String policy, final SchedParam param) {
        final Lwp[] made = new Lwp[1];
        made[0] = new Lwp(pid, param, () -> scheduled.add(made[0]));
        assertThat(policies.change(made[0], policy)).isTrue();
        scheduled.clear();
        return made[0];
    }

    private Lwp normal(final int pid, final String policy) {
        return lwp(pid, policy, SchedParam.normal(0));
    }

    private void ticks(final Lwp lp, final int n) {
        for (int i = 0; i < n; i++) {
            cpu.now += Usched.TICK_NS;
            policies.schedulerclock(lp);
        }
    }

    /** The one that was scheduled asks, as its thread does when it runs. */
    private Lwp next() {
        assertThat(scheduled).hasSize(1);
        final Lwp next = scheduled.remove(0);
        assertThat(policies.acquireCurproc(next)).isTrue();
        return next;
    }

    @Nested
    class OfOneClass {
        private final Lwp a = normal(1, "bsd4");
        private final Lwp b = normal(2, "fifo");
        private final Lwp c = normal(3, "fifo2");

        @BeforeEach
        void allAsk() {
            assertThat(policies.acquireCurproc(a)).isTrue();
            assertThat(policies.acquireCurproc(b)).isFalse();
            assertThat(policies.acquireCurproc(c)).isFalse();
        }

        @Test
        void I55_shouldDesignateOneOfAllPolicies() {
            assertThat(policies.curproc()).isSameAs(a);
            assertThat(policies.upri()).isEqualTo(a.priority());
            assertThat(policies.queued()).isEqualTo(2);
            assertThat(List.of(a, b, c)).extracting(Lwp::isQueued).containsExactly(false, true, true);
        }

        @Test
        void shouldGoRoundWhenTheDesignatedOneBlocks() {
            policies.releaseCurproc(a);
            assertThat(next()).isSameAs(b);
            assertThat(policies.acquireCurproc(a)).isFalse();
            policies.releaseCurproc(b);
            assertThat(next()).isSameAs(c);
            policies.releaseCurproc(c);
            assertThat(next()).isSameAs(a);
            policies.releaseCurproc(a);
            assertThat(policies.curproc()).isNull();
            assertThat(policies.upri()).isEqualTo(UserClass.NOBODY);
            assertThat(policies.queued()).isZero();
        }

        /** Also one that its own policy would let run for ever. */
        @Test
        void shouldGoRoundATenthOfASecondEach() {
            Lwp now = a;
            final List<Lwp> order = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                ticks(now, Policies.TURN_TICKS - 1);
                assertThat(now == a || !cpu.userReschedWanted()).isTrue();
                ticks(now, 1);
                assertThat(cpu.userReschedWanted()).isTrue();
                assertThat(policies.acquireCurproc(now)).isFalse();
                assertThat(now.isQueued()).isTrue();
                cpu.clearUserResched();
                now = next();
                order.add(now);
            }
            assertThat(order).containsExactly(b, c, a, b, c, a);
        }

        @Test
        void shouldForgetOneThatEnds() {
            policies.exiting(b);
            policies.releaseCurproc(a);
            assertThat(next()).isSameAs(c);
            policies.exiting(c);
            assertThat(policies.curproc()).isNull();
        }

        @Test
        void shouldKeepTheCpuWithItsPolicyWhenOneThatWaitsEnds() {
            final Lwp queued = normal(4, "bsd4");
            policies.setrunqueue(queued);
            policies.exiting(queued);
            assertThat(scheduled).isEmpty();
            assertThat(policies.curproc()).isSameAs(a);
        }

        @Test
        void shouldGiveAwayOneThatIsParkedToAFreeCpu() {
            assertThat(policies.pull(lp -> lp == c)).isSameAs(c);
            assertThat(c.isQueued()).isFalse();
            assertThat(policies.pull(lp -> lp == a)).as("it is designated").isNull();
            assertThat(policies.queued()).isEqualTo(1);
        }

        @Test
        void shouldLetOneGoOnWithAnotherPolicy() {
            assertThat(policies.change(a, "fifo")).isTrue();
            assertThat(policies.nameOf(a)).isEqualTo("fifo");
            assertThat(next()).isSameAs(b);
            assertThat(policies.acquireCurproc(a)).as("first in first out").isFalse();
            policies.releaseCurproc(b);
            assertThat(scheduled.remove(0)).isSameAs(a);
            assertThat(next()).as("the other policy is next").isSameAs(c);
            assertThat(policies.acquireCurproc(a)).isFalse();
        }
    }

    @Nested
    class OfSeveralClasses {
        @Test
        void I56_shouldGiveTheCpuToAnEarlierClassAtOnceOnly() {
            final Lwp normal = normal(1, "fifo");
            final Lwp urgent = lwp(2, "bsd4", SchedParam.realtime(9));
            final Lwp idle = lwp(3, "fifo2", SchedParam.idle(0));
            assertThat(policies.acquireCurproc(normal)).isTrue();
            assertThat(policies.acquireCurproc(idle)).isFalse();
            assertThat(policies.acquireCurproc(urgent)).isTrue();
            assertThat(policies.curproc()).isSameAs(urgent);
            assertThat(policies.acquireCurproc(normal))
                    .as("finds that it is not any more")
                    .isFalse();
            ticks(urgent, 2 * Policies.TURN_TICKS);
            assertThat(policies.acquireCurproc(urgent))
                    .as("no turn for a later class")
                    .isTrue();
            policies.releaseCurproc(urgent);
            assertThat(next()).isSameAs(normal);
            ticks(normal, 2 * Policies.TURN_TICKS);
            assertThat(policies.acquireCurproc(normal)).isTrue();
            policies.releaseCurproc(normal);
            assertThat(next()).isSameAs(idle);
        }

        /** Inside a policy the candidate may change while another policy has the CPU; who was it queues. */
        @Test
        void shouldLoseNobodyWhoseCandidacyIsTaken() {
            final Lwp holder = normal(1, "fifo");
            final Lwp worse = lwp(2, "bsd4", SchedParam.normal(20));
            final Lwp better = lwp(3, "bsd4", SchedParam.normal(-20));
            policies.acquireCurproc(holder);
            assertThat(policies.acquireCurproc(worse)).isFalse();
            assertThat(policies.acquireCurproc(better)).isFalse();
            assertThat(scheduled.remove(0)).isSameAs(worse);
            assertThat(policies.acquireCurproc(worse)).isFalse();
            policies.releaseCurproc(holder);
            assertThat(next()).isSameAs(better);
            policies.releaseCurproc(better);
            assertThat(next()).isSameAs(worse);
        }
    }
}
