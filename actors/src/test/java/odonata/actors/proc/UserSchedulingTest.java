package odonata.actors.proc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import odonata.actors.cpu.TdFlag;
import odonata.actors.cpu.ThreadClass;
import odonata.actors.cpu.ThreadState;
import odonata.actors.lwkt.Pri;
import odonata.actors.testing.Probe;
import odonata.actors.testing.UserBed;
import odonata.actors.testing.UserProbe;
import odonata.actors.usched.Bsd4;
import odonata.actors.usched.Fifo;
import odonata.actors.usched.SchedParam;
import odonata.actors.usched.Usched;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** User threads on one CPU: who may run user code, and what LWKT sees of the others. */
class UserSchedulingTest {
    private static final long MS = 1_000_000;

    private UserBed bed = UserBed.of(1);
    private final List<String> log = new ArrayList<>();

    @AfterEach
    void close() {
        bed.close();
    }

    /** One that does nothing but run, and says so after each millisecond. */
    private Proc runs(final String name, final SchedParam param, final int ms) {
        return bed.exec(0, UserBed.ALICE, param, probe -> step(probe, name, ms));
    }

    private void step(final UserProbe probe, final String name, final int ms) {
        if (ms > 0) {
            probe.self().run(MS, () -> {
                log.add(name);
                step(probe, name, ms - 1);
            });
        }
    }

    private void runUntilMs(final long ms) {
        bed.bed.conductor.runUntil(ms * MS);
    }

    private ThreadState state(final Proc proc) {
        final List<ThreadState> found = new ArrayList<>();
        bed.bed.cpu(0).inject(() -> bed.bed.cpu(0).threads().stream()
                .filter(t -> t.portIndex() == proc.port().index())
                .forEach(found::add));
        bed.bed.conductor.step();
        assertThat(found).hasSize(1);
        return found.get(0);
    }

    /** Lengths of the stretches in which the same one ran. */
    private List<Integer> stretches() {
        final List<Integer> lengths = new ArrayList<>();
        String last = "";
        for (final String name : log) {
            if (name.equals(last)) {
                lengths.set(lengths.size() - 1, lengths.get(lengths.size() - 1) + 1);
            } else {
                lengths.add(1);
                last = name;
            }
        }
        return lengths;
    }

    @Test
    void I56_equalOnesThatOnlyComputeTakeTurnsTenTimesASecond() {
        runs("a", SchedParam.normal(0), 3_000);
        runs("b", SchedParam.normal(0), 3_000);
        runUntilMs(2_000);
        final List<Integer> lengths = stretches();
        assertThat(lengths.subList(1, lengths.size() - 1))
                .hasSizeBetween(17, 19)
                .allMatch(ms -> ms >= 99 && ms <= 102);
    }

    @Test
    void shouldShareByNice() {
        runs("nice", SchedParam.normal(20), 10_000);
        runs("normal", SchedParam.normal(0), 10_000);
        runUntilMs(5_000);
        final long nice = log.stream().filter("nice"::equals).count();
        assertThat(nice).isPositive().isLessThan(log.size() / 4);
    }

    @Test
    void shouldKeepThoseThatAreNotDesignatedOffTheRunQueue() {
        final Proc a = runs("a", SchedParam.normal(0), 1_000);
        final Proc b = runs("b", SchedParam.normal(0), 1_000);
        runUntilMs(50);
        assertThat(state(a)).returns(ThreadClass.USER, ThreadState::threadClass).returns("probe.1", ThreadState::name);
        assertThat(state(a).flags()).contains(TdFlag.RUNQ);
        assertThat(state(a).pri()).isEqualTo(Pri.USER_NORM);
        assertThat(state(b))
                .returns("usched", ThreadState::wmesg)
                .returns(ThreadState.Status.BLOCKED, ThreadState::status);
        assertThat(state(b).flags()).doesNotContain(TdFlag.RUNQ);
        assertThat(b.lwp().isQueued()).isTrue();
        assertThat(log).hasSizeBetween(40, 60).containsOnly("a");
        assertThat(a.userNs()).isBetween(40 * MS, 60 * MS);
    }

    @Test
    void shouldGiveTheDesignationUpOnlyWhenTheThreadReallyBlocks() {
        final Proc sleeper = bed.exec(0, UserBed.ALICE, SchedParam.normal(0), probe -> probe.self()
                .run(MS, () -> probe.self().syscall(new Sys.Nanosleep(60 * MS), (error, nothing) -> log.add("woken"))));
        runs("b", SchedParam.normal(0), 100);
        bed.bed.conductor.runUntil(MS / 2);
        final Usched usched = bed.procs.parts().get(0).usched();
        assertThat(usched.curproc()).isSameAs(sleeper.lwp());
        runUntilMs(10);
        assertThat(usched.curproc()).isNotSameAs(sleeper.lwp());
        assertThat(state(sleeper)).returns("Nanosleep", ThreadState::wmesg);
        assertThat(state(sleeper).pri()).isEqualTo(Pri.KERN_USER);
        bed.bed.quiet();
        assertThat(log.indexOf("woken")).as("had used less: better by now").isBetween(55, 65);
        assertThat(usched.curproc()).isNull();
    }

    @Test
    void shouldLetAWokenBetterOneRunAfterTheSlice() {
        final Proc urgent = bed.exec(0, UserBed.ALICE, SchedParam.realtime(0), probe -> {});
        bed.bed.quiet();
        final long begin = bed.bed.conductor.nowNs();
        runs("a", SchedParam.normal(0), 100);
        bed.bed.conductor.at(begin + 30 * MS, () -> bed.post(urgent, probe -> log.add("urgent")));
        bed.bed.quiet();
        assertThat(log.indexOf("urgent")).isBetween(28, 31);
        assertThat(bed.uscheds.get(0).steals).isEqualTo(1);
    }

