package odonata.actors.proc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import odonata.actors.caps.Caps;
import odonata.actors.cpu.CpuCounter;
import odonata.actors.cpu.ThreadState;
import odonata.actors.testing.UserBed;
import odonata.actors.testing.UserProbe;
import odonata.actors.usched.SchedParam;
import odonata.protocol.errno.NetError;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Processes that go to another CPU on their way back to user mode (2.10, 6.2): because they have to, or because it is free. */
class ProcMigrationTest {
    private static final long MS = 1_000_000;

    private final UserBed bed = UserBed.of(3);
    private final List<Object> seen = new ArrayList<>();

    @AfterEach
    void close() {
        bed.close();
    }

    private final Proc root = bed.exec(0, Cred.ROOT);

    private void see(final NetError error, final Object value) {
        seen.add(error == NetError.OK && value != null ? value : error);
    }

    private void call(final Proc proc, final SysCall<?> call) {
        bed.tell(proc, probe -> probe.self().syscall(call, this::see));
    }

    private void move(final Proc proc, final int cpu) {
        final int before = seen.size();
        call(proc, new Sys.UschedSet(new UschedCmd.SetCpu(cpu)));
        assertThat(seen.subList(before, seen.size())).containsExactly(cpu);
        assertThat(proc.place().cpu().id()).isEqualTo(cpu);
    }

    private long migrations() {
        return IntStream.range(0, 3)
                .mapToLong(cpu -> bed.bed.cpu(cpu).counters().get(CpuCounter.MIGRATIONS))
                .sum();
    }

    private void computes(final UserProbe probe, final long ms, final List<Integer> where) {
        where.add(probe.self().cpu());
        if (ms > 0) {
            probe.self().run(MS, () -> computes(probe, ms - 1, where));
        }
    }

    @Nested
    class Explicit {
        @Test
        void shouldGoOnThereInUserModeWhenTheCallReturns() {
            bed.tell(root, probe -> probe.self().syscall(new Sys.UschedSet(new UschedCmd.SetCpu(2)), (error, cpu) -> {
                assertThat(root.inUser()).isTrue();
                assertThat(bed.procs.parts().get(2).usched().curproc()).isSameAs(root.lwp());
                seen.add(List.of(error, cpu, probe.self().cpu()));
            }));
            assertThat(seen).containsExactly(List.of(NetError.OK, 2, 2));
            assertThat(bed.procs.parts().get(0).procs()).isEmpty();
            assertThat(bed.procs.parts().get(2).procs()).containsExactly(root);
            assertThat(bed.procs.parts()).allMatch(part -> part.usched().curproc() == null);
        }

        @Test
        void shouldStayThereAndBeShownThere() {
            move(root, 1);
            final List<ThreadState> threads = new ArrayList<>();
            bed.bed.cpu(1).inject(() -> threads.addAll(bed.bed.cpu(1).threads()));
            bed.bed.quiet();
            assertThat(threads).extracting(ThreadState::name).contains("probe." + root.pid());
            call(root, new Sys.Nanosleep(MS));
            call(root, new Sys.UschedSet(UschedCmd.GetCpu.INSTANCE));
            assertThat(seen.subList(1, 3)).containsExactly(NetError.OK, 1);
            assertThat(migrations()).isEqualTo(1);
        }

        @Test
        void shouldKeepPortAndMessages() {
            move(root, 1);
            final Proc asker = bed.exec(2, UserBed.ALICE);
            bed.tell(asker, probe -> probe.self()
                    .doMsg(
                            UserBed.port(root),
                            probe.self().initMsg(new UserProbe.Cmd.Ask(7)),
                            reply -> seen.add(reply.result())));
            assertThat(seen).endsWith(8);
            move(root, 0);
            bed.tell(asker, probe -> probe.self()
                    .doMsg(
                            UserBed.port(root),
                            probe.self().initMsg(new UserProbe.Cmd.Ask(8)),
                            reply -> seen.add(reply.result())));
            assertThat(seen).endsWith(9);
        }

