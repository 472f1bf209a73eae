package odonata.actors.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import odonata.actors.caps.Caps;
import odonata.actors.caps.CapsCpu;
import odonata.actors.caps.CapsMsg;
import odonata.actors.cpu.Machine;
import odonata.actors.cpu.Uplink;
import odonata.actors.lwkt.Handlers;
import odonata.actors.proc.Cred;
import odonata.actors.proc.Image;
import odonata.actors.proc.ProcCpu;
import odonata.actors.proc.Procs;
import odonata.actors.proc.SigAction;
import odonata.actors.proc.Signal;
import odonata.actors.proc.Sys;
import odonata.actors.proc.SysCall;
import odonata.actors.proc.Upc;
import odonata.actors.proc.UschedCmd;
import odonata.actors.proc.UserProgram;
import odonata.actors.proc.UserTd;
import odonata.actors.testing.Bed;
import odonata.actors.testing.UserBed;
import odonata.actors.testing.UserProbe;
import odonata.actors.usched.Bsd4;
import odonata.actors.usched.SchedParam;
import odonata.protocol.errno.NetError;
import org.junit.jupiter.api.Test;

/** The programs of processes. */
class UserProgramsTest {
    private final List<Object> seen = new ArrayList<>();

    /** Answers whoever asks for the time. */
    static final class Clock extends UserProgram<Void> {
        private int service;

        Clock(final UserTd td) {
            super(td);
        }

        @Override
        protected void main() {
            td().syscall(new Caps.Service("clock", Caps.ANY, Caps.ANY), (error, endpoint) -> {
                service = endpoint;
                serve();
            });
        }

        private void serve() {
            td().syscall(new Caps.Wait(service), (error, msg) -> {
                if (msg.state() == CapsMsg.State.REQUEST) {
                    final String answer = msg.sender().cred().uid() + " asked: " + msg.payload();
                    td().syscall(new Caps.Reply(service, msg.id(), answer), (replied, nothing) -> serve());
                } else {
                    serve();
                }
            });
        }

        @Override
        protected Handlers<Void> handlers() {
            return Handlers.none();
        }
    }

    final class Client extends UserProgram<Void> {
        Client(final UserTd td) {
            super(td);
        }

        @Override
        protected void main() {
            td().syscall(new Caps.Client("clock", Caps.ANY, Caps.ANY), (error, clock) -> ask(clock));
        }

        private void ask(final int clock) {
            td().syscall(new Caps.Put(clock, "what time is it?"), (error, id) -> td().syscall(
                            new Caps.Wait(clock), (answered, reply) -> {
                                seen.add(reply.payload());
                                td().exit();
                            }));
        }

        @Override
        protected Handlers<Void> handlers() {
            return Handlers.none();
        }
    }

    @Test
    void shouldAskTheClock() {
        final Cred alice = Cred.of(1001, 100);
        try (Bed bed = Bed.virtualEmpty()) {
            final Machine machine = bed.addMachine(1, 0, 2, Uplink.none());
            Procs procs = Procs.create(machine, Bsd4::new);
            CapsCpu.attach(procs);
            machine.start();
            procs.parts().get(1).exec(new Image<>("clock", Clock::new), Cred.ROOT, SchedParam.normal(0));
            bed.quiet();
            procs.parts().get(0).exec(new Image<>("client", Client::new), alice, SchedParam.normal(0));
            bed.quiet();
            assertThat(procs.parts().get(0).procs()).isEmpty();
        }
        assertThat(seen).containsExactly("1001 asked: what time is it?");
    }

    /** Runs the main function of a process of root. */
    private void run(final Consumer<UserProbe> main) {
        try (UserBed bed = UserBed.of(3)) {
            bed.exec(0, Cred.ROOT, SchedParam.normal(0), main);
            bed.bed.quiet();
        }
    }

    @Test
    void shouldGoToAnotherCpu() {
        run(probe -> onCpu2(probe.self()));
        assertThat(seen).containsExactly("works on 2");
    }

    private void onCpu2(final UserTd td) {
        td.syscall(new Sys.UschedSet(new UschedCmd.SetCpu(2)), (error, cpu) -> work(td));
    }

    private void work(final UserTd td) {
        seen.add("works on " + td.cpu());
    }

    record Twice(int n) implements SysCall<Integer> {}

    @Test
    void shouldMakeACallOfItsOwn() {
        try (UserBed bed = UserBed.of(1)) {
            final ProcCpu part = bed.procs.parts().get(0);
            bed.bed.cpu(0).inject(() -> {
                part.register(
                        Twice.class,
                        (caller, msg) -> part.sysReturn(
                                msg, NetError.OK, 2 * msg.command().n()));
            });
            bed.exec(0, UserBed.ALICE, SchedParam.normal(0), probe -> probe.self()
                    .syscall(new Twice(21), (error, value) -> seen.add(value)));
            bed.bed.quiet();
        }
        assertThat(seen).containsExactly(42);
    }

    @Test
    void shouldWaitForItsChild() {
        final Image<UserProbe.Cmd> worker = UserBed.image(child -> child.self().exit(7));
        run(probe -> parent(probe.self(), worker));
        assertThat(seen).containsExactly(7, Optional.empty());
    }

    private void parent(final UserTd td, final Image<?> worker) {
        td.syscall(
                new Sys.Fork(worker),
                (error, child) ->
                        td.syscall(new Sys.Wait4(child.pid()), (waited, how) -> log(how.status(), how.signal())));
    }

    private void log(final int status, final Optional<Signal> signal) {
        seen.add(status);
        seen.add(signal);
    }

    @Test
    void shouldSaveWhenItIsToEnd() {
        run(probe -> catching(probe.self()));
        assertThat(seen).containsExactly("serves", "saved");
    }

    private void catching(final UserTd td) {
        td.syscall(
                new Sys.Sigaction(Signal.SIGTERM, new SigAction.Catch(signal -> {
                    save();
                    td.exit();
                })),
                (error, before) -> serve(td));
    }

    private void save() {
        seen.add("saved");
    }

    private void serve(final UserTd td) {
        seen.add("serves");
        td.syscall(
                Sys.Getpid.INSTANCE,
                (error, pid) -> td.syscall(
                        new Sys.Kill(pid, Signal.SIGTERM), (killed, nothing) -> seen.add("does not come to this")));
    }

    private int upcall;

    @Test
    void shouldSleepTwiceAtOnce() {
        run(probe -> sleeps(probe.self(), new Upc.Shared()));
        assertThat(seen).containsExactly("goes on", 2_000_000L, 3_000_000L);
    }

    private void sleeps(final UserTd td, final Upc.Shared shared) {
        td.syscall(new Upc.Register(shared, this::upcall), (error, id) -> {
            upcall = id;
            td.sendsys(new Sys.Nanosleep(3_000_000), upcall, 3_000_000L);
            td.sendsys(new Sys.Nanosleep(2_000_000), upcall, 2_000_000L);
            seen.add("goes on");
        });
    }

    private void upcall(final List<Object> events) {
        for (final Object event : events) {
            if (event instanceof Upc.Returned ended) {
                seen.add(ended.tag());
            }
        }
    }
}
