package odonata.actors.usched;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import odonata.protocol.clock.Seed;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The default policy (6.4), without a CPU. */
class Bsd4Test {
    private static final long SECOND_NS = 1_000_000_000L;

    private final FakeUschedCpu cpu = new FakeUschedCpu();
    private final Bsd4 bsd4 = new Bsd4(cpu);
    private final List<Lwp> scheduled = new ArrayList<>();

    private Lwp lwp(final int pid, final SchedParam param) {
        final Lwp[] made = new Lwp[1];
        made[0] = new Lwp(pid, param, () -> scheduled.add(made[0]));
        bsd4.resetpriority(made[0]);
        return made[0];
    }

    private Lwp normal(final int pid) {
        return lwp(pid, SchedParam.normal(0));
    }

    private void ticks(final Lwp lp, final int n) {
        for (int i = 0; i < n; i++) {
            cpu.now += Usched.TICK_NS;
            bsd4.schedulerclock(lp);
        }
    }

    /** As a CPU does: who is asked to, asks again. */
    private void pass(final Lwp lp) {
        if (cpu.userReschedWanted()) {
            bsd4.acquireCurproc(lp);
        }
    }

    @Nested
    class Designation {
        @Test
        void shouldDesignateTheFirstWhoAsks() {
            final Lwp a = normal(1);
            assertThat(bsd4.acquireCurproc(a)).isTrue();
            assertThat(bsd4.curproc()).isSameAs(a);
            assertThat(bsd4.upri()).isEqualTo(a.priority());
        }

        @Test
        void I56_shouldTakeTheSeatOnlyFromAStrictlyWorseOne() {
            final Lwp a = lwp(1, SchedParam.realtime(10));
            final Lwp equal = lwp(2, SchedParam.realtime(10));
            final Lwp better = lwp(3, SchedParam.realtime(9));
            bsd4.acquireCurproc(a);
            assertThat(bsd4.acquireCurproc(equal)).isFalse();
            assertThat(equal.isQueued()).isTrue();
            assertThat(bsd4.acquireCurproc(better)).isTrue();
            assertThat(a.isQueued()).as("stalls at its own return to user mode").isFalse();
            assertThat(bsd4.acquireCurproc(a)).isFalse();
            assertThat(a.isQueued()).isTrue();
        }

        @Test
        void shouldChooseTheBestOfTheQueuesWhenTheDesignatedOneBlocks() {
            final Lwp a = lwp(1, SchedParam.realtime(0));
            final Lwp idle = lwp(2, SchedParam.idle(0));
            final Lwp normal = normal(3);
            final Lwp urgent = lwp(4, SchedParam.realtime(100));
            bsd4.acquireCurproc(a);
            List.of(idle, normal, urgent).forEach(bsd4::setrunqueue);
            for (final Lwp next : List.of(urgent, normal, idle)) {
                bsd4.releaseCurproc(bsd4.curproc());
                assertThat(bsd4.curproc()).isSameAs(next);
            }
            bsd4.releaseCurproc(idle);
            assertThat(bsd4.curproc()).isNull();
            assertThat(bsd4.upri()).isEqualTo(UserClass.NOBODY);
            assertThat(scheduled).containsExactly(urgent, normal, idle);
        }

        @Test
        void shouldNotCareAboutTheReleaseOfOneThatIsNotDesignated() {
            final Lwp a = normal(1);
            bsd4.acquireCurproc(a);
            bsd4.releaseCurproc(normal(2));
            assertThat(bsd4.curproc()).isSameAs(a);
        }

        @Test
        void shouldServeOneQueueFirstInFirstOut() {
            final Lwp a = normal(1);
            bsd4.acquireCurproc(a);
            final List<Lwp> waiting = List.of(normal(2), normal(3), normal(4));
            waiting.forEach(bsd4::setrunqueue);
            waiting.forEach(lp -> bsd4.releaseCurproc(bsd4.curproc()));
            assertThat(scheduled).isEqualTo(waiting);
        }

        @Test
        void shouldForgetOneThatHasEnded() {
            final Lwp a = normal(1);
            final Lwp b = normal(2);
            final Lwp c = normal(3);
            bsd4.acquireCurproc(a);
            bsd4.setrunqueue(b);
            bsd4.setrunqueue(c);
            bsd4.exiting(b);
            assertThat(b.isQueued()).isFalse();
            bsd4.exiting(a);
            assertThat(bsd4.curproc()).isSameAs(c);
        }
    }