        @Test
        void shouldRefuseWhatCannotBe() {
            bed.bed.quiet();
            call(bed.exec(0, UserBed.ALICE), new Sys.UschedSet(new UschedCmd.SetCpu(1)));
            call(bed.exec(0, UserBed.ALICE), new Sys.UschedSet(UschedCmd.GetCpu.INSTANCE));
            call(root, new Sys.UschedSet(new UschedCmd.SetCpu(3)));
            call(root, new Sys.UschedSet(new UschedCmd.SetScheduler("lottery")));
            assertThat(seen).containsExactly(NetError.EPERM, 0, NetError.EINVAL, NetError.EINVAL);
            assertThat(migrations()).isZero();
        }

        @Test
        void shouldLeaveACpuThatIsTakenAwayAndKeepOneAtLeast() {
            call(root, new Sys.UschedSet(new UschedCmd.DelCpu(0)));
            assertThat((int) seen.get(0)).isIn(1, 2);
            call(root, new Sys.UschedSet(new UschedCmd.DelCpu(1)));
            call(root, new Sys.UschedSet(new UschedCmd.DelCpu(2)));
            assertThat(seen.subList(1, 3)).containsExactly(2, NetError.EINVAL);
            call(root, new Sys.UschedSet(new UschedCmd.AddCpu(0)));
            call(root, new Sys.UschedSet(new UschedCmd.DelCpu(2)));
            assertThat(seen.subList(3, 5)).containsExactly(2, 0);
        }

