package odonata.actors.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
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
import org.junit.jupiter.api.Test;

/** Dropping requests that nobody waits for. */
class DropTest {
    private final Bed bed = Bed.virtual(2).start();
    private final List<Object> log = new ArrayList<>();
    private Probe client;
    private Probe server;
    private final Port<Probe.Cmd> clientPort = bed.probe(0, Pri.KERN_DAEMON, probe -> client = probe);
    private final Port<Probe.Cmd> serverPort = bed.probe(1, Pri.KERN_DAEMON, probe -> server = probe);

    DropTest() {
        bed.quiet();
    }

    @AfterEach
    void close() {
        bed.close();
    }

    @Test
    void I29_dropsWhatIsStillQueuedOnTheCallersPortAndMakesItReusable() {
        final Msg<Ask> msg = droppable(new Ask(1));
        final Msg<Ask> next = droppable(new Ask(2));
        bed.post(serverPort, probe -> {
            probe.self().charge(1_000_000);
            sendDropFromNext(probe.self(), msg);
        });
        tell(td -> {
            td.sendMsg(serverPort, msg);
            td.sendMsg(serverPort, next);
        });
        assertThat(log).containsExactly(NetError.OK, true, NetError.ENOENT);
        assertThat(server.received).containsExactly(2);
        assertThat(client.replies).containsExactly(next);
        assertThat(msg.flags()).isEqualTo(Msg.DONE | Msg.DROPABLE);
        assertThat(bed.cpu(1).backlog().messages()).isZero();

        tell(td -> td.sendMsg(serverPort, msg));
        assertThat(client.replies).containsExactly(next, msg);
    }

    @Test
    void I29_findsNothingWhenItWasReceived() {
        final Msg<Hold> msg = droppable(new Hold(1));
        tell(td -> td.sendMsg(serverPort, msg));
        bed.tell(serverPort, probe -> log.add(probe.self().dropMsg(msg)));
        assertThat(log).containsExactly(NetError.ENOENT);
        assertThat(msg.isDone()).isFalse();
        bed.tell(serverPort, probe -> probe.held.get(0).reply(NetError.OK));
        assertThat(client.replies).containsExactly(msg);
    }

    @Test
    void I29_findsNothingWhenItWasReplied() {
        final Msg<Ask> msg = droppable(new Ask(1));
        tell(td -> td.sendMsg(serverPort, msg));
        bed.tell(serverPort, probe -> log.add(probe.self().dropMsg(msg)));
        assertThat(log).containsExactly(NetError.ENOENT);
    }

    @Test
    void shouldNotDropAReplyOnItsWayHome() {
        final Msg<Ask> own = droppable(new Ask(1));
        tell(td -> {
            td.sendMsg(clientPort, own);
            td.sendMsg(clientPort, td.initMsg(new Probe.Cmd.Do(probe -> log.add(td.dropMsg(own))), Port.adone()));
        });
        assertThat(log).containsExactly(NetError.ENOENT);
        assertThat(client.replies).containsExactly(own);
    }

    @Test
    void shouldForgetTheContinuationOfWhatWasDropped() {
        final Msg<Note> msg = droppable(new Note(1));
        bed.post(serverPort, probe -> {
            probe.self().charge(1_000_000);
            sendDropFromNext(probe.self(), msg);
        });
        tell(td -> td.sendMsg(serverPort, msg, reply -> log.add("continuation")));
        assertThat(log).containsExactly(NetError.OK, true, NetError.ENOENT);
        tell(td -> td.sendMsg(new Port<>(1, 999), msg));
        assertThat(log).doesNotContain("continuation");
        assertThat(client.replies).containsExactly(msg);
    }

    @Test
    void shouldRefuseAnotherThreadThanTheOwnerOfThePort() {
        final Msg<Hold> msg = droppable(new Hold(1));
        tell(td -> td.sendMsg(serverPort, msg));
        tell(td -> td.dropMsg(msg));
        assertThat(bed.takePanics()).singleElement().asString().contains("owner of the port");
    }

    @Test
    void shouldRefuseAMessageThatIsWaitedFor() {
        final Msg<Hold> msg = Msg.init(new Hold(1), clientPort);
        tell(td -> td.sendMsg(serverPort, msg));
        bed.tell(serverPort, probe -> probe.self().dropMsg(msg));
        assertThat(bed.takePanics()).singleElement().asString().contains("waits for");
    }

    @Test
    void shouldRefuseToWaitForADroppableMessage() {
        tell(td -> td.doMsg(serverPort, droppable(new Ask(1)), reply -> {}));
        assertThat(bed.takePanics()).singleElement().asString().contains("may be dropped");
        assertThat(server.received).isEmpty();
    }

    /** Drops it in the next message but one, ahead of which it was queued meanwhile. */
    private void sendDropFromNext(final Td td, final Msg<?> msg) {
        final Probe.Cmd drop = new Probe.Cmd.Do(probe -> {
            log.add(td.dropMsg(msg));
            log.add(td.checkMsg(msg));
            log.add(td.dropMsg(msg));
        });
        td.sendMsg(serverPort, td.initMsg(drop, Port.adone()).urgent());
    }

    private <D> Msg<D> droppable(final D command) {
        return Msg.init(command, clientPort).droppable();
    }

    private void tell(final Consumer<Td> function) {
        bed.tell(clientPort, probe -> function.accept(probe.self()));
    }
}
