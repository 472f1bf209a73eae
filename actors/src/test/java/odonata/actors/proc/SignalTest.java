package odonata.actors.proc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import odonata.actors.caps.Caps;
import odonata.actors.cpu.ThreadState;
import odonata.actors.testing.Probe;
import odonata.actors.testing.UserBed;
import odonata.actors.testing.UserProbe;
import odonata.actors.usched.SchedParam;
import odonata.protocol.errno.NetError;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Signals: sent from any CPU, delivered where the process goes back to user mode, as it wants them. */
class SignalTest {
    private static final long MS = 1_000_000;

    private final UserBed bed = UserBed.of(2);
    private final List<Object> seen = new ArrayList<>();

    @AfterEach
    void close() {
        bed.close();
    }

    private void see(final NetError error, final Object value) {
        seen.add(error == NetError.OK && value != null ? value : error);
    }

    private void call(final Proc proc, final SysCall<?> call) {
        bed.tell(proc, probe -> probe.self().syscall(call, this::see));
    }

    private void catches(final Proc proc, final Signal signal) {
        bed.tell(proc, probe -> probe.self()
                .syscall(
                        new Sys.Sigaction(signal, new SigAction.Catch(s -> {
                            assertThat(proc.inUser()).isTrue();
                            assertThat(bed.procs
                                            .parts()
                                            .get(proc.port().cpu())
                                            .usched()
                                            .curproc())
                                    .isSameAs(proc.lwp());
                            seen.add(s);
                        })),
                        (error, before) -> assertThat(error).isEqualTo(NetError.OK)));
    }

    private final Proc alice = bed.exec(0, UserBed.ALICE);

    private ThreadState state(final Proc proc) {
        final List<ThreadState> found = new ArrayList<>();
        bed.bed.cpu(0).inject(() -> bed.bed.cpu(0).threads().stream()
                .filter(t -> t.portIndex() == proc.port().index())
                .forEach(found::add));
        bed.bed.conductor.step();
        return found.get(0);
    }

    @Nested
    class Kill {
        @ParameterizedTest
        @ValueSource(ints = {0, 1})
        void shouldEndAProcessThatWaitsForItsNextMessage(final int from) {
            call(bed.exec(from, UserBed.ALICE), new Sys.Kill(alice.pid(), Signal.SIGTERM));
            assertThat(seen).containsExactly(NetError.OK);
            assertThat(alice.isAlive()).isFalse();
            assertThat(bed.procs.parts().get(0).procs()).doesNotContain(alice);
        }

        @ParameterizedTest
        @EnumSource(Signal.class)
        void shouldDoWhatTheSignalSaysByDefault(final Signal signal) {
            call(bed.exec(1, UserBed.ALICE), new Sys.Kill(alice.pid(), signal));
            assertThat(alice.isAlive()).isEqualTo(signal.isIgnoredByDefault() || signal.isStop());
            assertThat(alice.isStopped()).isEqualTo(signal.isStop());
        }

        @Test
        void shouldAllowRootAndTheSameUserOnly() {
            call(bed.exec(1, UserBed.BOB), new Sys.Kill(alice.pid(), Signal.SIGKILL));
            assertThat(alice.isAlive()).isTrue();
            final Proc bob = bed.exec(0, UserBed.BOB);
            call(bed.exec(0, Cred.ROOT), new Sys.Kill(bob.pid(), Signal.SIGKILL));
            assertThat(bob.isAlive()).isFalse();
            assertThat(seen).containsExactly(NetError.EPERM, NetError.OK);
        }

        @Test
        void shouldSayEsrchWhenThereIsNoSuchProcess() {
            for (final int pid : new int[] {0, -1, 4711, 4712}) {
                call(alice, new Sys.Kill(pid, Signal.SIGTERM));
            }
            final Proc dead = bed.exec(1, UserBed.ALICE);
            call(alice, new Sys.Kill(dead.pid(), Signal.SIGTERM));
            call(alice, new Sys.Kill(dead.pid(), Signal.SIGTERM));
            assertThat(seen)
                    .containsExactly(
                            NetError.ESRCH,
                            NetError.ESRCH,
                            NetError.ESRCH,
                            NetError.ESRCH,
                            NetError.OK,
                            NetError.ESRCH);
        }

