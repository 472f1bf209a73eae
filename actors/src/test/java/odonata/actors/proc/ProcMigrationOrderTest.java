package odonata.actors.proc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import odonata.actors.cpu.Turns;
import odonata.actors.port.Msg;
import odonata.actors.port.Port;
import odonata.actors.testing.UserBed;
import odonata.actors.testing.UserProbe;
import odonata.actors.usched.Bsd4;
import odonata.actors.usched.SchedParam;
import odonata.protocol.errno.NetError;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A process that goes to another CPU against a signal for it, in every order of the turns of three CPUs. They share nothing but rings here: none
 * of the processes may choose its CPU by what the others publish.
 */
@Tag("slow")
class ProcMigrationOrderTest {
    private final Turns turns = new Turns(3);
    private final Procs procs = Procs.create(turns.machine, Bsd4::new);
    private final List<Object> seen = new ArrayList<>();
    private Proc mover;
    private Proc killer;

    @AfterEach
    void close() {
        turns.close();
    }

    private Proc exec(final int cpu) {
        final Proc proc = procs.parts().get(cpu).exec(UserBed.image(probe -> {}), Cred.ROOT, SchedParam.normal(0));
        proc.affinity(new Affinity(Set.of(cpu)));
        turns.settle();
        return proc;
    }

    private void post(final Proc proc, final Consumer<UserProbe> function) {
        turns.machine
                .cpu(proc.port().cpu())
                .injectMsg(UserBed.port(proc), Msg.init(new UserProbe.Cmd.Do(function), Port.adone()));
    }

    private void move(final int to, final Runnable then) {
        post(mover, probe -> probe.self().syscall(new Sys.UschedSet(new UschedCmd.SetCpu(to)), (error, cpu) -> {
            assertThat(probe.self().cpu()).isEqualTo(to);
            then.run();
        }));
    }

    /** The one that moves was started on CPU 0 and is on {@code at}; the other is on {@code from}. */
    private void set(final int at, final int from) {
        if (mover != null && mover.isAlive()) {
            post(mover, probe -> probe.self().exit());
        }
        if (killer != null) {
            post(killer, probe -> probe.self().exit());
        }
        turns.settle();
        seen.clear();
        mover = exec(0);
        killer = exec(from);
        post(mover, probe -> probe.self()
                .syscall(
                        new Sys.Sigaction(Signal.SIGUSR1, new SigAction.Catch(signal -> {
                            assertThat(mover.inUser()).isTrue();
                            assertThat(mover.place().cpu().curthread()).isSameAs(mover.thread());
                            seen.add(signal);
                        })),
                        (error, before) -> {}));
        turns.settle();
        move(at, () -> {});
        turns.settle();
    }

    private void kill(final Signal signal) {
        post(killer, probe -> probe.self()
                .syscall(new Sys.Kill(mover.pid(), signal), (error, none) -> seen.add(error)));
    }

    @ParameterizedTest(name = "from CPU {0} to {1}, signalled from {2}")
    @CsvSource({"0,1,0", "0,1,1", "0,1,2", "1,0,0", "1,0,1", "1,0,2", "1,2,0", "1,2,1", "1,2,2"})
    void I55_I62_theSignalIsDeliveredOnceInUserMode(final int at, final int to, final int from) {
        final int orders = turns.explore(
                () -> {
                    set(at, from);
                    move(to, () -> seen.add("there"));
                    kill(Signal.SIGUSR1);
                },
                () -> {
                    assertThat(seen)
                            .as("order %s", turns.order())
                            .containsExactlyInAnyOrder(Signal.SIGUSR1, NetError.OK, "there");
                    assertThat(mover.place().cpu().id()).isEqualTo(to);
                    assertThat(procs.parts().get(to).procs()).contains(mover);
                });
        assertThat(orders).isPositive();
    }

    @ParameterizedTest(name = "from CPU {0} to {1}, killed from {2}")
    @CsvSource({"0,1,0", "0,1,1", "0,1,2", "1,0,2", "1,2,0", "1,2,1", "1,2,2"})
    void I19_nothingIsLeftOfOneThatIsKilledOnItsWay(final int at, final int to, final int from) {
        turns.explore(
                () -> {
                    set(at, from);
                    move(to, () -> {});
                    kill(Signal.SIGKILL);
                },
                () -> {
                    assertThat(seen).as("order %s", turns.order()).containsExactly(NetError.OK);
                    assertThat(mover.isAlive()).isFalse();
                    procs.parts().forEach(part -> assertThat(part.procs()).doesNotContain(mover));
                    kill(Signal.SIGUSR1);
                    turns.settle();
                    assertThat(seen).as("order %s", turns.order()).containsExactly(NetError.OK, NetError.ESRCH);
                    assertThat(procs.parts().get(0).made()
                                    + procs.parts().get(from).made())
                            .isLessThanOrEqualTo(2);
                });
    }
}