    @Nested
    class Rescheduling {
        @Test
        void shouldAskForItOnlyWhenTheNewOneIsBetterByAQueue() {
            bsd4.acquireCurproc(lwp(1, SchedParam.realtime(10)));
            bsd4.setrunqueue(lwp(2, SchedParam.realtime(7)));
            assertThat(cpu.userReschedWanted()).isFalse();
            bsd4.setrunqueue(lwp(3, SchedParam.realtime(6)));
            assertThat(cpu.userReschedWanted()).isTrue();
        }

        @Test
        void shouldKeepTheDesignatedOneUnlessAnotherIsBetterByAQueue() {
            final Lwp a = lwp(1, SchedParam.realtime(10));
            final Lwp near = lwp(2, SchedParam.realtime(7));
            bsd4.acquireCurproc(a);
            bsd4.setrunqueue(near);
            cpu.needUserResched();
            assertThat(bsd4.acquireCurproc(a)).isTrue();
            assertThat(cpu.userReschedWanted()).isFalse();
            final Lwp far = lwp(3, SchedParam.realtime(3));
            bsd4.setrunqueue(far);
            assertThat(bsd4.acquireCurproc(a)).isFalse();
            assertThat(bsd4.curproc()).isSameAs(far);
        }

        @Test
        void I56_shouldGiveWayToAnEqualOneAfterFiveTicks() {
            final Lwp a = lwp(1, SchedParam.realtime(10));
            final Lwp b = lwp(2, SchedParam.realtime(10));
            bsd4.acquireCurproc(a);
            bsd4.setrunqueue(b);
            ticks(a, 4);
            assertThat(cpu.userReschedWanted()).isFalse();
            ticks(a, 1);
            pass(a);
            assertThat(bsd4.curproc()).isSameAs(b);
            assertThat(a.isQueued()).isTrue();
        }

        @Test
        void shouldBeginANewQuantumWhenOnlyWorseOnesWait() {
            final Lwp a = lwp(1, SchedParam.realtime(10));
            bsd4.acquireCurproc(a);
            bsd4.setrunqueue(normal(2));
            ticks(a, 5);
            pass(a);
            assertThat(bsd4.curproc()).isSameAs(a);
            ticks(a, 4);
            assertThat(cpu.userReschedWanted()).isFalse();
        }

        @Test
        void shouldLeaveTheRequestToTheDesignatedOne() {
            final Lwp a = lwp(1, SchedParam.realtime(10));
            bsd4.acquireCurproc(a);
            bsd4.setrunqueue(lwp(2, SchedParam.realtime(0)));
            bsd4.acquireCurproc(normal(3));
            assertThat(cpu.userReschedWanted()).isTrue();
        }
    }

    @Nested
    class Use {
        @Test
        void shouldBeChargedByTheTickUpToItsLimit() {
            final Lwp a = normal(1);
            bsd4.acquireCurproc(a);
            ticks(a, 1);
            assertThat(a.estcpu()).isEqualTo(16_384 / 50 + 1);
            ticks(a, 60);
            assertThat(a.estcpu()).isEqualTo(Bsd4.ESTCPU_MAX);
        }

        @Test
        void shouldMakeThePriorityWorse() {
            final Lwp a = normal(1);
            final int before = a.priority();
            ticks(a, 50);
            assertThat(a.priority()).isGreaterThan(before);
            assertThat(a.priority()).isLessThan(UserClass.IDLE.base());
        }

        @Test
        void shouldDecayByNinthsTowardsWhatWasUsed() {
            final Lwp a = normal(1);
            ticks(a, 50);
            bsd4.recalculateEstcpu(a);
            cpu.now += SECOND_NS;
            final int before = a.estcpu();
            bsd4.recalculateEstcpu(a);
            assertThat(a.estcpu()).isEqualTo(before * 8 / 9);
        }

        @Test
        void shouldHalveAfterMoreThanASecondOfSleep() {
            final Lwp a = normal(1);
            ticks(a, 40);
            final int before = a.estcpu();
            a.blocked(cpu.now);
            cpu.now += SECOND_NS + 1;
            bsd4.acquireCurproc(a);
            assertThat(a.estcpu()).isEqualTo(before / 2);
        }

