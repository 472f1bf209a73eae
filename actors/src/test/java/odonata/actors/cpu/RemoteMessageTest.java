package odonata.actors.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import odonata.actors.lwkt.Pri;
import odonata.actors.lwkt.Td;
import odonata.actors.port.Msg;
import odonata.actors.port.Port;
import odonata.actors.testing.Bed;
import odonata.actors.testing.Probe;
import odonata.actors.testing.Probe.Cmd.Ask;
import odonata.actors.testing.Probe.Cmd.Hold;
import odonata.actors.testing.Probe.Cmd.Note;
import odonata.protocol.errno.NetError;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Messages between members: CPUs 0 and 1 are member 1, CPU 10 is member 2, CPU 20 is member 3. */
class RemoteMessageTest {
    private final Bed bed = Bed.virtualEmpty();
    private final FakeUplink uplink = new FakeUplink(bed, 8);
    private final List<Object> log = new ArrayList<>();
    private Port<Probe.Cmd> clientPort;
    private Port<Probe.Cmd> serverPort;
    private Probe client;
    private Probe server;

    @BeforeEach
    void start() {
        bed.addMachine(1, 0, 2, uplink);
        bed.addMachine(2, 10, 1, uplink);
        bed.addMachine(3, 20, 1, uplink);
        clientPort = bed.probe(0, Pri.KERN_DAEMON, probe -> client = probe);
        serverPort = bed.probe(10, Pri.KERN_DAEMON, probe -> server = probe);
        bed.start();
        bed.quiet();
    }

    @AfterEach
    void close() {
        bed.close();
    }

    @Test
    void shouldCompleteTheOriginalWithTheReplyOfTheProxy() {
        final Msg<Ask> msg = Msg.init(new Ask(1), clientPort);
        tell(td -> td.doMsg(serverPort, msg, reply -> log.add(reply.result())));
        assertThat(log).containsExactly(2);
        assertThat(msg.isDone()).isTrue();
        assertThat(msg.originId()).isZero();
        assertThat(outstanding(0)).isZero();
        assertThat(uplink.flushes).isPositive();
    }

    @Test
    void shouldHandTheProxyToTheServerNotTheOriginal() {
        final Msg<Hold> msg = Msg.init(new Hold(1), clientPort);
        tell(td -> td.sendMsg(serverPort, msg));
        final Msg<Hold> proxy = server.held.get(0);
        assertThat(proxy).isNotSameAs(msg);
        assertThat(proxy.isProxy()).isTrue();
        assertThat(proxy.replyPort()).isEqualTo(clientPort);
        assertThat(outstanding(0)).isEqualTo(1);
        bed.tell(serverPort, probe -> proxy.reply(NetError.EAGAIN));
        assertThat(client.replies).containsExactly(msg);
        assertThat(msg.error()).isEqualTo(NetError.EAGAIN);
    }

    @Test
    void shouldWaitForNoReplyWhereNoneIsWanted() {
        tell(td -> td.sendMsg(serverPort, td.initMsg(new Note(5), Port.none())));
        assertThat(server.received).containsExactly(5);
        assertThat(outstanding(0)).isZero();
    }

    @Test
    void shouldAnswerForAThreadThatIsNotThere() {
        tell(td -> td.doMsg(new Port<Ask>(10, 999), td.initMsg(new Ask(1)), reply -> log.add(reply.error())));
        assertThat(log).containsExactly(NetError.ESRCH);
    }

    @Test
    void shouldAnswerEinvalToWhatTheThreadDoesNotKnow() {
        tell(td -> td.doMsg(
                new Port<String>(10, serverPort.index()), td.initMsg("nonsense"), reply -> log.add(reply.error())));
        assertThat(log).containsExactly(NetError.EINVAL);
    }

    @Test
    void shouldNotPanicWhenAPeersMessageWithoutReplyIsReplied() {
        tell(td -> td.sendMsg(serverPort, td.initMsg(new Ask(1), Port.none())));
        assertThat(server.received).containsExactly(1);
    }

    @Test
    void shouldCompleteOnceWithHostDownAndDiscardTheLateReply() {
        final Msg<Hold> msg = Msg.init(new Hold(1), clientPort);
        final Msg<Hold> other = Msg.init(new Hold(2), clientPort);
        final Port<Probe.Cmd> third = bed.probe(20);
        tell(td -> {
            td.sendMsg(serverPort, msg);
            td.sendMsg(third, other);
        });

        bed.cpu(0).hostDown(Set.of(10));
        bed.quiet();

        assertThat(client.replies).containsExactly(msg);
        assertThat(msg.error()).isEqualTo(NetError.EHOSTDOWN);
        assertThat(other.isDone()).isFalse();
        bed.tell(serverPort, probe -> probe.held.get(0).reply(NetError.OK, "late"));
        assertThat(msg.error()).isEqualTo(NetError.EHOSTDOWN);
        assertThat(client.replies).hasSize(1);
        assertThat(bed.cpu(0).counters().get(CpuCounter.LATE_REPLIES)).isEqualTo(1);
        assertThat(bed.cpu(0).counters().get(CpuCounter.HOST_DOWN)).isEqualTo(1);
    }

