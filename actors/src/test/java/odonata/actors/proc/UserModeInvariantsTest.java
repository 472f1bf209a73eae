package odonata.actors.proc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import odonata.actors.cpu.TdFlag;
import odonata.actors.cpu.ThreadState;
import odonata.actors.cpu.ThreadState.Status;
import odonata.actors.lwkt.Pri;
import odonata.actors.port.Msg;
import odonata.actors.port.Port;
import odonata.actors.testing.Probe;
import odonata.actors.testing.Seeds;
import odonata.actors.testing.UserBed;
import odonata.actors.testing.UserProbe;
import odonata.actors.usched.SchedParam;
import odonata.protocol.clock.Seed;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What must hold whenever user code runs, while processes and kernel threads of two CPUs do at random what they may. */
@Tag("slow")
class UserModeInvariantsTest {
    private static final int CPUS = 2;
    private static final int SEEDS = 1_000;
    private static final int EVENTS = 8;
    private static final int SPAN_NS = 2_000_000;
    private static final List<SchedParam> PARAMS = List.of(
            SchedParam.normal(0),
            SchedParam.normal(0),
            SchedParam.normal(15),
            SchedParam.realtime(5),
            SchedParam.idle(9));

    private UserBed bed;
    private final List<Proc> procs = new ArrayList<>();
    private final List<Port<Probe.Cmd>> kernel = new ArrayList<>();
    private int checks;
    private int queued;
    private int steals;
    private int done;

    private void begin(final int cpus) {
        procs.clear();
        kernel.clear();
        bed = UserBed.of(cpus);
    }

    @Test
    void I55_I56_oneDesignatedThreadPerCpuRunsUserCodeAndNothingBetterWaits() {
        Seeds.of(UserModeInvariantsTest.class).each(SEEDS, value -> {
            begin(CPUS);
            try (UserBed closed = bed) {
                doAtRandom(Seed.of(value));
                steals += closed.uscheds.get(0).steals;
            }
        });
        if (Seeds.areAll()) {
            assertThat(checks).isGreaterThan(SEEDS * EVENTS);
            assertThat(queued).isGreaterThan(SEEDS);
            assertThat(steals).isGreaterThan(100);
        }
    }

    private void doAtRandom(final Seed seed) {
        for (int cpu = 0; cpu < CPUS; cpu++) {
            for (final SchedParam param : PARAMS) {
                procs.add(bed.exec(cpu, UserBed.ALICE, param, probe -> {}));
            }
            kernel.add(bed.bed.probe(cpu));
            kernel.add(bed.bed.probe(cpu, Pri.KERN_LPSCHED, probe -> {}));
        }
        bed.bed.quiet();
        done = 0;
        for (int i = 0; i < EVENTS; i++) {
            final Seed own = seed.split(i);
            final Proc proc = any(own);
            bed.bed.conductor.at(
                    bed.bed.conductor.nowNs() + seed.nextInt(SPAN_NS),
                    () -> bed.post(proc, probe -> act(probe, proc, own, 3)));
        }
        bed.bed.quiet();
        assertThat(bed.bed.panics).isEmpty();
        assertThat(bed.bed.deaths).isEmpty();
        assertThat(done).isGreaterThanOrEqualTo(EVENTS);
        bed.procs.parts().forEach(part -> assertThat(part.usched().curproc()).isNull());
    }

    private Proc any(final Seed seed) {
        return procs.get(seed.nextInt(procs.size()));
    }

