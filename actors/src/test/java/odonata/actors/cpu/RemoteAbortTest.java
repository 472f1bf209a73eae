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
import odonata.actors.testing.Probe.Cmd.Do;
import odonata.actors.testing.Probe.Cmd.Hold;
import odonata.protocol.errno.NetError;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Aborts between members: CPUs 0 and 1 are member 1, CPUs 10 and 11 member 2, CPU 20 is member 3. */
class RemoteAbortTest {
    private final Bed bed = Bed.virtualEmpty();
    private final FakeUplink uplink = new FakeUplink(bed, 8);
    private final List<Object> log = new ArrayList<>();
    private Port<Probe.Cmd> clientPort;
    private Port<Probe.Cmd> serverPort;
    private Port<Probe.Cmd> thirdPort;
    private Probe client;
    private Probe server;
    private Probe third;

    RemoteAbortTest() {
        bed.addMachine(1, 0, 2, uplink);
        bed.addMachine(2, 10, 2, uplink);
        bed.addMachine(3, 20, 1, uplink);
        clientPort = bed.probe(0, Pri.KERN_DAEMON, probe -> client = probe);
        serverPort = bed.probe(10, Pri.KERN_DAEMON, probe -> server = probe);
        thirdPort = bed.probe(20, Pri.KERN_DAEMON, probe -> third = probe);
        bed.start();
        bed.quiet();
        server.whenAborted = msg -> msg.reply(NetError.EINTR);
        third.whenAborted = msg -> msg.reply(NetError.EINTR);
    }

    @AfterEach
    void close() {
        bed.close();
        assertThat(bed.machines).flatExtracting(Machine::cpus).allSatisfy(cpu -> assertThat(
                        cpu.transport().aborts().proxies())
                .isZero());
    }

    @Test
    void shouldReachTheHolder() {
        final Msg<Hold> msg = send(serverPort);
        assertThat(bed.cpu(10).transport().aborts().proxies()).isEqualTo(1);
        tell(td -> td.abortMsg(msg));
        assertThat(server.received).containsExactly(1, "abort");
        expectInterrupted(msg);
        assertThat(uplink.entries).containsEntry("abort", 1);
    }

    @Test
    void shouldFollowOnTheHeelsOfTheMessage() {
        final Msg<Hold> msg = Msg.init(new Hold(1), clientPort).abortable();
        tell(td -> {
            td.sendMsg(serverPort, msg);
            td.abortMsg(msg);
        });
        assertThat(server.received).containsExactly(1, "abort");
        expectInterrupted(msg);
    }

    @Test
    void shouldFollowWhenAnotherCpuOfTheMachineHasPassedItOn() {
        final Port<Probe.Cmd> middle = bed.spawn(1, Pri.KERN_DAEMON, td -> new Forwarder(td, serverPort));
        final Msg<Hold> msg = send(middle);
        tell(td -> td.abortMsg(msg));
        expectInterrupted(msg);
    }

    @Test
    void shouldGoWithAMessageThatIsPassedOnAfterTheAbort() {
        final List<Probe> middles = new ArrayList<>();
        final Port<Probe.Cmd> middle = bed.probe(1, Pri.KERN_DAEMON, middles::add);
        final Msg<Hold> msg = send(middle);
        tell(td -> td.abortMsg(msg));
        bed.tell(middle, probe -> middles.get(0).held.get(0).forward(serverPort));
        assertThat(server.received).containsExactly(1, "abort");
        expectInterrupted(msg);
    }

    @Test
    void shouldFollowFromMemberToMember() {
        final Port<Probe.Cmd> middle = bed.spawn(10, Pri.KERN_DAEMON, td -> new Forwarder(td, thirdPort));
        final Msg<Hold> msg = send(middle);
        tell(td -> td.abortMsg(msg));
        assertThat(third.received).containsExactly(1, "abort");
        expectInterrupted(msg);
    }

    @Test
    void shouldFollowToAnotherCpuOfTheOtherMember() {
        final List<Probe> others = new ArrayList<>();
        final Port<Probe.Cmd> other = bed.probe(11, Pri.KERN_DAEMON, others::add);
        final Port<Probe.Cmd> middle = bed.spawn(10, Pri.KERN_DAEMON, td -> new Forwarder(td, other));
        final Msg<Hold> msg = send(middle);
        others.get(0).whenAborted = held -> held.reply(NetError.EINTR);
        tell(td -> td.abortMsg(msg));
        expectInterrupted(msg);
    }

