package odonata.actors.proc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import odonata.actors.caps.Caps;
import odonata.actors.caps.CapsCpu;
import odonata.actors.caps.CapsMsg;
import odonata.actors.cpu.CpuCounter;
import odonata.actors.cpu.CpuSettings;
import odonata.actors.testing.Bed;
import odonata.actors.testing.UserBed;
import odonata.actors.testing.UserProbe;
import odonata.actors.usched.Bsd4;
import odonata.actors.usched.Fifo;
import odonata.actors.usched.SchedParam;
import odonata.actors.usched.Usched;
import odonata.protocol.clock.Seed;
import odonata.protocol.errno.NetError;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** On CPUs that really run at the same time: processes that move ask a service that moves, and get signals meanwhile. */
@Tag("slow")
class ProcMigrationWallTest {
    private static final int CPUS = 4;
    private static final int CLIENTS = 6;
    private static final int ROUNDS = 400;
    private static final List<Usched.Policy> POLICIES =
            List.of(new Usched.Policy("bsd4", Bsd4::new), new Usched.Policy("fifo", Fifo::new));

    private final AtomicInteger answers = new AtomicInteger();
    private final AtomicInteger caught = new AtomicInteger();
    private final AtomicInteger wrong = new AtomicInteger();
    private final CompletableFuture<Integer> service = new CompletableFuture<>();
    private final List<CompletableFuture<Void>> done = new ArrayList<>();

    @Test
    void I17_I58_I62_nothingIsLostThoughAllMove() {
        try (Bed bed = Bed.wall(CPUS, CpuSettings.defaults())) {
            final Procs procs = Procs.create(bed.machine(), POLICIES);
            CapsCpu.attach(procs);
            final ProcCpu first = procs.parts().get(0);
            first.exec(
                    UserBed.image(probe -> probe.self()
                            .syscall(new Caps.Service("echo", Caps.ANY, Caps.ANY), (error, endpoint) -> {
                                service.complete(endpoint);
                                serve(probe, endpoint, Seed.of(1));
                            })),
                    Cred.ROOT,
                    SchedParam.normal(0));
            bed.start();
            Bed.await(service);
            for (int i = 0; i < CLIENTS; i++) {
                final Seed seed = Seed.of(100 + i);
                final CompletableFuture<Void> end = new CompletableFuture<>();
                done.add(end);
                final ProcCpu part = procs.parts().get(i % CPUS);
                part.cpu()
                        .inject(() -> part.exec(
                                UserBed.image(probe -> open(probe, seed, end)), Cred.ROOT, SchedParam.normal(0)));
            }
            done.forEach(Bed::await);
            assertThat(wrong).hasValue(0);
            assertThat(answers).hasValue(CLIENTS * ROUNDS);
            assertThat(caught).hasValueGreaterThanOrEqualTo(CLIENTS);
            long moves = 0;
            for (int cpu = 0; cpu < CPUS; cpu++) {
                moves += bed.cpu(cpu).counters().get(CpuCounter.MIGRATIONS);
            }
            assertThat(moves).isGreaterThan(CLIENTS * ROUNDS / 10);
        }
    }

    private void serve(final UserProbe probe, final int endpoint, final Seed seed) {
        probe.self().syscall(new Caps.Wait(endpoint), (error, msg) -> {
            if (msg.state() == CapsMsg.State.DISPOSE) {
                serve(probe, endpoint, seed);
            } else {
                probe.self()
                        .syscall(
                                new Caps.Reply(endpoint, msg.id(), msg.payload()),
                                (replied, nothing) -> maybeMove(probe, seed, () -> serve(probe, endpoint, seed)));
            }
        });
    }

    private void open(final UserProbe probe, final Seed seed, final CompletableFuture<Void> end) {
        probe.self()
                .syscall(
                        new Sys.Sigaction(Signal.SIGUSR1, new SigAction.Catch(signal -> caught.incrementAndGet())),
                        (error, before) -> probe.self()
                                .syscall(
                                        new Caps.Client("echo", Caps.ANY, Caps.ANY),
                                        (opened, endpoint) -> ask(probe, endpoint, seed, ROUNDS, end)));
    }

    private void ask(
            final UserProbe probe,
            final int endpoint,
            final Seed seed,
            final int left,
            final CompletableFuture<Void> end) {
        if (left == 0) {
            end.complete(null);
            return;
        }
        final UserTd td = probe.self();
        td.syscall(
                new Caps.Put(endpoint, left),
                (error, id) -> maybeMove(
                        probe,
                        seed,
                        () -> takes(
                                probe,
                                endpoint,
                                id,
                                left,
                                () -> signalItself(td, () -> ask(probe, endpoint, seed, left - 1, end)))));
    }

    /** A signal may end the wait; the reply is there still. */
    private void takes(final UserProbe probe, final int endpoint, final long id, final int left, final Runnable then) {
        probe.self().syscall(new Caps.Wait(endpoint), (error, reply) -> {
            if (error == NetError.EINTR) {
                takes(probe, endpoint, id, left, then);
                return;
            }
            if (reply.id() != id || !reply.payload().equals(left)) {
                wrong.incrementAndGet();
            }
            answers.incrementAndGet();
            then.run();
        });
    }

    private void signalItself(final UserTd td, final Runnable then) {
        td.syscall(
                Sys.Getpid.INSTANCE,
                (error, pid) -> td.syscall(new Sys.Kill(pid, Signal.SIGUSR1), (killed, nothing) -> then.run()));
    }

    private void maybeMove(final UserProbe probe, final Seed seed, final Runnable then) {
        final UserTd td = probe.self();
        switch (seed.nextInt(5)) {
            case 0 -> {
                final int cpu = seed.nextInt(CPUS);
                td.syscall(new Sys.UschedSet(new UschedCmd.SetCpu(cpu)), (error, on) -> {
                    if (td.cpu() != cpu) {
                        wrong.incrementAndGet();
                    }
                    then.run();
                });
            }
            case 1 ->
                td.syscall(new Sys.UschedSet(new UschedCmd.AddCpu(seed.nextInt(CPUS))), (error, on) -> then.run());
            case 2 ->
                td.syscall(
                        new Sys.UschedSet(new UschedCmd.SetScheduler(seed.chance(0.5) ? "fifo" : "bsd4")),
                        (error, on) -> then.run());
            default -> then.run();
        }
    }
}