    private void act(final UserProbe probe, final Proc proc, final Seed seed, final int left) {
        check(proc);
        done++;
        final UserTd td = probe.self();
        final Runnable then = () -> {
            check(proc);
            if (left > 0) {
                act(probe, proc, seed, left - 1);
            }
        };
        switch (seed.nextInt(7)) {
            case 0, 1 -> td.run(1 + seed.nextInt(1_500_000), then);
            case 2 -> td.syscall(Sys.Getpid.INSTANCE, (error, pid) -> then.run());
            case 3 -> td.syscall(new Sys.Nanosleep(seed.nextInt(500_000)), (error, nothing) -> then.run());
            case 4 ->
                td.doMsg(
                        kernel.get(seed.nextInt(kernel.size())), td.initMsg(new Probe.Cmd.Ask(1)), reply -> then.run());
            case 5 -> {
                final Proc other = any(seed);
                td.sendMsg(
                        UserBed.port(other),
                        td.initMsg(new UserProbe.Cmd.Do(p -> act(p, other, seed.split(left), left - 1)), Port.adone()));
                check(proc);
            }
            default -> {
                final int ns = seed.nextInt(200_000);
                td.sendMsg(
                        kernel.get(seed.nextInt(kernel.size())),
                        Msg.init(new Probe.Cmd.Do(p -> p.self().charge(ns)), Port.adone()));
                td.syscall(Sys.Getpid.INSTANCE, (error, pid) -> then.run());
            }
        }
    }

    private void check(final Proc proc) {
        checks++;
        final ProcCpu part = proc.place();
        assertThat(part.usched().curproc()).as("designated").isSameAs(proc.lwp());
        assertThat(part.procs()).as("in user mode").filteredOn(Proc::inUser).containsExactly(proc);
        final Map<String, ThreadState> threads = new HashMap<>();
        part.cpu().threads().forEach(thread -> threads.put(thread.name(), thread));
        for (final Proc other : part.procs()) {
            if (other.lwp().isQueued()) {
                queued++;
                assertThat(threads.get(other.toString()).flags())
                        .as("%s waits for the user scheduler", other)
                        .doesNotContain(TdFlag.RUNQ);
            }
        }
    }

    /** At the points where others may run, nothing more urgent waits when user code goes on. */
    @Test
    void I55_noUserCodeRunsWhileAMoreUrgentThreadIsRunnable() {
        Seeds.of(UserModeInvariantsTest.class).each(SEEDS / 10, value -> {
            begin(1);
            try (UserBed closed = bed) {
                final Seed seed = Seed.of(value);
                final Proc a = closed.exec(0, UserBed.ALICE);
                final var daemon = closed.bed.probe(0, Pri.KERN_LPSCHED, probe -> {});
                closed.bed.quiet();
                closed.post(a, probe -> steps(probe, a, seed, 10));
                for (int i = 0; i < 5; i++) {
                    closed.bed.conductor.at(
                            closed.bed.conductor.nowNs() + seed.nextInt(SPAN_NS),
                            () -> closed.bed.post(daemon, p -> p.self().charge(seed.nextInt(300_000))));
                }
                closed.bed.quiet();
                assertThat(closed.bed.deaths).isEmpty();
            }
        });
        if (Seeds.areAll()) {
            assertThat(checks).isGreaterThan(SEEDS);
        }
    }

    private void steps(final UserProbe probe, final Proc proc, final Seed seed, final int left) {
        checks++;
        final List<ThreadState> all = bed.bed.cpu(0).threads();
        assertThat(all)
                .noneMatch(t -> t.status() == Status.RUNNABLE && t.pri() > Pri.USER_NORM)
                .anyMatch(t -> t.status() == Status.RUNNING
                        && t.portIndex() == proc.port().index()
                        && t.pri() == Pri.USER_NORM);
        if (left > 0) {
            final Runnable then = () -> steps(probe, proc, seed, left - 1);
            if (seed.chance(0.5)) {
                probe.self().run(seed.nextInt(400_000), then);
            } else {
                probe.self()
                        .sendMsg(
                                kernelOf(),
                                Msg.init(new Probe.Cmd.Do(p -> p.self().charge(1_000)), Port.adone()));
                probe.self().syscall(Sys.Getpid.INSTANCE, (error, pid) -> then.run());
            }
        }
    }

    private Port<Probe.Cmd> kernelOf() {
        if (kernel.isEmpty()) {
            kernel.add(bed.bed.probe(0));
        }
        return kernel.get(0);
    }
}
