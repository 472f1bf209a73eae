package odonata.actors.proc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import odonata.actors.cpu.ThreadState;
import odonata.actors.proc.Sys.WaitOption;
import odonata.actors.proc.Sys.Waited.Change;
import odonata.actors.testing.UserBed;
import odonata.actors.testing.UserProbe;
import odonata.protocol.errno.NetError;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Processes that are stopped and go on. */
class JobControlTest {
    private static final long MS = 1_000_000;

    private final UserBed bed = UserBed.of(2);
    private final List<Object> seen = new ArrayList<>();
    private final Proc alice = bed.exec(0, UserBed.ALICE);
    private final Proc root = bed.exec(1, Cred.ROOT);

    JobControlTest() {
        bed.bed.quiet();
    }

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

    /** By root, within a millisecond, while the others go on. */
    private void kill(final Proc proc, final Signal signal) {
        bed.post(
                root, probe -> probe.self().syscall(new Sys.Kill(proc.pid(), signal), (error, none) -> assertThat(error)
                        .isEqualTo(NetError.OK)));
        pass(2 * MS);
    }

    private void pass(final long ns) {
        bed.bed.conductor.runUntil(bed.bed.conductor.nowNs() + ns);
    }

    private void computes(final UserProbe probe, final int ms) {
        if (ms > 0) {
            probe.self().run(MS, () -> computes(probe, ms - 1));
        }
    }

    private ThreadState state(final Proc proc) {
        final List<ThreadState> found = new ArrayList<>();
        bed.bed.cpu(0).inject(() -> bed.bed.cpu(0).threads().stream()
                .filter(thread -> thread.name().equals(proc.toString()))
                .forEach(found::add));
        bed.bed.conductor.step();
        return found.get(0);
    }

    @Nested
    class Stop {
        @Test
        void shouldStopOneThatComputesUntilItIsToldToGoOn() {
            bed.post(alice, probe -> computes(probe, 10));
            pass(3 * MS);
            kill(alice, Signal.SIGSTOP);
            final long used = alice.userNs();
            assertThat(used).isBetween(2 * MS, 6 * MS);
            pass(50 * MS);
            assertThat(alice.userNs()).isEqualTo(used);
            assertThat(alice.isStopped()).isTrue();
            assertThat(bed.procs.parts().get(0).usched().curproc())
                    .as("others may run")
                    .isNull();
            assertThat(state(alice)).returns("stopped", ThreadState::wmesg);
            kill(alice, Signal.SIGCONT);
            bed.bed.quiet();
            assertThat(alice.userNs()).isEqualTo(10 * MS);
            assertThat(alice.isStopped()).isFalse();
        }

        @Test
        void shouldServeNoMessageMeanwhile() {
            kill(alice, Signal.SIGTSTP);
            bed.tell(alice, probe -> seen.add("served"));
            assertThat(seen).isEmpty();
            kill(alice, Signal.SIGCONT);
            bed.bed.quiet();
            assertThat(seen).containsExactly("served");
        }

        /** It stops where it is, asleep, and its sleep is not cut short. */
        @Test
        void shouldNotEndACallThatWaits() {
            bed.post(alice, probe -> probe.self().syscall(new Sys.Nanosleep(10 * MS), JobControlTest.this::see));
            pass(MS);
            kill(alice, Signal.SIGSTOP);
            assertThat(alice.isStopped()).isTrue();
            pass(50 * MS);
            assertThat(seen).isEmpty();
            kill(alice, Signal.SIGCONT);
            assertThat(seen).containsExactly(NetError.OK);
            bed.post(alice, probe -> probe.self().syscall(new Sys.Nanosleep(10 * MS), JobControlTest.this::see));
            pass(MS);
            kill(alice, Signal.SIGSTOP);
            kill(alice, Signal.SIGCONT);
            assertThat(seen).as("it sleeps on").hasSize(1);
            bed.bed.quiet();
            assertThat(seen).containsExactly(NetError.OK, NetError.OK);
        }

        @Test
        void shouldKeepOtherSignalsUntilItGoesOnButForSigkill() {
            kill(alice, Signal.SIGSTOP);
            kill(alice, Signal.SIGTERM);
            assertThat(alice.isAlive()).isTrue();
            kill(alice, Signal.SIGCONT);
            assertThat(alice.isAlive()).isFalse();
            final Proc other = bed.exec(0, UserBed.ALICE);
            bed.post(other, probe -> probe.self().syscall(new Sys.Nanosleep(1_000 * MS), JobControlTest.this::see));
            pass(MS);
            kill(other, Signal.SIGSTOP);
            kill(other, Signal.SIGKILL);
            assertThat(other.isAlive()).isFalse();
            assertThat(seen).isEmpty();
        }

        /** A signal that came meanwhile ends the call in which it sleeps, as soon as it goes on. */
        @Test
        void shouldWakeUpForASignalThatWaited() {
            bed.post(alice, probe -> probe.self().syscall(new Sys.Nanosleep(1_000 * MS), JobControlTest.this::see));
            pass(MS);
            kill(alice, Signal.SIGSTOP);
            kill(alice, Signal.SIGTERM);
            assertThat(state(alice)).as("undisturbed").returns("Nanosleep", ThreadState::wmesg);
            kill(alice, Signal.SIGCONT);
            assertThat(alice.isAlive()).isFalse();
        }