    @Test
    void shouldLetTheWaitingThreadGoOnWhenTheHostDies() {
        tell(td -> td.doMsg(serverPort, td.initMsg(new Hold(1)), reply -> log.add(reply.error())));
        bed.cpu(0).hostDown(Set.of(10));
        bed.quiet();
        assertThat(log).containsExactly(NetError.EHOSTDOWN);
    }

    @Test
    void shouldReuseAMessageThatHostDownCompleted() {
        final Msg<Hold> msg = Msg.init(new Hold(1), clientPort);
        tell(td -> td.sendMsg(serverPort, msg));
        bed.cpu(0).hostDown(Set.of(10));
        bed.quiet();
        tell(td -> td.sendMsg(serverPort, msg.reinit(clientPort)));
        bed.tell(serverPort, probe -> probe.held.get(0).reply(NetError.OK, "late"));
        assertThat(msg.isDone()).isFalse();
        bed.tell(serverPort, probe -> probe.held.get(1).reply(NetError.OK, "true"));
        assertThat(msg.result()).isEqualTo("true");
    }

    @Test
    void shouldRefuseADeadCpuAtOnce() {
        uplink.dead.add(10);
        tell(td -> td.doMsg(serverPort, td.initMsg(new Ask(1)), reply -> log.add(reply.error())));
        assertThat(log).containsExactly(NetError.EHOSTDOWN);
    }

    @Test
    void shouldFollowAForwardToAnotherMember() {
        final List<Probe> last = new ArrayList<>();
        final Port<Probe.Cmd> third = bed.probe(20, Pri.KERN_DAEMON, last::add);
        final Port<Probe.Cmd> middle = bed.spawn(10, Pri.KERN_DAEMON, td -> new Forwarder(td, third));
        final Msg<Hold> msg = Msg.init(new Hold(1), clientPort);
        tell(td -> td.sendMsg(middle, msg));
        assertThat(msg.isDone()).isFalse();

        bed.tell(third, probe -> last.get(0).held.get(0).reply(NetError.OK, "by the third"));
        assertThat(msg.result()).isEqualTo("by the third");
        assertThat(client.replies).containsExactly(msg);
    }

    /** It may have been lost with it, on the way from one to the next. */
    @Test
    void shouldCompleteWithHostDownWhenOneDiedThatHadForwardedIt() {
        final List<Probe> last = new ArrayList<>();
        final Port<Probe.Cmd> third = bed.probe(20, Pri.KERN_DAEMON, last::add);
        final Port<Probe.Cmd> middle = bed.spawn(10, Pri.KERN_DAEMON, td -> new Forwarder(td, third));
        final Msg<Hold> msg = Msg.init(new Hold(1), clientPort);
        tell(td -> td.sendMsg(middle, msg));
        bed.cpu(0).hostDown(Set.of(10));
        bed.quiet();
        assertThat(msg.error()).isEqualTo(NetError.EHOSTDOWN);

        bed.tell(third, probe -> last.get(0).held.get(0).reply(NetError.OK, "late"));
        assertThat(msg.error()).isEqualTo(NetError.EHOSTDOWN);
        assertThat(client.replies).containsExactly(msg);
    }

    @Test
    void shouldCompleteWithHostDownWhenForwardNoticesOvertookEachOther() {
        final Msg<Hold> msg = Msg.init(new Hold(1), clientPort);
        tell(td -> td.sendMsg(serverPort, msg));
        bed.cpu(0).inject(() -> {
            bed.cpu(0).forwardedRemote(msg.originId(), 20);
            bed.cpu(0).forwardedRemote(msg.originId(), 1);
        });
        bed.quiet();
        bed.cpu(0).hostDown(Set.of(20));
        bed.quiet();
        assertThat(msg.error()).isEqualTo(NetError.EHOSTDOWN);
    }