        @Test
        void shouldBeDeliveredBeforeItReturnsWhenItIsToTheCallerItself() {
            catches(alice, Signal.SIGUSR1);
            call(alice, new Sys.Kill(alice.pid(), Signal.SIGUSR1));
            assertThat(seen).containsExactly(Signal.SIGUSR1, NetError.OK);
            call(alice, new Sys.Kill(alice.pid(), Signal.SIGUSR2));
            assertThat(seen).hasSize(2);
            assertThat(alice.isAlive()).isFalse();
        }

        @Test
        void shouldEndAProcessThatOnlyComputesAtTheNextSlice() {
            bed.post(alice, probe -> step(probe, 100));
            final Proc root = bed.exec(1, Cred.ROOT);
            final long begin = bed.bed.conductor.nowNs();
            bed.bed.conductor.at(
                    begin + 30 * MS,
                    () -> bed.post(root, probe -> probe.self()
                            .syscall(new Sys.Kill(alice.pid(), Signal.SIGKILL), SignalTest.this::see)));
            bed.bed.quiet();
            assertThat(alice.isAlive()).isFalse();
            assertThat(alice.userNs()).isBetween(29 * MS, 32 * MS);
            assertThat(bed.procs.parts().get(0).usched().curproc()).isNull();
        }

        private void step(final UserProbe probe, final int left) {
            if (left > 0) {
                probe.self().run(MS, () -> step(probe, left - 1));
            }
        }

        /** It stands in the queues of the user scheduler: its end is the first that happens when it is chosen. */
        @Test
        void shouldEndAProcessThatWaitsForTheDesignation() {
            bed.post(alice, probe -> step(probe, 20));
            final List<Object> ran = new ArrayList<>();
            final Proc waits = bed.exec(0, UserBed.ALICE, SchedParam.normal(0), probe -> ran.add("ran"));
            waits.affinity(new Affinity(Set.of(0)));
            bed.bed.conductor.runUntil(bed.bed.conductor.nowNs() + 2 * MS);
            assertThat(waits.lwp().isQueued()).isTrue();
            call(bed.exec(1, Cred.ROOT), new Sys.Kill(waits.pid(), Signal.SIGKILL));
            assertThat(waits.isAlive()).isFalse();
            assertThat(ran).isEmpty();
            assertThat(alice.userNs()).isEqualTo(20 * MS);
        }

        @Test
        void shouldTellTheParentWhichSignalItWas() {
            final List<Integer> pid = new ArrayList<>();
            bed.tell(alice, probe -> probe.self()
                    .syscall(new Sys.Fork(UserBed.image(child -> {})), (error, child) -> pid.add(child.pid())));
            call(alice, new Sys.Kill(pid.get(0), Signal.SIGINT));
            call(alice, new Sys.Wait4(Sys.Wait4.ANY));
            assertThat(seen).containsExactly(NetError.OK, new Sys.Waited(pid.get(0), 0, Optional.of(Signal.SIGINT)));
        }

        @Test
        void shouldReplyEsrchToWhatTheProcessHeldAndToWhatWaits() {
            final var asker = bed.bed.probe(1);
            bed.bed.tell(asker, probe -> probe.self()
                    .doMsg(
                            UserBed.port(alice),
                            probe.self().initMsg(new UserProbe.Cmd.Hold(1)),
                            msg -> seen.add(msg.error())));
            call(bed.exec(1, Cred.ROOT), new Sys.Kill(alice.pid(), Signal.SIGKILL));
            assertThat(seen).containsExactlyInAnyOrder(NetError.OK, NetError.ESRCH);
        }
    }

    @Nested
    class Sigaction {
        @Test
        void shouldRunTheProgramsFunctionInUserModeBeforeWhatTheProgramDoes() {
            catches(alice, Signal.SIGUSR1);
            bed.post(alice, probe -> probe.self().run(3 * MS, () -> seen.add("after")));
            final Proc root = bed.exec(1, Cred.ROOT);
            bed.bed.conductor.at(
                    bed.bed.conductor.nowNs() + MS,
                    () -> bed.post(root, probe -> probe.self()
                            .syscall(new Sys.Kill(alice.pid(), Signal.SIGUSR1), (error, nothing) -> {})));
            bed.bed.quiet();
            assertThat(seen).containsExactly(Signal.SIGUSR1, "after");
        }