        @Test
        void shouldCountTwiceWhenItHasBeenBatchWorkForHalfAMinute() {
            final Lwp a = normal(1);
            ticks(a, 50);
            final int interactive = a.priority();
            for (int second = 0; second < 31; second++) {
                ticks(a, 50);
                bsd4.recalculateEstcpu(a);
            }
            assertThat(a.estcpu()).isEqualTo(Bsd4.ESTCPU_MAX);
            assertThat(a.priority() - normal(2).priority())
                    .isBetween(
                            2 * (interactive - normal(3).priority()) - 1,
                            2 * (interactive - normal(3).priority()) + 1);
        }

        @Test
        void shouldBeInheritedWithACharge() {
            final Lwp parent = normal(1);
            final Lwp child = normal(2);
            ticks(parent, 3);
            final int before = parent.estcpu();
            bsd4.forking(parent, child);
            assertThat(child.estcpu()).isEqualTo(before + 2_048);
            assertThat(parent.estcpu()).isEqualTo(before + 32);
            assertThat(child.priority()).isGreaterThan(parent.priority());
        }

        @Test
        void shouldMatterWithNice() {
            final int[] nices = {-20, -1, 0, 1, 20};
            int last = -1;
            for (final int nice : nices) {
                final Lwp lp = lwp(nice + 100, SchedParam.normal(nice));
                assertThat(lp.priority()).isBetween(128, 255).isGreaterThan(last);
                last = lp.priority();
            }
            final Lwp worst = lwp(1, SchedParam.normal(20));
            for (int second = 0; second < 40; second++) {
                ticks(worst, 50);
                bsd4.recalculateEstcpu(worst);
            }
            assertThat(worst.priority()).isEqualTo(255);
        }

        @Test
        void shouldMoveAQueuedThreadWhenItsPriorityChanges() {
            final Lwp a = lwp(1, SchedParam.normal(10));
            final Lwp b = lwp(2, SchedParam.normal(10));
            final Lwp c = lwp(3, SchedParam.normal(10));
            bsd4.acquireCurproc(a);
            bsd4.setrunqueue(b);
            bsd4.setrunqueue(c);
            c.param(SchedParam.normal(-20));
            bsd4.resetpriority(c);
            assertThat(cpu.userReschedWanted()).isTrue();
            bsd4.releaseCurproc(a);
            assertThat(bsd4.curproc()).isSameAs(c);
        }
    }

    /** Any order of calls that a CPU may make: one place for each thread, the best is chosen, nobody is forgotten. */
    @Test
    void I55_eachThreadIsInOnePlaceAndTheBestOfTheQueuesIsChosen() {
        for (long value = 1; value <= 1_000; value++) {
            final Seed seed = Seed.of(value);
            final FakeUschedCpu own = new FakeUschedCpu();
            final Bsd4 policy = new Bsd4(own);
            final List<Lwp> woken = new ArrayList<>();
            final List<Lwp> all = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                final Lwp[] made = new Lwp[1];
                made[0] = new Lwp(i, SchedParam.normal(seed.nextInt(41) - 20), () -> woken.add(made[0]));
                policy.resetpriority(made[0]);
                all.add(made[0]);
            }
            for (int step = 0; step < 40; step++) {
                own.now += seed.nextInt(2) * Usched.TICK_NS;
                final Lwp lp = all.get(seed.nextInt(all.size()));
                final Lwp before = policy.curproc();
                woken.clear();
                if (!lp.isQueued()) {
                    switch (seed.nextInt(3)) {
                        case 0 -> policy.acquireCurproc(lp);
                        case 1 -> policy.releaseCurproc(lp);
                        default -> {
                            if (lp == before) {
                                policy.schedulerclock(lp);
                            } else {
                                policy.setrunqueue(lp);
                            }
                        }
                    }
                }
                final String as = "seed " + value + " step " + step;
                final Lwp now = policy.curproc();
                assertThat(woken).as(as).hasSizeLessThanOrEqualTo(1);
                assertThat(woken.isEmpty() || woken.get(0) == now).as(as).isTrue();
                assertThat(now == null || !now.isQueued()).as(as).isTrue();
                assertThat(policy.upri()).as(as).isEqualTo(now == null ? UserClass.NOBODY : now.priority());
                if (!woken.isEmpty()) {
                    assertThat(all)
                            .as(as)
                            .filteredOn(Lwp::isQueued)
                            .allMatch(other -> other == lp
                                    || UserQueues.indexOf(other.priority()) >= UserQueues.indexOf(now.priority()));
                }
                assertThat(now != null || all.stream().noneMatch(Lwp::isQueued))
                        .as(as)
                        .isTrue();
            }
        }
    }
}
