package odonata.actors.proc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import odonata.actors.port.Port;
import odonata.actors.testing.UserBed;
import odonata.actors.testing.UserProbe;
import odonata.protocol.errno.NetError;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Upcalls (6.7), and a thread package in user space that stands on them (R20). */
class UpcTest {
    private static final long MS = 1_000_000;

    private final UserBed bed = UserBed.of(2);
    private final List<Object> seen = new ArrayList<>();
    private final Proc alice = bed.exec(0, UserBed.ALICE);

    @AfterEach
    void close() {
        assertThat(bed.procs.parts()).allMatch(part -> part.usched().curproc() == null);
        bed.close();
    }

    private Object call(final Proc proc, final SysCall<?> call) {
        final int before = seen.size();
        bed.tell(proc, probe -> probe.self()
                .syscall(call, (error, value) -> seen.add(error == NetError.OK && value != null ? value : error)));
        return seen.remove(before);
    }

    private int register(final Upc.Shared shared) {
        return (int) call(alice, new Upc.Register(shared, events -> {
            assertThat(alice.inUser()).isTrue();
            assertThat(alice.place().usched().curproc()).isSameAs(alice.lwp());
            seen.add(events);
        }));
    }

    @Nested
    class Kernel {
        private final Upc.Shared shared = new Upc.Shared();

        @Test
        void shouldCallTheFunctionInUserModeOfAProcessThatWaits() {
            final int id = register(shared);
            assertThat(call(bed.exec(1, UserBed.ALICE), new Upc.Dispatch(alice.pid(), id, "news")))
                    .isEqualTo(List.of("news"));
            assertThat(seen).containsExactly(NetError.OK);
        }

        @Test
        void shouldRefuseWhatCannotBe() {
            final int id = register(shared);
            assertThat(call(bed.exec(1, UserBed.BOB), new Upc.Dispatch(alice.pid(), id, 1)))
                    .isEqualTo(NetError.EPERM);
            assertThat(call(alice, new Upc.Dispatch(alice.pid(), id + 1, 1))).isEqualTo(NetError.ENOENT);
            assertThat(call(alice, new Upc.Dispatch(4711, id, 1))).isEqualTo(NetError.ESRCH);
            assertThat(call(alice, new Upc.Delete(id + 1))).isEqualTo(NetError.ENOENT);
            for (int i = 1; i < Upc.MOST; i++) {
                register(shared);
            }
            assertThat(call(alice, new Upc.Register(shared, events -> {}))).isEqualTo(NetError.ENOMEM);
            assertThat(call(alice, new Upc.Delete(Upc.Delete.ALL))).isEqualTo(NetError.OK);
            assertThat(call(alice, new Upc.Dispatch(alice.pid(), id, 1))).isEqualTo(NetError.ENOENT);
        }

        /** In the middle of its own work, between two slices; all that came in a critical section at once, when that is over. */
        @Test
        void shouldDeliverABatchWhenTheCriticalSectionIsOver() {
            final int id = register(shared);
            bed.post(alice, probe -> {
                shared.critEnter();
                probe.self().run(5 * MS, () -> {
                    seen.add("leaves");
                    assertThat(shared.critExit()).isTrue();
                    probe.self().syscall(Upc.Poll.INSTANCE, (error, count) -> probe.self()
                            .run(5 * MS, () -> seen.add("end")));
                });
            });
            final Proc other = bed.exec(1, UserBed.ALICE);
            final long begin = bed.bed.conductor.nowNs();
            for (final int ms : new int[] {1, 2, 8}) {
                bed.bed.conductor.at(
                        begin + ms * MS,
                        () -> bed.post(other, probe -> probe.self()
                                .syscall(new Upc.Dispatch(alice.pid(), id, ms), (error, none) -> {})));
            }
            bed.bed.quiet();
            assertThat(seen).containsExactly("leaves", List.of(1, 2), List.of(8), "end");
        }

        @Test
        void shouldEndACallWithoutMakingTheProcessWait() {
            final int id = register(shared);
            bed.tell(alice, probe -> {
                final UserTd td = probe.self();
                assertThat(td.sendsys(Sys.Getpid.INSTANCE, id, "pid"))
                        .contains(new Upc.Returned("pid", NetError.OK, alice.pid()));
                assertThat(td.sendsys(new Sys.Nanosleep(MS), id, "slept")).isEmpty();
                seen.add("goes on");
            });
            assertThat(seen).containsExactly("goes on", List.of(new Upc.Returned("slept", NetError.OK, null)));
        }

        @Test
        void shouldStillRefuseToAnswerSomebodyElse() {
            bed.tell(alice, probe -> probe.self()
                    .sendMsg(
                            probe.self().sysPort(),
                            probe.self().<SysCall<?>>initMsg(Sys.Getpid.INSTANCE),
                            reply -> seen.add(reply.error())));
            final Proc root = bed.exec(0, Cred.ROOT);
            bed.tell(root, probe -> probe.self()
                    .sendMsg(
                            probe.self().sysPort(),
                            probe.self().<SysCall<?>>initMsg(Sys.Getpid.INSTANCE, new Port<>(0, Port.FIRST_DYNAMIC))));
            assertThat(seen).containsExactly(NetError.EPERM);
        }