        @Test
        void shouldBeInheritedByChildren() {
            move(root, 1);
            final List<Integer> children = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                call(
                        root,
                        new Sys.Fork(
                                UserBed.image(child -> children.add(child.self().cpu()))));
            }
            assertThat(children).containsExactly(1, 1, 1);
        }
    }

    @Nested
    class WhatIsForIt {
        @Test
        void shouldGetSignalsWhereItIs() {
            bed.tell(root, probe -> probe.self()
                    .syscall(
                            new Sys.Sigaction(
                                    Signal.SIGUSR1,
                                    new SigAction.Catch(signal -> seen.add(
                                            signal + " on " + probe.self().cpu()))),
                            (error, before) -> {}));
            move(root, 2);
            call(bed.exec(1, Cred.ROOT), new Sys.Kill(root.pid(), Signal.SIGUSR1));
            assertThat(seen.subList(1, 3)).containsExactlyInAnyOrder("SIGUSR1 on 2", NetError.OK);
            call(bed.exec(1, Cred.ROOT), new Sys.Kill(root.pid(), Signal.SIGKILL));
            assertThat(root.isAlive()).isFalse();
            call(bed.exec(1, Cred.ROOT), new Sys.Kill(root.pid(), Signal.SIGUSR1));
            assertThat(seen).endsWith(NetError.ESRCH);
            assertThat(bed.procs.parts().get(0).made()).as("known no more").isZero();
        }

        @Test
        void shouldEndASleepThatBeganAfterTheMove() {
            move(root, 1);
            bed.post(root, probe -> probe.self().syscall(new Sys.Nanosleep(1_000 * MS), ProcMigrationTest.this::see));
            bed.bed.conductor.runUntil(bed.bed.conductor.nowNs() + MS);
            bed.tell(root, probe -> {});
            bed.tell(root, probe -> probe.self()
                    .syscall(new Sys.Sigaction(Signal.SIGUSR1, new SigAction.Catch(s -> {})), (error, was) -> {}));
            bed.post(root, probe -> probe.self().syscall(new Sys.Nanosleep(1_000 * MS), ProcMigrationTest.this::see));
            final Proc killer = bed.exec(0, Cred.ROOT);
            bed.bed.conductor.runUntil(bed.bed.conductor.nowNs() + MS);
            call(killer, new Sys.Kill(root.pid(), Signal.SIGUSR1));
            assertThat(seen).contains(NetError.EINTR);
        }

        @Test
        void shouldWaitForItsChildrenAndBeWaitedFor() {
            final List<Sys.Child> child = new ArrayList<>();
            bed.tell(root, probe -> probe.self()
                    .syscall(
                            new Sys.Fork(UserBed.image(young -> young.self()
                                    .syscall(new Sys.UschedSet(UschedCmd.GetCpu.INSTANCE), (error, cpu) -> {}))),
                            (error, made) -> child.add(made)));
            move(root, 2);
            call(bed.exec(0, Cred.ROOT), new Sys.Kill(child.get(0).pid(), Signal.SIGINT));
            call(root, new Sys.Wait4(Sys.Wait4.ANY));
            assertThat(seen).endsWith(new Sys.Waited(child.get(0).pid(), 0, Optional.of(Signal.SIGINT)));
        }

        /** A call that root made asynchronously is answered although its caller has gone to another CPU meanwhile. */
        @Test
        void shouldGetTheRepliesOfCallsThatItMadeBefore() {
            bed.tell(root, probe -> {
                probe.self()
                        .syscall(
                                new Sys.Fork(UserBed.image(young -> young.self()
                                        .run(5 * MS, () -> young.self().exit(3)))),
                                (error, made) -> {
                                    final var calls = List.of(
                                            new Sys.Wait4(Sys.Wait4.ANY),
                                            new Sys.Nanosleep(MS),
                                            new Caps.Service("late", Caps.ANY, Caps.ANY));
                                    calls.forEach(late -> probe.self()
                                            .sendMsg(
                                                    probe.self().sysPort(),
                                                    probe.self().<SysCall<?>>initMsg(late),
                                                    reply -> seen.add(
                                                            probe.self().cpu() + " " + reply.error())));
                                    probe.self()
                                            .syscall(
                                                    new Sys.UschedSet(new UschedCmd.SetCpu(1)),
                                                    (moved, cpu) -> seen.add("moved"));
                                });
            });
            assertThat(seen).containsExactlyInAnyOrder("moved", "1 OK", "1 OK", "1 OK");
            final List<Object> again = new ArrayList<>();
            bed.tell(root, probe -> probe.self()
                    .syscall(new Caps.Service("late", Caps.ANY, Caps.ANY), (error, endpoint) -> again.add(error)));
            assertThat(again).as("registered once").containsExactly(NetError.EEXIST);
        }

        @Test
        void shouldTakeItsEndpointsAlong() {
            final Proc client = bed.exec(1, Cred.ROOT);
            call(root, new Caps.Service("moving", Caps.ANY, Caps.ANY));
            final int service = (int) seen.get(0);
            call(client, new Caps.Client("moving", Caps.ANY, Caps.ANY));
            final int opened = (int) seen.get(1);
            call(client, new Caps.Put(opened, "before"));
            move(root, 2);
            call(client, new Caps.Put(opened, "after"));
            move(client, 0);
            final List<Object> asked = new ArrayList<>();
            final List<Object> told = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                bed.tell(root, probe -> probe.self().syscall(new Caps.Wait(service), (error, msg) -> {
                    asked.add(msg.payload());
                    probe.self().syscall(new Caps.Reply(service, msg.id(), msg.payload() + "!"), (e, nothing) -> {});
                }));
                bed.tell(client, probe -> probe.self()
                        .syscall(new Caps.Wait(opened), (error, msg) -> told.add(msg.payload())));
            }
            assertThat(asked).containsExactly("before", "after");
            assertThat(told).containsExactly("before!", "after!");
            call(client, new Caps.Put(opened, "to the end"));
            move(root, 1);
            bed.tell(root, probe -> probe.self().exit());
            bed.tell(client, probe -> probe.self()
                    .syscall(new Caps.Wait(opened), (error, msg) -> told.add(msg.error())));
            assertThat(told).endsWith(NetError.ENOTCONN);
            call(client, new Caps.Client("moving", Caps.ANY, Caps.ANY));
            assertThat(seen).endsWith(NetError.ENOENT);
        }
    }

    @Nested
    class Balance {
        @Test
        void shouldSpreadProcessesThatComputeOverFreeCpus() {
            final List<List<Integer>> where = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                final List<Integer> own = new ArrayList<>();
                where.add(own);
                bed.exec(0, UserBed.ALICE, SchedParam.normal(0), probe -> computes(probe, 50, own));
            }
            final long begin = bed.bed.conductor.nowNs();
            bed.bed.quiet();
            assertThat(bed.bed.conductor.nowNs() - begin).as("side by side").isLessThan(90 * MS);
            assertThat(where.stream().map(own -> own.get(own.size() - 1))).containsExactlyInAnyOrder(0, 1, 2);
            where.forEach(
                    own -> assertThat(Set.copyOf(own)).as("and stay there").hasSize(1));
        }

        @Test
        void shouldTakeOneThatWaitsElsewhereWhenTheCpuBecomesFree() {
            bed.bed.quiet();
            final long begin = bed.bed.conductor.nowNs();
            final List<Integer> third = new ArrayList<>();
            bed.exec(0, UserBed.ALICE, SchedParam.realtime(0), probe -> computes(probe, 90, new ArrayList<>()));
            bed.exec(1, UserBed.ALICE, SchedParam.realtime(0), probe -> computes(probe, 90, new ArrayList<>()));
            bed.exec(2, UserBed.ALICE, SchedParam.realtime(0), probe -> computes(probe, 30, new ArrayList<>()));
            bed.bed.conductor.runUntil(begin + MS);
            final Proc waits = bed.exec(0, UserBed.ALICE, SchedParam.normal(0), probe -> computes(probe, 5, third));
            bed.bed.conductor.runUntil(begin + 20 * MS);
            assertThat(waits.lwp().isQueued()).isTrue();
            bed.bed.quiet();
            assertThat(Set.copyOf(third)).containsExactly(2);
            assertThat(migrations()).isEqualTo(1);
        }

        @Test
        void shouldTakeTheSeatOfAWorseOneElsewhere() {
            bed.exec(0, UserBed.ALICE, SchedParam.realtime(0), probe -> computes(probe, 50, new ArrayList<>()));
            bed.exec(1, UserBed.ALICE, SchedParam.normal(0), probe -> computes(probe, 50, new ArrayList<>()));
            bed.exec(2, UserBed.ALICE, SchedParam.realtime(0), probe -> computes(probe, 50, new ArrayList<>()));
            bed.bed.conductor.runUntil(MS);
            final List<Integer> where = new ArrayList<>();
            bed.exec(0, UserBed.ALICE, SchedParam.realtime(0), probe -> computes(probe, 5, where));
            bed.bed.quiet();
            assertThat(Set.copyOf(where)).containsExactly(1);
        }

        /** Of free CPUs the one on which it was started: its messages come by there anyway. */
        @Test
        void shouldPreferTheCpuInTheAddressOfItsPort() {
            bed.bed.quiet();
            final List<Integer> where = new ArrayList<>();
            bed.exec(0, UserBed.ALICE, SchedParam.realtime(0), probe -> computes(probe, 20, new ArrayList<>()));
            bed.bed.conductor.runUntil(bed.bed.conductor.nowNs() + MS);
            bed.exec(0, UserBed.ALICE, SchedParam.normal(0), probe -> computes(probe, 60, where));
            bed.bed.conductor.runUntil(bed.bed.conductor.nowNs() + 30 * MS);
            final int away = where.get(where.size() - 1);
            bed.exec(away, UserBed.ALICE, SchedParam.realtime(0), probe -> computes(probe, 50, new ArrayList<>()));
            bed.bed.quiet();
            assertThat(away).isEqualTo(1);
            assertThat(where.get(where.size() - 1)).isZero();
        }

        @Test
        void shouldStayWhereItHasTo() {
            move(root, 0);
            final List<Integer> where = new ArrayList<>();
            bed.exec(0, UserBed.ALICE, SchedParam.realtime(0), probe -> computes(probe, 20, new ArrayList<>()));
            bed.post(root, probe -> computes(probe, 5, where));
            bed.bed.quiet();
            assertThat(Set.copyOf(where)).containsExactly(0);
        }
    }
}