        @Test
        void shouldRunTheFunctionEachTimeAlsoWhenTheProgramDoesNothing() {
            catches(alice, Signal.SIGUSR1);
            final Proc root = bed.exec(1, Cred.ROOT);
            for (int i = 0; i < 3; i++) {
                call(root, new Sys.Kill(alice.pid(), Signal.SIGUSR1));
            }
            assertThat(seen).filteredOn(Signal.SIGUSR1::equals).hasSize(3);
        }

        @Test
        void shouldReturnWhatWasDoneBefore() {
            call(alice, new Sys.Sigaction(Signal.SIGTERM, SigAction.Fixed.IGNORE));
            call(alice, new Sys.Sigaction(Signal.SIGTERM, SigAction.Fixed.DEFAULT));
            call(alice, new Sys.Sigaction(Signal.SIGKILL, SigAction.Fixed.IGNORE));
            assertThat(seen).containsExactly(SigAction.Fixed.DEFAULT, SigAction.Fixed.IGNORE, NetError.EINVAL);
        }

        @Test
        void shouldIgnore() {
            call(alice, new Sys.Sigaction(Signal.SIGTERM, SigAction.Fixed.IGNORE));
            call(bed.exec(1, Cred.ROOT), new Sys.Kill(alice.pid(), Signal.SIGTERM));
            assertThat(alice.isAlive()).isTrue();
            call(bed.exec(1, Cred.ROOT), new Sys.Kill(alice.pid(), Signal.SIGKILL));
            assertThat(alice.isAlive()).isFalse();
        }

        @Test
        void shouldForgetOneThatIsPendingWhenItIsIgnoredFromNowOn() {
            call(alice, new Sys.Sigprocmask(Set.of(Signal.SIGTERM)));
            call(bed.exec(1, Cred.ROOT), new Sys.Kill(alice.pid(), Signal.SIGTERM));
            call(alice, new Sys.Sigaction(Signal.SIGTERM, SigAction.Fixed.IGNORE));
            call(alice, new Sys.Sigaction(Signal.SIGTERM, SigAction.Fixed.DEFAULT));
            call(alice, new Sys.Sigprocmask(Set.of()));
            assertThat(alice.isAlive()).isTrue();
        }

        @Test
        void shouldNotGoOnAfterAFunctionThatExits() {
            bed.tell(alice, probe -> probe.self()
                    .syscall(
                            new Sys.Sigaction(Signal.SIGTERM, new SigAction.Catch(s -> probe.self()
                                    .exit(5))),
                            (error, before) -> {}));
            bed.tell(alice, probe -> probe.self()
                    .syscall(new Sys.Kill(alice.pid(), Signal.SIGTERM), (error, nothing) -> seen.add("not reached")));
            assertThat(seen).isEmpty();
            assertThat(alice.isAlive()).isFalse();
        }

        @Test
        void shouldBeAsByDefaultInAChildButForWhatIsIgnoredOrBlocked() {
            catches(alice, Signal.SIGUSR1);
            call(alice, new Sys.Sigaction(Signal.SIGUSR2, SigAction.Fixed.IGNORE));
            call(alice, new Sys.Sigprocmask(Set.of(Signal.SIGHUP)));
            seen.clear();
            bed.tell(alice, probe -> probe.self()
                    .syscall(
                            new Sys.Fork(UserBed.image(
                                    child -> ask(child, List.of(Signal.SIGUSR1, Signal.SIGUSR2), () -> child.self()
                                            .syscall(new Sys.Sigprocmask(Set.of()), SignalTest.this::see)))),
                            (error, child) -> {}));
            assertThat(seen).containsExactly(SigAction.Fixed.DEFAULT, SigAction.Fixed.IGNORE, Set.of(Signal.SIGHUP));
        }

        private void ask(final UserProbe probe, final List<Signal> signals, final Runnable then) {
            if (signals.isEmpty()) {
                then.run();
            } else {
                probe.self().syscall(new Sys.Sigaction(signals.get(0), SigAction.Fixed.DEFAULT), (error, before) -> {
                    seen.add(before);
                    ask(probe, signals.subList(1, signals.size()), then);
                });
            }
        }
    }