        @Test
        void shouldFollowTheProcessToAnotherCpuAndEndWithIt() {
            final Proc root = bed.exec(0, Cred.ROOT);
            final int id = (int) call(
                    root,
                    new Upc.Register(
                            shared, events -> seen.add(root.place().cpu().id() + " " + events)));
            call(root, new Sys.UschedSet(new UschedCmd.SetCpu(0)));
            bed.tell(root, probe -> {
                probe.self().sendsys(new Sys.Nanosleep(MS), id, "slept");
                probe.self().syscall(new Sys.UschedSet(new UschedCmd.SetCpu(1)), (error, cpu) -> {});
            });
            assertThat(seen).containsExactly("1 " + List.of(new Upc.Returned("slept", NetError.OK, null)));
            bed.tell(root, probe -> {
                probe.self().sendsys(new Sys.Fork(UserBed.image(child -> {})), id, "child");
                probe.self().sendsys(new Sys.Wait4(Sys.Wait4.ANY), id, "never");
            });
            assertThat(bed.procs.parts().get(1).waitingForUpcall()).isEqualTo(1);
            bed.tell(root, probe -> probe.self().exit());
            assertThat(bed.procs.parts()).allMatch(part -> part.waitingForUpcall() == 0);
        }
    }

    @Nested
    class Threads {
        private static final int SLEEPS = 5;

        private UserThreads threads;
        private long lastNs;

        private void start(final Consumer<UserThreads.UserThread> first) {
            bed.tell(alice, probe -> {
                threads = new UserThreads(probe.self(), function -> later(probe, function));
                threads.start(first);
            });
        }

        private void later(final UserProbe probe, final Runnable function) {
            probe.self()
                    .sendMsg(
                            probe.self().port(),
                            probe.self().initMsg(new UserProbe.Cmd.Do(again -> function.run()), Port.adone()));
        }

        private void see(final String name) {
            seen.add(name);
            lastNs = alice.place().nowNs();
        }

        private void sleeps(final UserThreads.UserThread self, final String name, final int left) {
            if (left > 0) {
                self.syscall(new Sys.Nanosleep(2 * MS), (error, none) -> {
                    see(name);
                    sleeps(self, name, left - 1);
                });
            }
        }

        private void computes(final UserThreads.UserThread self, final int left) {
            if (left > 0) {
                self.run(MS, () -> {
                    see("c");
                    computes(self, left - 1);
                });
            }
        }

        /** Two that sleep, and one that computes, at the same time, in a process that is one thread of the kernel. */
        @Test
        void R20_oneThatWaitsInTheKernelMakesNoOtherWait() {
            final int kernelThreads = threadsOfCpu0();
            final long begin = bed.bed.conductor.nowNs();
            start(first -> {
                first.spawn(self -> sleeps(self, "a", SLEEPS));
                first.spawn(self -> sleeps(self, "b", SLEEPS));
                first.spawn(self -> computes(self, 2 * SLEEPS));
            });
            assertThat(threadsOfCpu0()).isEqualTo(kernelThreads);
            assertThat(alice.userNs()).isEqualTo(2 * SLEEPS * MS);
            assertThat(seen).hasSize(4 * SLEEPS);
            assertThat(seen.indexOf("a")).as("while c computes").isBetween(1, 3);
            assertThat(seen.lastIndexOf("c")).as("c goes on meanwhile").isGreaterThan(seen.indexOf("b") + SLEEPS);
            assertThat(lastNs - begin).as("not one after the other: 30 ms").isLessThan(13 * MS);
        }

        @Test
        void R20_whatEndsInACriticalSectionComesInOneUpcall() {
            start(first -> {
                for (int i = 0; i < 3; i++) {
                    final String name = "sleeper " + i;
                    first.spawn(self -> sleeps(self, name, 1));
                }
                first.spawn(self -> self.runCritical(6 * MS, () -> seen.add("critical")));
            });
            assertThat(threads.batches).containsExactly(3);
            assertThat(seen).containsExactly("critical", "sleeper 0", "sleeper 1", "sleeper 2");
        }

        @Test
        void shouldRunWhatIsReadyInTurn() {
            start(first -> {
                for (final String name : List.of("a", "b")) {
                    first.spawn(self -> passes(self, name, 3));
                }
            });
            assertThat(seen).containsExactly("a", "b", "a", "b", "a", "b");
        }

        private void passes(final UserThreads.UserThread self, final String name, final int left) {
            if (left > 0) {
                seen.add(name);
                self.pass(() -> passes(self, name, left - 1));
            }
        }

        private int threadsOfCpu0() {
            final List<Integer> count = new ArrayList<>();
            bed.bed.cpu(0).inject(() -> count.add(bed.bed.cpu(0).threads().size()));
            bed.bed.quiet();
            return count.get(0);
        }
    }
}