    @Test
    void shouldFollowBackToTheOriginsOwnMachine() {
        final List<Probe> homes = new ArrayList<>();
        final Port<Probe.Cmd> home = bed.probe(1, Pri.KERN_DAEMON, homes::add);
        final Port<Probe.Cmd> middle = bed.spawn(10, Pri.KERN_DAEMON, td -> new Forwarder(td, home));
        final Msg<Hold> msg = send(middle);
        homes.get(0).whenAborted = held -> held.reply(NetError.EINTR);
        tell(td -> td.abortMsg(msg));
        expectInterrupted(msg);
    }

    /** The one that passes it on need not know of the abort: its notice makes the origin send it after. */
    @Test
    void shouldBeSentAfterAMessageThatWasPassedOnMeanwhile() {
        final Port<Probe.Cmd> slow = bed.spawn(10, Pri.KERN_DAEMON, td -> new Forwarder(td, thirdPort));
        final Msg<Hold> msg = Msg.init(new Hold(1), clientPort).abortable();
        tell(td -> {
            td.sendMsg(slow, msg);
            td.after(40_000, () -> td.abortMsg(msg)); // it has left CPU 10, whose notice is on its way
        });
        assertThat(third.received).containsExactly(1, "abort");
        expectInterrupted(msg);
    }

    @Test
    void shouldEvaporateWhenReplied() {
        final Msg<Ask> msg = Msg.init(new Ask(1), clientPort).abortable();
        tell(td -> {
            td.sendMsg(serverPort, msg);
            td.after(40_000, () -> td.abortMsg(msg));
        });
        assertThat(server.aborts).isEmpty();
        assertThat(client.replies).containsExactly(msg);
        assertThat(msg.error()).isEqualTo(NetError.OK);
    }

    @Test
    void shouldDoNothingWhenNotAbortable() {
        final Msg<Hold> msg = Msg.init(new Hold(1), clientPort);
        tell(td -> td.sendMsg(serverPort, msg));
        tell(td -> td.abortMsg(msg));
        assertThat(server.aborts).isEmpty();
        assertThat(uplink.entries).doesNotContainKey("abort");
        assertThat(bed.cpu(10).transport().aborts().proxies()).isZero();
    }

    @Test
    void shouldCompleteOnceWhenTheHostDies() {
        server.whenAborted = msg -> log.add("abort");
        final Msg<Hold> msg = send(serverPort);
        tell(td -> td.abortMsg(msg));
        bed.cpu(0).hostDown(Set.of(10));
        bed.quiet();
        assertThat(msg.error()).isEqualTo(NetError.EHOSTDOWN);
        bed.tell(serverPort, probe -> probe.held.get(0).reply(NetError.EINTR));
        assertThat(client.replies).containsExactly(msg);
        assertThat(msg.error()).isEqualTo(NetError.EHOSTDOWN);
    }

    @Test
    void shouldForgetTheStandInOfAThreadThatEnded() {
        bed.post(serverPort, probe -> {
            final Do exit = new Do(self -> self.self().exit());
            probe.self().sendMsg(serverPort, probe.self().initMsg(exit, Port.adone()));
            probe.self().charge(1_000_000); // until the message is here, behind the exit
        });
        final Msg<Hold> msg = send(serverPort);
        assertThat(msg.error()).isEqualTo(NetError.ESRCH);
    }

    @Test
    void shouldReplyThatAReceiptDoesNotTravel() {
        tell(td -> td.sendMsg(serverPort, td.initMsg(new Ask(1)).receipt(msg -> {}), reply -> log.add(reply.error())));
        assertThat(log).containsExactly(NetError.EOPNOTSUPP);
        assertThat(server.received).isEmpty();
    }

    @Test
    void shouldReplyThatASpinPortIsForItsOwnMachine() {
        final SpinPort<Hold> spin = SpinPort.on(bed.cpu(10));
        final Msg<SpinPort.Get> get = Msg.init(SpinPort.Get.INSTANCE, clientPort);
        tell(td -> td.sendMsg(spin.gets(), get));
        assertThat(get.error()).isEqualTo(NetError.EOPNOTSUPP);
    }

    private Msg<Hold> send(final Port<Probe.Cmd> target) {
        final Msg<Hold> msg = Msg.init(new Hold(1), clientPort).abortable();
        tell(td -> td.sendMsg(target, msg));
        return msg;
    }

    private void expectInterrupted(final Msg<Hold> msg) {
        assertThat(client.replies).containsExactly(msg);
        assertThat(msg.error()).isEqualTo(NetError.EINTR);
        assertThat(msg.isAborted()).isTrue();
        assertThat(bed.cpu(0).transport().outstanding()).isZero();
    }

    private void tell(final Consumer<Td> function) {
        bed.tell(clientPort, probe -> function.accept(probe.self()));
    }
}
