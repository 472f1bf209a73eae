package odonata.actors.proc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import odonata.actors.cpu.CpuCounter;
import odonata.actors.port.Msg;
import odonata.actors.port.Port;
import odonata.actors.testing.UserBed;
import odonata.actors.testing.UserProbe;
import odonata.actors.usched.SchedParam;
import odonata.protocol.errno.NetError;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** System calls as messages (6.6). */
class SyscallTest {
    private record Twice(int n) implements SysCall<Integer> {}

    private record Whoami() implements SysCall<Integer> {}

    private final UserBed bed = UserBed.of(2);
    private final List<Object> seen = new ArrayList<>();

    @AfterEach
    void close() {
        bed.close();
    }

    private void see(final NetError error, final Object value) {
        seen.add(error == NetError.OK && value != null ? value : error);
    }

    private <R> void call(final Proc proc, final SysCall<R> call) {
        bed.tell(proc, probe -> probe.self().syscall(call, this::see));
    }

    private Proc alice() {
        return bed.exec(0, UserBed.ALICE);
    }

    @Test
    void shouldReturnAValue() {
        final Proc first = alice();
        final Proc other = bed.exec(1, UserBed.BOB);
        final Proc second = alice();
        List.of(first, other, second).forEach(proc -> call(proc, Sys.Getpid.INSTANCE));
        assertThat(seen).containsExactly(1, 2, 3);
    }

    @Test
    void shouldSayEnosysWhenTheCallIsUnknown() {
        call(alice(), new Twice(1));
        assertThat(seen).containsExactly(NetError.ENOSYS);
    }

    @Test
    void shouldServeACallThatWasRegisteredWhileItRan() {
        final Proc alice = alice();
        call(alice, new Twice(1));
        final ProcCpu part = bed.procs.parts().get(0);
        bed.bed
                .cpu(0)
                .inject(() -> part.register(
                        Twice.class,
                        (caller, msg) -> part.sysReturn(
                                msg, NetError.OK, 2 * msg.command().n())));
        call(alice, new Twice(21));
        assertThat(seen).containsExactly(NetError.ENOSYS, 42);
    }

    @Test
    void shouldBeAsynchronousForRootOnly() {
        for (final Cred cred : List.of(UserBed.ALICE, Cred.ROOT)) {
            bed.tell(bed.exec(0, cred), probe -> probe.self()
                    .sendMsg(probe.self().sysPort(), probe.self().initMsg(Sys.Getpid.INSTANCE), msg -> {
                        seen.add(msg.error());
                        seen.add(msg.isSync());
                    }));
        }
        assertThat(seen).containsExactly(NetError.EPERM, false, NetError.OK, false);
    }

    @Test
    void shouldQueueTheReplyOfAnAsynchronousCall() {
        final Proc root = bed.exec(0, Cred.ROOT);
        bed.tell(root, probe -> {
            final Msg<Sys.Nanosleep> sleep = probe.self().initMsg(new Sys.Nanosleep(5_000));
            probe.self().sendMsg(probe.self().sysPort(), sleep);
            seen.add(probe.self().checkMsg(sleep));
            probe.self().waitMsg(sleep, msg -> seen.add(msg.error()));
        });
        assertThat(seen).containsExactly(false, NetError.OK);
    }

    @Test
    void shouldRefuseACallThatIsNotAProcesssOwn() {
        final Proc alice = alice();
        final Proc root = bed.exec(0, Cred.ROOT);
        final Proc elsewhere = bed.exec(1, Cred.ROOT);
        bed.bed.quiet();
        final Port<SysCall<?>> port = new Port<>(0, Port.SYSCALL);
        bed.bed.tell(bed.bed.probe(0), probe -> probe.self()
                .doMsg(port, probe.self().initMsg(Sys.Getpid.INSTANCE), msg -> seen.add("kernel " + msg.error())));
        bed.tell(elsewhere, probe -> probe.self()
                .doMsg(port, probe.self().initMsg(Sys.Getpid.INSTANCE), msg -> seen.add("other CPU " + msg.error())));
        bed.tell(elsewhere, probe -> probe.self().sendMsg(port, Msg.init(new Sys.Setuid(0), alice.port())));
        assertThat(alice.cred()).isEqualTo(UserBed.ALICE);
        bed.tell(root, probe -> probe.self()
                .doMsg(
                        probe.self().sysPort(),
                        Msg.init(Sys.Getpid.INSTANCE, probe.self().port()),
                        msg -> seen.add("own " + msg.error())));
        assertThat(seen).containsExactly("kernel EPERM", "other CPU EPERM", "own OK");
    }

    /** Who is given a message of root's must not be able to make it a call of root's. */
    @Test
    void shouldRefuseACallThatSomebodyElsePassesOn() {
        final Proc alice = alice();
        final Proc root = bed.exec(0, Cred.ROOT);
        final ProcCpu part = bed.procs.parts().get(0);
        bed.bed
                .cpu(0)
                .inject(() -> part.register(Whoami.class, (caller, msg) -> {
                    seen.add(caller);
                    return NetError.OK;
                }));
        bed.bed.quiet();
        bed.tell(alice, probe -> {});
        final Port<Object> toAlice = new Port<>(0, alice.port().index());
        bed.post(root, probe -> probe.self()
                .sendMsg(toAlice, probe.self().<Object>initMsg(new UserProbe.Cmd.Do(p -> {})), msg -> {}));
        bed.bed.quiet();
        bed.tell(root, probe -> probe.self()
                .doMsg(
                        UserBed.port(alice),
                        probe.self().initMsg(new UserProbe.Cmd.Hold(1)),
                        msg -> seen.add(msg.error())));
        bed.tell(alice, probe -> probe.held.get(0).forward(new Port<>(0, Port.SYSCALL)));
        assertThat(seen).containsExactly(NetError.EPERM);
    }

