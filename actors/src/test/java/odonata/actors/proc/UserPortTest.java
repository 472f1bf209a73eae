package odonata.actors.proc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import odonata.actors.lwkt.Handlers;
import odonata.actors.lwkt.LwktThread;
import odonata.actors.lwkt.Pri;
import odonata.actors.lwkt.Td;
import odonata.actors.port.Msg;
import odonata.actors.port.Port;
import odonata.actors.testing.Probe;
import odonata.actors.testing.UserBed;
import odonata.actors.testing.UserProbe;
import odonata.protocol.errno.NetError;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Messages between processes and kernel threads: the same calls, the same meaning (R19). */
class UserPortTest {
    private sealed interface Counting {
        record Add(int n) implements Counting {}

        record Pass(Port<Probe.Cmd> to) implements Counting {}
    }

    private static final class KernelCounter extends LwktThread<Counting> {
        private int sum;

        KernelCounter(final Td td) {
            super(td);
        }

        @Override
        protected Handlers<Counting> handlers() {
            return counter(msg -> sum += msg.command().n());
        }
    }

    private static final class UserCounter extends UserProgram<Counting> {
        private int sum;

        UserCounter(final UserTd td) {
            super(td);
        }

        @Override
        protected Handlers<Counting> handlers() {
            return counter(msg -> sum += msg.command().n());
        }
    }

    /** The server is written once. */
    private static Handlers<Counting> counter(final Function<Msg<Counting.Add>, Integer> add) {
        return Handlers.of(Counting.class)
                .on(Counting.Add.class, msg -> msg.reply(NetError.OK, add.apply(msg)))
                .on(Counting.Pass.class, msg -> msg.reply(NetError.EOPNOTSUPP));
    }

    private final UserBed bed = UserBed.of(2);
    private final List<Object> seen = new ArrayList<>();

    @AfterEach
    void close() {
        bed.close();
    }

    @Test
    @SuppressWarnings("unchecked") // the port of what was just made
    void shouldNotBeTellableFromAKernelThread() {
        final List<List<Object>> both = new ArrayList<>();
        for (int cpu = 0; cpu < 2; cpu++) {
            final Proc user = bed.procs
                    .parts()
                    .get(cpu)
                    .exec(
                            new Image<>("counter", UserCounter::new),
                            UserBed.ALICE,
                            odonata.actors.usched.SchedParam.normal(0));
            for (final Port<Counting> port :
                    List.of((Port<Counting>) user.port(), bed.bed.spawn(cpu, Pri.KERN_DAEMON, KernelCounter::new))) {
                final List<Object> log = new ArrayList<>();
                both.add(log);
                bed.bed.tell(bed.bed.probe(0), probe -> script(probe.self(), port, log));
            }
        }
        assertThat(both.get(0)).containsExactly("sync 1", "sync 3", "EOPNOTSUPP", "async 6 EASYNC-free");
        assertThat(both).allMatch(both.get(0)::equals);
    }

    private static void script(final Td td, final Port<Counting> port, final List<Object> log) {
        td.doMsg(port, td.initMsg(new Counting.Add(1)), one -> {
            log.add("sync " + one.result());
            td.doMsg(port, one.reinit(new Counting.Add(2), td.port()), two -> {
                log.add("sync " + two.result());
                td.doMsg(port, td.initMsg(new Counting.Pass(null)), three -> {
                    log.add(three.error().name());
                    td.sendMsg(
                            port,
                            td.initMsg(new Counting.Add(3)),
                            four -> log.add("async " + four.result() + (four.isSync() ? " sync" : " EASYNC-free")));
                });
            });
        });
    }

    @Test
    void shouldCallAKernelThreadAndAnotherProcess() {
        final Proc client = bed.exec(0, UserBed.ALICE);
        final Proc server = bed.exec(1, UserBed.BOB);
        final var kernel = bed.bed.probe(1);
        bed.bed.quiet();
        bed.tell(client, probe -> probe.self().doMsg(kernel, probe.self().initMsg(new Probe.Cmd.Ask(1)), first -> {
            seen.add(first.result());
            probe.self()
                    .doMsg(
                            UserBed.port(server),
                            probe.self().initMsg(new UserProbe.Cmd.Ask(5)),
                            second -> seen.add(second.result()));
        }));
        assertThat(seen).containsExactly(2, 6);
    }

    @Test
    void shouldReceiveNothingElseWhileItWaits() {
        final Proc server = bed.exec(1, UserBed.BOB);
        final Proc client = bed.exec(0, UserBed.ALICE);
        bed.bed.quiet();
        bed.tell(client, probe -> probe.self()
                .doMsg(
                        UserBed.port(server),
                        probe.self().initMsg(new UserProbe.Cmd.Hold(1)),
                        reply -> seen.add("reply")));
        bed.tell(client, probe -> seen.add("request"));
        assertThat(seen).isEmpty();
        bed.tell(server, probe -> probe.self().replyMsg(probe.held.get(0), NetError.OK));
        assertThat(seen).containsExactly("reply", "request");
    }

    @Test
    void shouldForwardAbortAndGetFurtherRequests() {
        final Proc server = bed.exec(0, UserBed.ALICE);
        final Proc other = bed.exec(1, UserBed.BOB);
        final var client = bed.bed.probe(1);
        bed.bed.quiet();
        bed.bed.tell(client, probe -> probe.self()
                .sendMsg(
                        UserBed.port(server),
                        probe.self().initMsg(new UserProbe.Cmd.Hold(1)),
                        msg -> seen.add(msg.error())));
        bed.tell(server, probe -> probe.self().forwardMsg(UserBed.port(other), probe.held.remove(0)));
        bed.tell(other, probe -> probe.self().replyMsg(probe.held.remove(0), NetError.EACCES));
        bed.bed.tell(client, probe -> {
            final Msg<UserProbe.Cmd.Hold> msg =
                    probe.self().initMsg(new UserProbe.Cmd.Hold(2)).abortable();
            probe.self().sendMsg(UserBed.port(server), msg, reply -> seen.add(reply.error()));
            probe.self().after(5_000, () -> probe.self().abortMsg(msg));
        });
        assertThat(seen).containsExactly(NetError.EACCES, NetError.EINTR);
        bed.tell(server, probe -> {
            seen.add(probe.self().getPort() == null);
            probe.self().after(1_000, () -> seen.add("later"));
        });
        assertThat(seen).endsWith(true, "later");
    }

    @Test
    void shouldAnswerWhatItHeldWhenItDies() {
        final Proc server = bed.exec(0, UserBed.ALICE);
        final var client = bed.bed.probe(1);
        bed.bed.quiet();
        bed.bed.tell(client, probe -> probe.self()
                .sendMsg(
                        UserBed.port(server),
                        probe.self().initMsg(new UserProbe.Cmd.Hold(1)),
                        msg -> seen.add(msg.error())));
        bed.tell(server, probe -> {
            throw new IllegalStateException("a defect of the program");
        });
        bed.bed.tell(client, probe -> probe.self()
                .sendMsg(
                        UserBed.port(server),
                        probe.self().initMsg(new UserProbe.Cmd.Hold(1)),
                        msg -> seen.add(msg.error())));
        assertThat(seen).containsExactly(NetError.EFAULT, NetError.ESRCH);
        assertThat(bed.bed.takeDeaths()).hasSize(1);
        assertThat(server.isAlive()).isFalse();
    }
}
