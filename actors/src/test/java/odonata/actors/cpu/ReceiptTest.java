package odonata.actors.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import odonata.actors.lwkt.Pri;
import odonata.actors.lwkt.Td;
import odonata.actors.port.Msg;
import odonata.actors.port.Port;
import odonata.actors.port.SyncPort;
import odonata.actors.testing.Bed;
import odonata.actors.testing.Probe;
import odonata.actors.testing.Probe.Cmd.Ask;
import odonata.actors.testing.Probe.Cmd.Hold;
import odonata.actors.testing.Probe.Cmd.Note;
import odonata.protocol.errno.NetError;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Receipts, the bits of the protocol, and the test whether a message is done. */
class ReceiptTest {
    private final Bed bed = Bed.virtual(3).start();
    private final List<Object> log = new ArrayList<>();
    private Probe client;
    private Probe server;
    private final Port<Probe.Cmd> clientPort = bed.probe(0, Pri.KERN_DAEMON, probe -> client = probe);
    private Port<Probe.Cmd> serverPort;

    @AfterEach
    void close() {
        bed.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void shouldRunOnceOnTheCpuOfThePortBeforeItIsReceived(final int cpu) {
        serverOn(cpu);
        final Msg<Hold> msg = Msg.init(new Hold(1), clientPort);
        msg.receipt(got -> {
            log.add(bed.cpu(0).curthread() == null ? 1 : 0);
            log.add(got.target());
            log.add(List.copyOf(server.received));
        });
        tell(td -> td.sendMsg(serverPort, msg));
        assertThat(log).containsExactly(cpu, serverPort, List.of());
        assertThat(server.received).containsExactly(1);
        assertThat(msg.flags() & Msg.RECEIPT).isZero();
    }

    @Test
    void shouldNotRunAgainWhenForwardedOrSentAgain() {
        serverOn(2);
        final Port<Probe.Cmd> middle = bed.spawn(1, Pri.KERN_DAEMON, td -> new Forwarder(td, serverPort));
        final Msg<Ask> msg = Msg.init(new Ask(1), clientPort);
        msg.receipt(got -> log.add(got.target()));
        tell(td -> td.sendMsg(middle, msg));
        tell(td -> td.sendMsg(middle, msg));
        assertThat(log).containsExactly(middle);
        assertThat(client.replies).hasSize(2);
    }

    @Test
    void shouldRunWhenASynchronousPortGetsIt() {
        final Port<Ask> sync = bed.cpu(0).register(0, SyncPort.putOnly(msg -> {
            log.add("put");
            return NetError.OK;
        }));
        final Msg<Ask> msg = Msg.init(new Ask(1), clientPort).receipt(got -> log.add("receipt"));
        tell(td -> td.doMsg(sync, msg, reply -> log.add("reply")));
        assertThat(log).containsExactly("receipt", "put", "reply");
    }

    @Test
    void shouldNotRunWhenThereIsNoPort() {
        tell(td -> td.sendMsg(new Port<>(1, 999), td.initMsg(new Ask(1)).receipt(got -> log.add("receipt"))));
        assertThat(log).isEmpty();
        assertThat(client.replies).singleElement().satisfies(msg -> assertThat(msg.error())
                .isEqualTo(NetError.ESRCH));
    }

    @Test
    void shouldCarryTheBitsOfTheProtocolThereAndBack() {
        serverOn(1);
        final Msg<Hold> msg = Msg.init(new Hold(1), clientPort);
        msg.setUser(Msg.USER0 | Msg.USER3);
        tell(td -> td.sendMsg(serverPort, msg));
        bed.tell(serverPort, probe -> {
            log.add(probe.held.get(0).user());
            probe.held.get(0).clearUser(Msg.USER0);
            probe.held.get(0).setUser(Msg.USER1);
            probe.held.get(0).reply(NetError.OK);
        });
        assertThat(log).containsExactly(Msg.USER0 | Msg.USER3);
        assertThat(msg.user()).isEqualTo(Msg.USER1 | Msg.USER3);
        assertThat(msg.reinit(clientPort).user()).isZero();
    }

    @Test
    void shouldRefuseBitsThatAreNotTheProtocols() {
        tell(td -> td.initMsg(new Note(1)).setUser(Msg.DONE));
        assertThat(bed.takePanics()).singleElement().asString().contains("not bits of the protocol");
    }

    @Test
    void shouldTellWhetherAMessageIsDone() {
        serverOn(1);
        final Msg<Ask> msg = Msg.init(new Ask(1), clientPort);
        tell(td -> {
            log.add(td.checkMsg(msg));
            td.sendMsg(serverPort, msg);
            log.add(td.checkMsg(msg));
        });
        tell(td -> log.add(td.checkMsg(msg)));
        assertThat(log).containsExactly(true, false, true);
    }

    private void serverOn(final int cpu) {
        serverPort = bed.probe(cpu, Pri.KERN_DAEMON, probe -> server = probe);
        bed.quiet();
    }

    private void tell(final Consumer<Td> function) {
        bed.tell(clientPort, probe -> function.accept(probe.self()));
    }
}