    @Test
    void shouldCompleteWithHostDownWhenItWasForwardedToWhoDied() {
        final Port<Probe.Cmd> third = bed.probe(20);
        final Port<Probe.Cmd> middle = bed.spawn(10, Pri.KERN_DAEMON, td -> new Forwarder(td, third));
        final Msg<Hold> msg = Msg.init(new Hold(1), clientPort);
        tell(td -> td.sendMsg(middle, msg));
        bed.cpu(0).hostDown(Set.of(20));
        bed.quiet();
        assertThat(msg.error()).isEqualTo(NetError.EHOSTDOWN);
    }

    /** In whatever order the notices come. */
    @Test
    void shouldNotDependOnWhoHasPassedItOnWhenItHasComeFurther() {
        for (final int[] notices : new int[][] {{20, ~10}, {~10, 20}}) {
            final Msg<Hold> msg = Msg.init(new Hold(1), clientPort);
            tell(td -> td.sendMsg(serverPort, msg));
            bed.cpu(0).inject(() -> {
                bed.cpu(0).forwardedRemote(msg.originId(), notices[0]);
                bed.cpu(0).forwardedRemote(msg.originId(), notices[1]);
            });
            bed.quiet();
            bed.cpu(0).hostDown(Set.of(10));
            bed.quiet();
            assertThat(msg.isDone()).isFalse();
            bed.cpu(0).hostDown(Set.of(20));
            bed.quiet();
            assertThat(msg.error()).isEqualTo(NetError.EHOSTDOWN);
        }
    }

    @Test
    void shouldCompleteWhenTheForwardNoticeComesAfterTheDeath() {
        final Msg<Hold> msg = Msg.init(new Hold(1), clientPort);
        tell(td -> td.sendMsg(serverPort, msg));
        uplink.dead.add(20);
        bed.cpu(0).inject(() -> bed.cpu(0).forwardedRemote(msg.originId(), 20));
        bed.quiet();
        assertThat(msg.error()).isEqualTo(NetError.EHOSTDOWN);
    }

    @Test
    void shouldComeBackWhenForwardedToTheOriginsOwnMachine() {
        final Port<Probe.Cmd> home = bed.probe(1);
        final Port<Probe.Cmd> middle = bed.spawn(10, Pri.KERN_DAEMON, td -> new Forwarder(td, home));
        tell(td -> td.doMsg(middle, td.initMsg(new Ask(41)), reply -> log.add(reply.result())));
        assertThat(log).containsExactly(42);
        assertThat(outstanding(0)).isZero();
    }

    @Test
    void shouldExportWhatAnotherCpuOfTheMachineSent() {
        final Port<Probe.Cmd> middle = bed.spawn(1, Pri.KERN_DAEMON, td -> new Forwarder(td, serverPort));
        final Msg<Hold> msg = Msg.init(new Hold(1), clientPort);
        tell(td -> td.sendMsg(middle, msg));
        assertThat(outstanding(1)).isEqualTo(1);
        bed.tell(serverPort, probe -> probe.held.get(0).reply(NetError.OK, "result"));
        assertThat(client.replies).containsExactly(msg);
        assertThat(msg.result()).isEqualTo("result");
        assertThat(outstanding(1)).isZero();
    }

    @Test
    void shouldWaitForCreditAndLoseNothing() {
        final int n = 500;
        bed.post(clientPort, probe -> {
            for (int i = 0; i < n; i++) {
                probe.self().sendMsg(serverPort, probe.self().initMsg(new Ask(i)), reply -> log.add(reply.result()));
            }
        });
        bed.quiet();
        assertThat(uplink.refusals).isPositive();
        assertThat(server.received).hasSize(n);
        assertThat(log).hasSize(n);
        assertThat(bed.cpu(0).counters().messagesTo(10)).isEqualTo(n);
        assertThat(bed.cpu(0).counters().ringFullTo(10)).isPositive();
    }

    @Test
    void shouldEndTheWaitForCreditWhenTheHostDies() {
        uplink.onTheWay = uplink.credit;
        bed.conductor.at(1_000_000, () -> {
            uplink.dead.add(10);
            bed.cpu(0).hostDown(Set.of(10));
        });
        tell(td -> td.doMsg(serverPort, td.initMsg(new Ask(1)), reply -> log.add(reply.error())));
        assertThat(log).containsExactly(NetError.EHOSTDOWN);
        assertThat(outstanding(0)).isZero();
    }

    @Test
    void shouldRefuseAReplyPortOfAnotherMachine() {
        tell(td -> td.sendMsg(serverPort, td.initMsg(new Ask(1), serverPort)));
        assertThat(bed.takePanics()).singleElement().asString().contains("reply port on another machine");
    }

    private long outstanding(final int cpu) {
        return bed.cpu(cpu).transport().outstanding();
    }

    private void tell(final Consumer<Td> function) {
        bed.tell(clientPort, probe -> function.accept(probe.self()));
    }
}