        @Test
        void shouldStopOnTheCpuToWhichItHasGone() {
            final Proc mover = bed.exec(0, Cred.ROOT);
            call(mover, new Sys.UschedSet(new UschedCmd.SetCpu(1)));
            kill(mover, Signal.SIGSTOP);
            bed.tell(mover, probe -> seen.add("on " + probe.self().cpu()));
            kill(mover, Signal.SIGCONT);
            bed.bed.quiet();
            assertThat(seen).containsExactly(1, "on 1");
        }
    }

    @Nested
    class Actions {
        @Test
        void shouldStopWhateverTheProgramSaysWhenForced() {
            call(alice, new Sys.Sigaction(Signal.SIGSTOP, SigAction.Fixed.IGNORE));
            call(alice, new Sys.Sigprocmask(Set.of(Signal.SIGSTOP, Signal.SIGTSTP)));
            assertThat(seen).containsExactly(NetError.EINVAL, Set.of());
            kill(alice, Signal.SIGTSTP);
            assertThat(alice.isStopped()).as("blocked").isFalse();
            kill(alice, Signal.SIGSTOP);
            assertThat(alice.isStopped()).isTrue();
        }

        @Test
        void shouldCatchOrIgnoreWhatTheTerminalAsks() {
            call(alice, new Sys.Sigaction(Signal.SIGTSTP, new SigAction.Catch(seen::add)));
            kill(alice, Signal.SIGTSTP);
            call(alice, new Sys.Sigaction(Signal.SIGTSTP, SigAction.Fixed.IGNORE));
            kill(alice, Signal.SIGTSTP);
            assertThat(seen).hasSize(3).startsWith(SigAction.Fixed.DEFAULT, Signal.SIGTSTP);
            assertThat(alice.isStopped()).isFalse();
        }

        @Test
        void shouldGoOnAndRunTheFunctionForSigcont() {
            call(alice, new Sys.Sigaction(Signal.SIGCONT, new SigAction.Catch(seen::add)));
            kill(alice, Signal.SIGSTOP);
            kill(alice, Signal.SIGCONT);
            assertThat(alice.isStopped()).isFalse();
            assertThat(seen).containsExactly(SigAction.Fixed.DEFAULT, Signal.SIGCONT);
        }

        @Test
        void shouldDriveEachOtherOut() {
            call(alice, new Sys.Sigprocmask(Set.of(Signal.SIGTSTP)));
            kill(alice, Signal.SIGTSTP);
            kill(alice, Signal.SIGCONT);
            call(alice, new Sys.Sigprocmask(Set.of()));
            assertThat(alice.isStopped()).isFalse();
            for (final Signal signal : List.of(Signal.SIGCONT, Signal.SIGTSTP)) {
                call(alice, new Sys.Sigaction(signal, new SigAction.Catch(seen::add)));
            }
            call(alice, new Sys.Sigprocmask(Set.of(Signal.SIGCONT)));
            kill(alice, Signal.SIGCONT);
            kill(alice, Signal.SIGTSTP);
            seen.clear();
            call(alice, new Sys.Sigprocmask(Set.of()));
            assertThat(seen).containsExactly(Set.of(Signal.SIGCONT));
        }
    }

    @Nested
    class Wait4 {
        private Sys.Child child;

        private Sys.Waited waited(final Change change, final Signal... signal) {
            return new Sys.Waited(
                    child.pid(), change, 0, signal.length == 0 ? Optional.empty() : Optional.of(signal[0]));
        }

        private void fork() {
            bed.tell(alice, probe -> probe.self()
                    .syscall(new Sys.Fork(UserBed.image(young -> {})), (error, made) -> child = made));
        }

        private void signal(final Signal signal) {
            bed.post(root, probe -> probe.self().syscall(new Sys.Kill(child.pid(), signal), (error, none) -> {}));
            bed.bed.quiet();
        }

        private void waits(final WaitOption... options) {
            call(alice, new Sys.Wait4(Sys.Wait4.ANY, Set.of(options)));
        }

        @Test
        void shouldTellEachChangeOnceToWhoWantsToKnow() {
            fork();
            waits(WaitOption.WUNTRACED);
            assertThat(seen).isEmpty();
            signal(Signal.SIGSTOP);
            assertThat(seen).containsExactly(waited(Change.STOPPED, Signal.SIGSTOP));
            waits(WaitOption.WUNTRACED, WaitOption.WCONTINUED, WaitOption.WNOHANG);
            assertThat(seen).as("nothing new").endsWith(NetError.OK).hasSize(2);
            waits(WaitOption.WCONTINUED);
            signal(Signal.SIGCONT);
            assertThat(seen).endsWith(waited(Change.CONTINUED)).hasSize(3);
            signal(Signal.SIGTSTP);
            waits(WaitOption.WNOHANG);
            assertThat(seen).as("not asked for").endsWith(NetError.OK).hasSize(4);
            waits(WaitOption.WUNTRACED);
            assertThat(seen).endsWith(waited(Change.STOPPED, Signal.SIGTSTP)).hasSize(5);
            waits();
            signal(Signal.SIGKILL);
            assertThat(seen).endsWith(waited(Change.ENDED, Signal.SIGKILL)).hasSize(6);
            waits(WaitOption.WUNTRACED);
            assertThat(seen).endsWith(NetError.ECHILD);
        }

        @Test
        void shouldSendSigchldForEach() {
            call(alice, new Sys.Sigaction(Signal.SIGCHLD, new SigAction.Catch(seen::add)));
            fork();
            signal(Signal.SIGSTOP);
            signal(Signal.SIGSTOP);
            signal(Signal.SIGCONT);
            assertThat(seen).containsExactly(SigAction.Fixed.DEFAULT, Signal.SIGCHLD, Signal.SIGCHLD);
        }
    }
}
