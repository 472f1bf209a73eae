package odonata.actors.proc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import odonata.actors.cpu.CpuCounter;
import odonata.actors.port.Msg;
import odonata.actors.port.Port;
import odonata.actors.testing.Probe;
import odonata.actors.testing.Seeds;
import odonata.actors.testing.UserBed;
import odonata.actors.testing.UserProbe;
import odonata.actors.usched.Bsd4;
import odonata.actors.usched.Fifo;
import odonata.actors.usched.Lwp;
import odonata.actors.usched.SchedParam;
import odonata.actors.usched.Usched;
import odonata.actors.usched.UserClass;
import odonata.protocol.clock.Seed;
import odonata.protocol.errno.NetError;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Processes that go from CPU to CPU, by themselves and because a CPU is free, change their policy, compute, sleep and fork, while kernel
 * threads and signals look for them. What must hold is checked after each turn of a CPU.
 */
@Tag("slow")
class ProcMigrationInvariantsTest {
    private static final int CPUS = 3;
    private static final int SEEDS = 1_000;
    private static final int PROCS = 5;
    private static final int THINGS = 6;
    private static final int SENDS = 8;
    private static final int SPAN_NS = 3_000_000;
    private static final long MOST_WAIT_NS = 3_000_000;
    private static final List<Usched.Policy> POLICIES =
            List.of(new Usched.Policy("bsd4", Bsd4::new), new Usched.Policy("fifo", Fifo::new));
    private static final List<SchedParam> PARAMS =
            List.of(SchedParam.normal(0), SchedParam.normal(10), SchedParam.realtime(3), SchedParam.idle(3));

    private final List<Proc> procs = new ArrayList<>();
    private final List<Port<Probe.Cmd>> senders = new ArrayList<>();
    private final Set<Proc> caught = new HashSet<>();
    private final Set<Proc> killed = new HashSet<>();
    private final Set<Proc> sent = new HashSet<>();
    private UserBed bed;
    private int done;
    private int replies;
    private long freeSinceNs;
    private long moves;
    private long signals;
    private long stops;
    private long deaths;

    @Test
    void I17_I55_I62_aProcessIsOnOneCpuAndWhatIsForItFindsItThere() {
        Seeds.of(ProcMigrationInvariantsTest.class).each(SEEDS, value -> {
            procs.clear();
            senders.clear();
            caught.clear();
            killed.clear();
            sent.clear();
            done = 0;
            replies = 0;
            freeSinceNs = Long.MAX_VALUE;
            bed = UserBed.of(CPUS, POLICIES);
            try (UserBed closed = bed) {
                live(closed, Seed.of(value));
            }
        });
        if (Seeds.areAll()) {
            assertThat(moves).isGreaterThan(5L * SEEDS);
            assertThat(signals).isGreaterThan(SEEDS);
            assertThat(stops).isGreaterThan(SEEDS);
            assertThat(deaths).isGreaterThan(SEEDS / 10);
        }
    }

    private void live(final UserBed closed, final Seed seed) {
        for (int i = 0; i < PROCS; i++) {
            final Proc proc =
                    closed.exec(seed.nextInt(CPUS), Cred.ROOT, PARAMS.get(seed.nextInt(PARAMS.size())), p -> {});
            procs.add(proc);
            bed.tell(proc, probe -> probe.self()
                    .syscall(
                            new Sys.Sigaction(Signal.SIGUSR1, new SigAction.Catch(signal -> {
                                checkUser(proc, probe);
                                caught.add(proc);
                            })),
                            (error, before) -> {}));
        }
        for (int cpu = 0; cpu < CPUS; cpu++) {
            senders.add(bed.bed.probe(cpu));
        }
        for (int i = 0; i < PROCS; i++) {
            final Proc proc = procs.get(i);
            final Seed own = seed.split(i);
            at(own, () -> bed.post(proc, probe -> act(probe, proc, own, THINGS)));
        }
        for (int cpu = 0; cpu < CPUS; cpu++) {
            final Port<Probe.Cmd> sender = senders.get(cpu);
            final Seed own = seed.split(100 + cpu);
            at(own, () -> bed.bed.post(sender, probe -> asks(probe, own, SENDS)));
        }
        while (bed.bed.conductor.step()) {
            checkBetweenTurns();
        }
        checkAtTheEnd();
    }

    private void at(final Seed seed, final Runnable function) {
        bed.bed.conductor.at(bed.bed.conductor.nowNs() + seed.nextInt(SPAN_NS), function);
    }

    /** A kernel thread asks one process after the other, with numbers that count up. */
    private void asks(final Probe probe, final Seed seed, final int left) {
        if (left > 0) {
            final Proc proc = procs.get(seed.nextInt(PROCS));
            final int n = probe.self().cpu() * 1_000 + SENDS - left;
            final Msg<UserProbe.Cmd.Ask> msg = probe.self().initMsg(new UserProbe.Cmd.Ask(n));
            probe.self().sendMsg(UserBed.port(proc), msg, reply -> {
                replies++;
                assertThat(reply.error()).isIn(NetError.OK, NetError.ESRCH);
                assertThat(reply.error() == NetError.OK || killed.contains(proc))
                        .isTrue();
            });
            probe.self().after(seed.nextInt(SPAN_NS / SENDS), () -> asks(probe, seed, left - 1));
        }
    }