    @Test
    void shouldRefuseToReplyToSomebodyElse() {
        final Proc alice = alice();
        final Proc root = bed.exec(0, Cred.ROOT);
        bed.bed.quiet();
        bed.tell(root, probe -> probe.self()
                .sendMsg(probe.self().sysPort(), Msg.init(Sys.Getpid.INSTANCE, alice.port())));
        bed.tell(alice, probe -> probe.received.forEach(msg -> seen.add(((Msg<?>) msg).error())));
        assertThat(seen).containsExactly(NetError.EINVAL);
    }

    @Test
    void I57_aCallThatDoesNotBlockIsNoMatterForTheUserSchedulerAndNoSwitch() {
        final Proc alice = alice();
        bed.bed.quiet();
        bed.tell(alice, probe -> {
            final int before = bed.uscheds.get(0).calls.size();
            final long switches = bed.bed.cpu(0).counters().get(CpuCounter.SWITCHES);
            calls(probe, 10_000, () -> {
                seen.add(bed.uscheds.get(0).calls.size() - before);
                seen.add(bed.bed.cpu(0).counters().get(CpuCounter.SWITCHES) - switches);
            });
        });
        assertThat(seen).containsExactly(0, 0L);
    }

    @Test
    void I57_aCallThatDoesNotBlockIsOverBeforeItReturns() {
        bed.tell(alice(), probe -> {
            seen.add("before");
            probe.self().syscall(Sys.Getpid.INSTANCE, this::see);
            seen.add("after");
        });
        assertThat(seen).containsExactly("before", 1, "after");
    }

    /** The way into the kernel is the process's own, in user mode: nobody else may take it, and it may not after its end. */
    @Test
    void shouldPanicWhenACallIsNotMadeInUserModeByTheProcessItself() {
        final List<UserProbe> alice = new ArrayList<>();
        bed.tell(alice(), alice::add);
        bed.bed.tell(bed.bed.probe(0), kernel -> alice.get(0).self().syscall(Sys.Getpid.INSTANCE, this::see));
        assertThat(bed.bed.takePanics()).singleElement().satisfies(panic -> assertThat(panic)
                .hasMessageContaining("by somebody else"));
        assertThat(seen).isEmpty();
    }

    private void calls(final UserProbe probe, final int left, final Runnable then) {
        if (left == 0) {
            then.run();
        } else {
            probe.self().syscall(Sys.Getpid.INSTANCE, (error, pid) -> calls(probe, left - 1, then));
        }
    }

    @Test
    void shouldSleep() {
        bed.tell(alice(), probe -> {
            final long begin = probe.self().now();
            probe.self()
                    .syscall(
                            new Sys.Nanosleep(70_000),
                            (error, nothing) -> seen.add(probe.self().now() - begin));
        });
        assertThat((long) seen.get(0)).isBetween(70_000L, 71_000L);
        call(alice(), new Sys.Nanosleep(-1));
        assertThat(seen.get(1)).isEqualTo(NetError.EINVAL);
    }

    @Test
    void shouldLetOnlyRootBecomeAnybodyOrLessNice() {
        final Proc alice = alice();
        final Proc root = bed.exec(0, Cred.ROOT);
        call(alice, new Sys.Setuid(0));
        call(alice, new Sys.Setuid(1001));
        call(alice, new Sys.Setpriority(5));
        call(alice, new Sys.Setpriority(4));
        call(alice, new Sys.Setpriority(21));
        call(root, new Sys.Setpriority(-20));
        call(root, new Sys.Setuid(1002));
        call(root, new Sys.Setuid(0));
        assertThat(seen)
                .containsExactly(
                        NetError.EPERM,
                        NetError.OK,
                        NetError.OK,
                        NetError.EACCES,
                        NetError.EINVAL,
                        NetError.OK,
                        NetError.OK,
                        NetError.EPERM);
        assertThat(alice.nice()).isEqualTo(5);
        assertThat(root.cred()).isEqualTo(new Cred(1002, 1002, 0, List.of()));
        assertThat(root.lwp().priority()).isLessThan(alice.lwp().priority());
    }

    @Test
    void shouldMakeAChildOnACpuThatRunsNoUserCode() {
        bed.tell(bed.exec(0, UserBed.ALICE, SchedParam.normal(7), probe -> {}), probe -> fork(probe, 2));
        assertThat(seen).hasSize(4).contains("child on 1", "child on 0");
        final List<Proc> children = new ArrayList<>(bed.procs.parts().get(1).procs());
        children.addAll(bed.procs.parts().get(0).procs());
        children.removeIf(proc -> proc.ppid() == 0);
        assertThat(children)
                .hasSize(2)
                .allMatch(proc -> proc.cred().equals(UserBed.ALICE)
                        && proc.nice() == 7
                        && proc.ppid() == 1
                        && seen.contains(new Sys.Child(proc.pid(), proc.port())));
    }

    private void fork(final UserProbe probe, final int left) {
        if (left > 0) {
            probe.self()
                    .syscall(
                            new Sys.Fork(UserBed.image(child -> child.self()
                                    .run(
                                            1_000_000,
                                            () -> seen.add(
                                                    "child on " + child.self().cpu())))),
                            (error, child) -> {
                                seen.add(child);
                                fork(probe, left - 1);
                            });
        }
    }
}
