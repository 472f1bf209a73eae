package odonata.actors.proc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import odonata.actors.testing.UserBed;
import odonata.actors.testing.UserProbe;
import odonata.protocol.errno.NetError;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The end of a process as its parent sees it: exit status, zombies, wait4, and what becomes of children that are left. */
class Wait4Test {
    private static final long MS = 1_000_000;

    private final UserBed bed = UserBed.of(2);
    private final List<Object> seen = new ArrayList<>();
    private final Proc parent = bed.exec(0, UserBed.ALICE);

    @AfterEach
    void close() {
        bed.close();
    }

    private void see(final NetError error, final Object value) {
        seen.add(error == NetError.OK ? value : error);
    }

    /** Makes a child, on the CPU that has nothing to do: the first on the other, while the parent runs. */
    private int fork(final Proc of, final Consumer<UserProbe> main) {
        final List<Integer> pid = new ArrayList<>();
        bed.tell(of, probe -> probe.self()
                .syscall(new Sys.Fork(UserBed.image(main)), (error, child) -> pid.add(child.pid())));
        assertThat(pid).hasSize(1);
        return pid.get(0);
    }

    private void wait4(final int pid) {
        bed.tell(parent, probe -> probe.self().syscall(new Sys.Wait4(pid), this::see));
    }

    private Proc proc(final int pid) {
        return bed.procs.parts().stream()
                .flatMap(part -> part.procs().stream())
                .filter(proc -> proc.pid() == pid)
                .findFirst()
                .orElseThrow();
    }

    private static Sys.Waited exited(final int pid, final int status) {
        return new Sys.Waited(pid, status, Optional.empty());
    }

    @Test
    void shouldReturnTheStatusOfAChildThatEndsLater() {
        final int pid = fork(parent, probe -> {});
        wait4(pid);
        assertThat(seen).isEmpty();
        bed.tell(proc(pid), probe -> probe.self().exit(7));
        assertThat(seen).containsExactly(exited(pid, 7));
    }

    @Test
    void shouldReturnAZombieAtOnceAndOnceOnly() {
        final int pid = fork(parent, probe -> probe.self().exit(3));
        assertThat(bed.procs.parts().stream().flatMap(part -> part.procs().stream()))
                .containsExactly(parent);
        wait4(pid);
        wait4(pid);
        assertThat(seen).containsExactly(exited(pid, 3), NetError.ECHILD);
    }

    @Test
    void shouldReturnWhoeverEndedFirstWhenAnyWillDo() {
        final int first = fork(parent, probe -> {});
        final int second = fork(parent, probe -> {});
        bed.tell(proc(second), probe -> probe.self().exit(2));
        bed.tell(proc(first), probe -> probe.self().exit(1));
        wait4(Sys.Wait4.ANY);
        wait4(Sys.Wait4.ANY);
        wait4(Sys.Wait4.ANY);
        assertThat(seen).containsExactly(exited(second, 2), exited(first, 1), NetError.ECHILD);
    }

    @Test
    void shouldWaitForOneWhileOthersEnd() {
        final int first = fork(parent, probe -> {});
        final int second = fork(parent, probe -> {});
        wait4(first);
        bed.tell(proc(second), probe -> probe.self().exit(2));
        assertThat(seen).isEmpty();
        bed.tell(proc(first), probe -> probe.self().exit(1));
        assertThat(seen).containsExactly(exited(first, 1));
    }

    @Test
    void shouldKnowOwnChildrenOnly() {
        final int stranger = fork(bed.exec(0, UserBed.ALICE), probe -> {});
        wait4(stranger);
        wait4(4711);
        wait4(Sys.Wait4.ANY);
        assertThat(seen).containsExactly(NetError.ECHILD, NetError.ECHILD, NetError.ECHILD);
    }

    @Test
    void shouldSayThatADefectEndedIt() {
        final int pid = fork(parent, probe -> {
            throw new IllegalStateException("a defect of the program");
        });
        assertThat(bed.bed.takeDeaths()).hasSize(1);
        wait4(pid);
        assertThat(seen).containsExactly(new Sys.Waited(pid, 0, Optional.of(Signal.SIGSEGV)));
    }

    /** Root may wait for two at once; the second finds that there is none left. */
    @Test
    void shouldTellAllWhoWaitWhenTheLastChildIsGone() {
        final Proc root = bed.exec(0, Cred.ROOT);
        final int pid = fork(root, probe -> {});
        bed.tell(root, probe -> {
            for (int i = 0; i < 2; i++) {
                probe.self()
                        .sendMsg(
                                probe.self().sysPort(),
                                probe.self().initMsg(new Sys.Wait4(Sys.Wait4.ANY)),
                                msg -> see(msg.error(), msg.result()));
            }
        });
        bed.tell(proc(pid), probe -> probe.self().exit());
        assertThat(seen).containsExactly(exited(pid, 0), NetError.ECHILD);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldGiveTheChildrenOfADeadParentToTheKernel(final boolean dies) {
        final int living = fork(parent, probe -> {});
        final int zombie = fork(parent, probe -> probe.self().exit());
        bed.tell(proc(living), probe -> probe.self().syscall(Sys.Getppid.INSTANCE, this::see));
        bed.tell(parent, probe -> {
            probe.self().exit();
            if (dies) {
                throw new IllegalStateException("a defect of the program");
            }
        });
        assertThat(bed.bed.takeDeaths()).hasSize(dies ? 1 : 0);
        bed.tell(proc(living), probe -> probe.self().syscall(Sys.Getppid.INSTANCE, this::see));
        assertThat(seen).containsExactly(parent.pid(), 0);
        bed.tell(proc(living), probe -> probe.self().exit());
        assertThat(bed.procs.parts())
                .allSatisfy(part -> assertThat(part.procs()).isEmpty());
        assertThat(zombie).isNotEqualTo(living);
    }

    @Test
    void shouldNotMindThatParentAndChildEndAtTheSameTime() {
        for (long delay = 0; delay < 40; delay++) {
            final Proc mother = bed.exec(0, UserBed.ALICE);
            final int pid = fork(mother, probe -> {});
            final long at = bed.bed.conductor.nowNs() + 10_000;
            final Proc child = proc(pid);
            bed.bed.conductor.at(
                    at, () -> bed.post(mother, probe -> probe.self().exit()));
            bed.bed.conductor.at(
                    at + 50 * delay - 1_000,
                    () -> bed.post(child, probe -> probe.self().exit()));
            bed.bed.quiet();
        }
        assertThat(bed.procs.parts().stream().flatMap(part -> part.procs().stream()))
                .containsExactly(parent);
    }

    @Test
    void shouldLetOthersRunWhileItWaits() {
        final int pid = fork(parent, probe -> probe.self().run(5 * MS, probe.self()::exit));
        wait4(pid);
        assertThat(seen).containsExactly(exited(pid, 0));
    }
}