    private void act(final UserProbe probe, final Proc proc, final Seed seed, final int left) {
        checkUser(proc, probe);
        done++;
        if (left == 0) {
            return;
        }
        final UserTd td = probe.self();
        final Runnable then = () -> {
            checkUser(proc, probe);
            act(probe, proc, seed, left - 1);
        };
        switch (seed.nextInt(9)) {
            case 0, 1 -> td.run(1 + seed.nextInt(1_500_000), then);
            case 2 -> td.syscall(new Sys.Nanosleep(seed.nextInt(500_000)), (error, nothing) -> then.run());
            case 3, 4 -> {
                final int cpu = seed.nextInt(CPUS);
                td.syscall(new Sys.UschedSet(new UschedCmd.SetCpu(cpu)), (error, on) -> {
                    assertThat(on).isEqualTo(cpu).isEqualTo(td.cpu());
                    then.run();
                });
            }
            case 5 ->
                td.syscall(new Sys.UschedSet(new UschedCmd.AddCpu(seed.nextInt(CPUS))), (error, on) -> then.run());
            case 6 ->
                td.syscall(
                        new Sys.UschedSet(new UschedCmd.SetScheduler(seed.chance(0.5) ? "fifo" : "bsd4")),
                        (error, on) -> then.run());
            case 7 -> {
                final Proc other = procs.get(seed.nextInt(PROCS));
                td.syscall(new Sys.Kill(other.pid(), Signal.SIGSTOP), (error, nothing) -> then.run());
                letGoOn(other, td.now() + seed.nextInt(1_000_000), seed.nextInt(CPUS));
            }
            default -> {
                final Proc other = procs.get(seed.nextInt(PROCS));
                final Signal signal = seed.chance(0.1) ? Signal.SIGKILL : Signal.SIGUSR1;
                (signal == Signal.SIGKILL ? killed : sent).add(other);
                signals++;
                td.syscall(new Sys.Kill(other.pid(), signal), (error, nothing) -> {
                    assertThat(error).isIn(NetError.OK, NetError.ESRCH);
                    assertThat(error == NetError.OK || killed.contains(other)).isTrue();
                    then.run();
                });
            }
        }
    }

    /** Also when the one that has stopped it is stopped by then. */
    private void letGoOn(final Proc other, final long atNs, final int cpu) {
        stops++;
        final ProcCpu part = bed.procs.parts().get(cpu);
        bed.bed.conductor.at(
                atNs, () -> part.cpu().inject(() -> part.kill(Cred.ROOT, other.pid(), Signal.SIGCONT, error -> {})));
    }

    private void checkUser(final Proc proc, final UserProbe probe) {
        assertThat(proc.inUser()).isTrue();
        assertThat(proc.isStopped()).isFalse();
        final ProcCpu place = proc.place();
        assertThat(place.cpu().id()).isEqualTo(probe.self().cpu());
        assertThat(place.cpu().curthread()).isSameAs(proc.thread());
        assertThat(place.usched().curproc()).isSameAs(proc.lwp());
        assertThat(proc.affinity().has(place.cpu().id()) || proc.next() != null).isTrue();
    }

    private void checkBetweenTurns() {
        final Map<Proc, ProcCpu> where = new HashMap<>();
        for (final ProcCpu part : bed.procs.parts()) {
            for (final Proc proc : part.procs()) {
                assertThat(where.put(proc, part)).as("%s is on two CPUs", proc).isNull();
                assertThat(proc.place()).isSameAs(part);
                assertThat(proc.thread().cpu()).isSameAs(part.cpu());
            }
            final Lwp lwp = part.usched().curproc();
            assertThat(lwp == null ? UserClass.NOBODY : lwp.priority())
                    .isEqualTo(part.usched().upri());
            assertThat(lwp == null || part.procs().stream().anyMatch(proc -> proc.lwp() == lwp))
                    .as("designated on %s, and elsewhere", part.cpu())
                    .isTrue();
        }
        for (final Proc proc : procs) {
            if (proc.lwp().isQueued()) {
                assertThat(where).as("%s waits in no policy", proc).containsKey(proc);
            }
        }
        checkNobodyWaitsForAFreeCpu(where);
    }

    /** By more than a slice, and the ways of the IPIs. */
    private void checkNobodyWaitsForAFreeCpu(final Map<Proc, ProcCpu> where) {
        final boolean waits = where.keySet().stream()
                .filter(proc -> proc.lwp().isQueued())
                .anyMatch(proc -> bed.procs.parts().stream()
                        .anyMatch(part -> part.usched().curproc() == null
                                && part.procs().stream().allMatch(this::isIdle)
                                && proc.affinity().has(part.cpu().id())));
        final long now = bed.bed.conductor.nowNs();
        freeSinceNs = waits ? Math.min(freeSinceNs, now) : Long.MAX_VALUE;
        assertThat(now - Math.min(now, freeSinceNs))
                .as("a process waits, and a CPU is free")
                .isLessThan(MOST_WAIT_NS);
    }

    private boolean isIdle(final Proc proc) {
        return !proc.lwp().isQueued();
    }

    private void checkAtTheEnd() {
        assertThat(bed.bed.panics).isEmpty();
        assertThat(bed.bed.deaths).isEmpty();
        assertThat(replies).isEqualTo(CPUS * SENDS);
        bed.procs.parts().forEach(part -> {
            assertThat(part.usched().curproc()).isNull();
            assertThat(part.usched().queued()).isZero();
        });
        for (final Proc proc : procs) {
            final boolean lives =
                    bed.procs.parts().stream().anyMatch(part -> part.procs().contains(proc));
            assertThat(lives).isEqualTo(proc.isAlive());
            assertThat(proc.isAlive()).isEqualTo(!killed.contains(proc));
            if (!proc.isAlive()) {
                deaths++;
            } else {
                assertThat(proc.signals().isDeliverable()).isFalse();
                assertThat(caught.contains(proc)).isEqualTo(sent.contains(proc));
            }
        }
        for (int cpu = 0; cpu < CPUS; cpu++) {
            moves += bed.bed.cpu(cpu).counters().get(CpuCounter.MIGRATIONS);
        }
    }
}