    @Test
    void shouldNeverDelayTheKernelWorkOfAProcessByItsUserPriority() {
        final Proc nice = bed.exec(0, UserBed.ALICE, SchedParam.idle(127), probe -> {});
        bed.bed.quiet();
        final long begin = bed.bed.conductor.nowNs();
        runs("a", SchedParam.realtime(0), 100);
        bed.bed.conductor.at(begin + 30 * MS, () -> bed.post(nice, probe -> log.add("idle class")));
        bed.bed.conductor.runUntil(begin + 40 * MS); // by then it was taken in the kernel
        assertThat(state(nice)).returns(0L, ThreadState::depth);
        bed.bed.quiet();
        assertThat(log.get(log.size() - 1)).isEqualTo("idle class");
    }

    @Test
    void shouldRunKernelThreadsBeforeUserCode() {
        final var kernel = bed.bed.probe(0);
        runs("a", SchedParam.realtime(0), 20);
        bed.bed.conductor.at(
                5 * MS,
                () -> bed.bed.post(kernel, probe -> {
                    log.add("kernel");
                    probe.self().charge(3 * MS);
                }));
        bed.bed.quiet();
        assertThat(log.indexOf("kernel")).isBetween(4, 6);
        assertThat(bed.uscheds.get(0).calls).as("the designation was kept").containsOnlyOnce("release");
    }

    @Test
    void shouldPreemptUserCodeForAnInterruptThread() {
        final List<Boolean> inUser = new ArrayList<>();
        final Proc a = bed.exec(0, UserBed.ALICE);
        final var intr = bed.bed
                .cpu(0)
                .spawn(
                        "intr",
                        Pri.INT_MED,
                        0,
                        ThreadClass.INTERRUPT,
                        odonata.actors.lwkt.LwktThread.behavior(Probe::new));
        bed.bed.quiet();
        bed.tell(a, probe -> {
            probe.self().sendMsg(intr, probe.self().initMsg(new Probe.Cmd.Do(p -> inUser.add(a.inUser()))));
            inUser.add(a.inUser());
        });
        assertThat(inUser).as("in the kernel while it sends, then back").containsExactly(false, true);
        assertThat(a.inUser()).isFalse();
    }

    @Test
    void shouldPassTheDesignationOnWhenAProcessEndsOrDies() {
        bed.exec(0, UserBed.ALICE, SchedParam.normal(0), probe -> probe.self().run(MS, probe.self()::exit));
        bed.exec(0, UserBed.ALICE, SchedParam.normal(0), probe -> probe.self().run(MS, () -> {
            throw new IllegalStateException("a defect of the program");
        }));
        runs("c", SchedParam.normal(0), 3);
        bed.bed.quiet();
        assertThat(log).hasSize(3);
        assertThat(bed.bed.takeDeaths()).hasSize(1);
        assertThat(bed.procs.parts().get(0).procs()).hasSize(1);
        assertThat(bed.procs.parts().get(0).usched().curproc()).isNull();
    }

    @Test
    void shouldRunEachToItsEndWhenFirstInFirstOut() {
        bed.close();
        bed = UserBed.of(1, Fifo::new);
        runs("a", SchedParam.normal(20), 300);
        runs("b", SchedParam.realtime(0), 200);
        runs("c", SchedParam.normal(0), 10);
        bed.bed.quiet();
        assertThat(stretches()).containsExactly(300, 200, 10);
        assertThat(log).startsWith("a").endsWith("c");
    }

    /** Policies of two processes share the CPU in turns; what is forked is scheduled as its parent. */
    @Test
    void I55_processesOfTwoPoliciesTakeTurns() {
        bed.close();
        bed = UserBed.of(1, List.of(new Usched.Policy("bsd4", Bsd4::new), new Usched.Policy("fifo", Fifo::new)));
        final Image<UserProbe.Cmd> young = UserBed.image(child -> step(child, "child", 250));
        final Proc first = bed.exec(0, Cred.ROOT, SchedParam.normal(0), probe -> probe.self()
                .syscall(new Sys.UschedSet(new UschedCmd.SetScheduler("fifo")), (error, cpu) -> probe.self()
                        .syscall(new Sys.Fork(young), (forked, none) -> step(probe, "fifo", 250))));
        runs("bsd4", SchedParam.normal(0), 500);
        bed.bed.quiet();
        assertThat(bed.procs.parts().get(0).usched().nameOf(first.lwp())).isEqualTo("fifo");
        assertThat(log).hasSize(1_000);
        final List<Integer> lengths = stretches();
        assertThat(lengths.subList(1, lengths.size() - 2)).allMatch(ms -> ms >= 40 && ms <= 121);
        assertThat(log.lastIndexOf("fifo")).as("first in, first out").isLessThan(log.indexOf("child"));
    }

    @Test
    void I55_whoWakesWaitsUntilTheDesignatedOneBlocksWhenFirstInFirstOut() {
        bed.close();
        bed = UserBed.of(1, Fifo::new);
        final Proc sleeper = bed.exec(0, UserBed.ALICE, SchedParam.realtime(0), probe -> {});
        bed.bed.quiet();
        final long begin = bed.bed.conductor.nowNs();
        final Proc a = runs("a", SchedParam.normal(20), 100);
        bed.bed.conductor.at(begin + 30 * MS, () -> bed.post(sleeper, probe -> log.add("woken")));
        bed.bed.conductor.runUntil(begin + 40 * MS);
        assertThat(bed.procs.parts().get(0).usched().curproc()).isSameAs(a.lwp());
        bed.bed.quiet();
        assertThat(log.indexOf("woken")).isEqualTo(100);
    }
}