    @Nested
    class Sigprocmask {
        @Test
        void shouldHoldASignalBackUntilItIsUnblockedAndThenDeliverItOnce() {
            catches(alice, Signal.SIGUSR1);
            call(alice, new Sys.Sigprocmask(Set.of(Signal.SIGUSR1, Signal.SIGKILL)));
            final Proc root = bed.exec(1, Cred.ROOT);
            for (int i = 0; i < 3; i++) {
                call(root, new Sys.Kill(alice.pid(), Signal.SIGUSR1));
            }
            seen.clear();
            call(alice, Sys.Getpid.INSTANCE);
            call(alice, new Sys.Sigprocmask(Set.of()));
            assertThat(seen).containsExactly(alice.pid(), Signal.SIGUSR1, Set.of(Signal.SIGUSR1));
        }

        @Test
        void shouldNotBlockSigkill() {
            call(alice, new Sys.Sigprocmask(Set.of(Signal.values())));
            call(bed.exec(1, Cred.ROOT), new Sys.Kill(alice.pid(), Signal.SIGKILL));
            assertThat(alice.isAlive()).isFalse();
        }

        @Test
        void shouldBlockASignalWhileItsFunctionRuns() {
            final List<Object> log = new ArrayList<>();
            bed.tell(alice, probe -> probe.self()
                    .syscall(
                            new Sys.Sigaction(Signal.SIGUSR1, new SigAction.Catch(s -> {
                                log.add("begin");
                                if (log.size() < 3) {
                                    probe.self()
                                            .syscall(
                                                    new Sys.Kill(alice.pid(), Signal.SIGUSR1),
                                                    (error, nothing) -> log.add(error));
                                }
                                log.add("end");
                            })),
                            (error, before) -> {}));
            call(bed.exec(1, Cred.ROOT), new Sys.Kill(alice.pid(), Signal.SIGUSR1));
            assertThat(log).containsExactly("begin", NetError.OK, "end", "begin", "end");
        }
    }

    /** A call that waits is ended with EINTR, and nothing is left of it. */
    @Nested
    class Eintr {
        private void interrupts(final Consumer<UserProbe> waits) {
            catches(alice, Signal.SIGUSR1);
            bed.tell(alice, waits);
            assertThat(seen).isEmpty();
            assertThat(state(alice).status()).isEqualTo(ThreadState.Status.BLOCKED);
            call(bed.exec(1, Cred.ROOT), new Sys.Kill(alice.pid(), Signal.SIGUSR1));
            assertThat(seen.subList(0, 2)).containsOnlyOnce(Signal.SIGUSR1);
        }

        private void after(final Object... what) {
            seen.remove(NetError.OK); // of the kill
            assertThat(seen).containsExactly(what);
        }

        @Test
        void shouldEndASleep() {
            catches(alice, Signal.SIGUSR1);
            final long begin = bed.bed.conductor.nowNs();
            bed.post(alice, probe -> probe.self().syscall(new Sys.Nanosleep(900 * MS), (error, nothing) -> {
                see(error, null);
                assertThat(probe.self().now()).isLessThan(begin + 40 * MS);
            }));
            final Proc root = bed.exec(1, Cred.ROOT);
            bed.bed.conductor.at(
                    begin + 30 * MS,
                    () -> bed.post(root, probe -> probe.self()
                            .syscall(new Sys.Kill(alice.pid(), Signal.SIGUSR1), (error, nothing) -> {})));
            bed.bed.quiet();
            assertThat(seen).containsExactly(Signal.SIGUSR1, NetError.EINTR);
            call(alice, Sys.Getpid.INSTANCE);
            assertThat(seen).as("the clock woke nobody").endsWith(alice.pid());
        }

        @Test
        void shouldLeaveACallAloneThatIsOver() {
            catches(alice, Signal.SIGUSR1);
            call(alice, new Sys.Nanosleep(MS));
            bed.post(alice, probe -> probe.self().run(3 * MS, () -> seen.add("ran")));
            bed.tell(bed.exec(1, Cred.ROOT), probe -> probe.self()
                    .syscall(new Sys.Kill(alice.pid(), Signal.SIGUSR1), (error, nothing) -> {}));
            assertThat(seen).containsExactlyInAnyOrder(NetError.OK, Signal.SIGUSR1, "ran");
        }

