package odonata.actors.proc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import odonata.actors.testing.Seeds;
import odonata.actors.testing.UserBed;
import odonata.actors.testing.UserProbe;
import odonata.actors.usched.SchedParam;
import odonata.protocol.clock.Seed;
import odonata.protocol.errno.NetError;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Families on three CPUs that fork, compute, sleep, wait and kill each other at random: each child is waited for once, by its parent, with
 * how it really ended; nothing is left of any of them.
 */
@Tag("slow")
class ProcLifeInvariantsTest {
    private static final int CPUS = 3;
    private static final int SEEDS = 1_000;
    private static final int THINGS = 4;
    private static final int GENERATIONS = 3;
    private static final List<Signal> DEADLY = List.of(Signal.SIGTERM, Signal.SIGKILL, Signal.SIGINT);

    private final List<Integer> pids = new ArrayList<>();
    private final Map<Integer, Integer> parents = new HashMap<>();
    private final Map<Integer, Integer> statuses = new HashMap<>();
    private final Map<Integer, Set<Signal>> sent = new HashMap<>();
    private final Map<Integer, Integer> caught = new HashMap<>();
    private final Map<Integer, Integer> posted = new HashMap<>();
    private final Map<Integer, Sys.Waited> waited = new HashMap<>();
    private UserBed bed;
    private Proc init;
    private int bySignal;
    private int byThemselves;
    private int interrupted;
    private int handled;

    @Test
    void I55_eachChildIsWaitedForOnceAndSignalsComeOnlyInUserMode() {
        Seeds.of(ProcLifeInvariantsTest.class).each(SEEDS, value -> {
            List.of(parents, statuses, sent, caught, posted, waited).forEach(Map::clear);
            pids.clear();
            bed = UserBed.of(CPUS);
            try (UserBed closed = bed) {
                live(closed, Seed.of(value));
            }
        });
        if (Seeds.areAll()) {
            assertThat(bySignal).isGreaterThan(SEEDS);
            assertThat(byThemselves).isGreaterThan(SEEDS);
            assertThat(interrupted).isGreaterThan(SEEDS / 10);
            assertThat(handled).isGreaterThan(SEEDS);
        }
    }

    private void live(final UserBed closed, final Seed seed) {
        init = closed.exec(0, Cred.ROOT, SchedParam.normal(0), probe -> {});
        closed.tell(init, probe -> act(probe, init.pid(), 0, seed.split(0), 2 * THINGS));
        assertThat(closed.bed.panics).isEmpty();
        assertThat(closed.bed.deaths).isEmpty();
        closed.procs.parts().forEach(part -> {
            assertThat(part.procs()).allMatch(proc -> proc == init);
            assertThat(part.made()).isEqualTo(part == bed.procs.parts().get(0) ? 1 : 0);
            assertThat(part.usched().curproc()).isNull();
        });
        final Set<Integer> killed = new HashSet<>(pids);
        killed.removeAll(statuses.keySet());
        for (final int pid : pids) {
            final int parent = parents.get(pid);
            final Sys.Waited how = waited.get(pid);
            if (parent == init.pid() || !killed.contains(parent)) {
                assertThat(how).as("%d, child of %d", pid, parent).isNotNull();
            }
            if (how != null) {
                check(pid, how);
            }
            assertThat(caught.getOrDefault(pid, 0)).isLessThanOrEqualTo(posted.getOrDefault(pid, 0));
            handled += caught.getOrDefault(pid, 0);
        }
        assertThat(pids).containsAll(waited.keySet());
    }

    private void check(final int pid, final Sys.Waited how) {
        final Optional<Signal> signal = how.signal();
        if (signal.isPresent()) {
            bySignal++;
            assertThat(sent.getOrDefault(pid, Set.of())).as("sent to %d", pid).contains(signal.get());
        } else {
            byThemselves++;
            assertThat(how.status()).isEqualTo(statuses.get(pid));
        }
    }

    private void begin(final UserProbe probe, final int pid, final int generation, final Seed seed) {
        probe.self()
                .syscall(
                        new Sys.Sigaction(Signal.SIGUSR1, new SigAction.Catch(signal -> {
                            assertThat(bed.procs.parts().stream()
                                            .flatMap(part -> part.procs().stream())
                                            .filter(proc -> proc.inUser() && proc.pid() == pid))
                                    .hasSize(1);
                            caught.merge(pid, 1, Integer::sum);
                        })),
                        (error, before) -> act(probe, pid, generation, seed, THINGS));
    }

    private void act(final UserProbe probe, final int pid, final int generation, final Seed seed, final int left) {
        if (left == 0) {
            waitAll(probe, pid, seed);
            return;
        }
        final Runnable then = () -> act(probe, pid, generation, seed, left - 1);
        switch (seed.nextInt(6)) {
            case 0 -> probe.self().run(1 + seed.nextInt(1_500_000), then);
            case 1 ->
                probe.self().syscall(new Sys.Nanosleep(seed.nextInt(300_000)), (error, nothing) -> {
                    interrupted += error == NetError.EINTR ? 1 : 0;
                    then.run();
                });
            case 2 -> kill(probe, Signal.SIGUSR1, seed, then);
            case 3 -> kill(probe, DEADLY.get(seed.nextInt(DEADLY.size())), seed, then);
            default -> {
                if (generation < GENERATIONS) {
                    fork(probe, pid, generation + 1, seed.split(left), then);
                } else {
                    then.run();
                }
            }
        }
    }

    private void fork(
            final UserProbe probe, final int pid, final int generation, final Seed seed, final Runnable then) {
        probe.self()
                .syscall(
                        new Sys.Fork(UserBed.image(child -> child.self().syscall(Sys.Getpid.INSTANCE, (error, own) -> {
                            known(own, pid);
                            begin(child, own, generation, seed);
                        }))),
                        (error, child) -> {
                            known(child.pid(), pid);
                            then.run();
                        });
    }

    private void known(final int pid, final int parent) {
        if (parents.put(pid, parent) == null) {
            pids.add(pid);
        }
    }

    private void kill(final UserProbe probe, final Signal signal, final Seed seed, final Runnable then) {
        if (pids.isEmpty()) {
            then.run();
            return;
        }
        final int pid = pids.get(seed.nextInt(pids.size()));
        sent.computeIfAbsent(pid, any -> new HashSet<>()).add(signal);
        if (signal == Signal.SIGUSR1) {
            posted.merge(pid, 1, Integer::sum);
        }
        probe.self().syscall(new Sys.Kill(pid, signal), (error, nothing) -> {
            assertThat(error).isIn(NetError.OK, NetError.ESRCH);
            then.run();
        });
    }

    private void waitAll(final UserProbe probe, final int pid, final Seed seed) {
        probe.self().syscall(new Sys.Wait4(Sys.Wait4.ANY), (error, child) -> {
            if (error == NetError.ECHILD) {
                if (pid != init.pid()) {
                    statuses.put(pid, seed.nextInt(256));
                    probe.self().exit(statuses.get(pid));
                }
                return;
            }
            interrupted += error == NetError.EINTR ? 1 : 0;
            if (error == NetError.OK) {
                assertThat(parents.get(child.pid())).isEqualTo(pid);
                assertThat(waited.put(child.pid(), child))
                        .as("waited for twice")
                        .isNull();
            }
            waitAll(probe, pid, seed);
        });
    }
}