        @Test
        void shouldEndAWaitForAChildWhichCanBeWaitedForAgain() {
            final List<Integer> pid = new ArrayList<>();
            bed.tell(alice, probe -> probe.self()
                    .syscall(new Sys.Fork(UserBed.image(child -> {})), (error, child) -> pid.add(child.pid())));
            interrupts(probe -> probe.self().syscall(new Sys.Wait4(pid.get(0)), SignalTest.this::see));
            after(Signal.SIGUSR1, NetError.EINTR);
            call(alice, new Sys.Kill(pid.get(0), Signal.SIGKILL));
            call(alice, new Sys.Wait4(pid.get(0)));
            assertThat(seen).endsWith(new Sys.Waited(pid.get(0), 0, Optional.of(Signal.SIGKILL)));
        }

        @Test
        void shouldEndAWaitAtAnEndpointWithoutTheLossOfAMessage() {
            final List<Integer> service = new ArrayList<>();
            final Proc client = bed.exec(1, UserBed.ALICE);
            bed.tell(alice, probe -> probe.self()
                    .syscall(new Caps.Service("s", Caps.ANY, Caps.ANY), (error, id) -> service.add(id)));
            interrupts(probe -> probe.self().syscall(new Caps.Wait(service.get(0)), SignalTest.this::see));
            after(Signal.SIGUSR1, NetError.EINTR);
            bed.tell(client, probe -> probe.self()
                    .syscall(new Caps.Client("s", Caps.ANY, Caps.ANY), (error, id) -> probe.self()
                            .syscall(new Caps.Put(id, "question"), (put, number) -> {})));
            call(alice, new Caps.Wait(service.get(0)));
            assertThat(seen).hasSize(3).last().isInstanceOf(odonata.actors.caps.CapsMsg.class);
        }

        /** A kernel thread has the message: nothing but its reply ends the wait, SIGKILL included. */
        @Test
        void shouldNotEndAWaitForAMessageThatAKernelThreadHolds() {
            final List<Probe> holder = new ArrayList<>();
            final var kernel = bed.bed.probe(0, odonata.actors.lwkt.Pri.KERN_DAEMON, holder::add);
            bed.tell(alice, probe -> probe.self()
                    .doMsg(kernel, probe.self().initMsg(new Probe.Cmd.Hold(1)), msg -> seen.add("not reached")));
            call(bed.exec(1, Cred.ROOT), new Sys.Kill(alice.pid(), Signal.SIGKILL));
            assertThat(alice.isAlive()).isTrue();
            bed.bed.tell(kernel, p -> holder.get(0).held.get(0).reply(NetError.OK));
            assertThat(alice.isAlive()).isFalse();
            assertThat(seen).containsExactly(NetError.OK);
        }

        @Test
        void shouldNotBeginToWaitWhenASignalIsThereAlready() {
            catches(alice, Signal.SIGUSR1);
            final Proc root = bed.exec(0, Cred.ROOT);
            final List<Object> log = new ArrayList<>();
            bed.tell(alice, probe -> {
                // an interrupt thread's work on this CPU: the signal comes while user code runs, before the call
                bed.procs.parts().get(0).kill(root.cred(), alice.pid(), Signal.SIGUSR1, log::add);
                probe.self().syscall(new Sys.Nanosleep(900 * MS), (error, nothing) -> log.add(error));
            });
            assertThat(log).containsExactly(NetError.OK, NetError.EINTR);
            assertThat(seen).containsExactly(Signal.SIGUSR1);
        }
    }

    @Test
    void shouldTellTheParentThatAChildEndedIfItWantsToKnow() {
        catches(alice, Signal.SIGCHLD);
        bed.tell(alice, probe -> probe.self()
                .syscall(
                        new Sys.Fork(UserBed.image(child -> child.self().run(MS, child.self()::exit))),
                        (error, child) -> {}));
        assertThat(seen).containsExactly(Signal.SIGCHLD);
    }

    @Test
    void I57_signalsThatAreBlockedCostASystemCallNothing() {
        call(alice, new Sys.Sigprocmask(Set.of(Signal.SIGTERM)));
        call(bed.exec(1, Cred.ROOT), new Sys.Kill(alice.pid(), Signal.SIGTERM));
        final List<Object> order = new ArrayList<>();
        bed.tell(alice, probe -> {
            final int before = bed.uscheds.get(0).calls.size();
            probe.self().syscall(Sys.Getpid.INSTANCE, (error, pid) -> order.add(pid));
            order.add(bed.uscheds.get(0).calls.size() - before);
        });
        assertThat(order).containsExactly(alice.pid(), 0);
    }
}
