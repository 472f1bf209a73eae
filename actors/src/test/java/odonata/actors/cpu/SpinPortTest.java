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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A port from which any thread may take; CPU 1 keeps it. */
class SpinPortTest {
    private final Bed bed = Bed.virtual(3).start();
    private final List<Object> log = new ArrayList<>();
    private final List<Msg<Hold>> got = new ArrayList<>();
    private final SpinPort<Hold> spin = SpinPort.on(bed.cpu(1));
    private Probe client;
    private final Port<Probe.Cmd> clientPort = bed.probe(0, Pri.KERN_DAEMON, probe -> client = probe);

    @AfterEach
    void close() {
        bed.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void shouldGiveToAThreadOfAnyCpu(final int cpu) {
        final Port<Probe.Cmd> taker = bed.probe(cpu);
        final Msg<Hold> msg = Msg.init(new Hold(1), clientPort);
        tell(td -> td.sendMsg(spin.port(), msg));
        assertThat(msg.isQueued()).isTrue();
        bed.tell(taker, probe -> probe.self().waitPort(spin, got::add));
        assertThat(got).containsExactly(msg);
        assertThat(msg.isQueued()).isFalse();
        bed.tell(taker, probe -> got.get(0).reply(NetError.OK, "result"));
        assertThat(client.replies).containsExactly(msg);
        assertThat(msg.result()).isEqualTo("result");
    }

    @Test
    void shouldLetAThreadWaitAndReceiveNothingElse() {
        final List<Probe> takers = new ArrayList<>();
        final Port<Probe.Cmd> taker = bed.probe(2, Pri.KERN_DAEMON, takers::add);
        bed.tell(taker, probe -> probe.self()
                .waitPort(spin, msg -> log.add(msg.command().n())));
        tell(td -> td.sendMsg(taker, td.initMsg(new Note(7), Port.none())));
        assertThat(takers.get(0).received).isEmpty();
        tell(td -> td.sendMsg(spin.port(), td.initMsg(new Hold(1))));
        assertThat(log).containsExactly(1);
        assertThat(takers.get(0).received).containsExactly(7);
    }

    @Test
    void shouldServeUrgentFirstAndWhoWaitsLongestFirst() {
        final Port<Probe.Cmd> second = bed.probe(2);
        bed.tell(clientPort, probe -> probe.self()
                .waitPort(spin, msg -> log.add("cpu 0 got " + msg.command().n())));
        bed.tell(second, probe -> probe.self()
                .waitPort(spin, msg -> log.add("cpu 2 got " + msg.command().n())));
        final Port<Probe.Cmd> sender = bed.probe(1);
        bed.tell(sender, probe -> probe.self().sendMsg(spin.port(), probe.self().initMsg(new Hold(1))));
        bed.tell(sender, probe -> probe.self().sendMsg(spin.port(), probe.self().initMsg(new Hold(2))));
        bed.tell(sender, probe -> probe.self().sendMsg(spin.port(), probe.self().initMsg(new Hold(3))));
        bed.tell(sender, probe -> probe.self()
                .sendMsg(spin.port(), probe.self().initMsg(new Hold(4)).urgent()));
        for (int i = 0; i < 2; i++) {
            bed.tell(second, probe -> probe.self()
                    .waitPort(spin, msg -> log.add("cpu 2 got " + msg.command().n())));
        }
        assertThat(log).containsExactly("cpu 0 got 1", "cpu 2 got 2", "cpu 2 got 4", "cpu 2 got 3");
        assertThat(spin.depth()).isZero();
        assertThat(bed.cpu(1).backlog().messages()).isZero();
    }

    @Test
    void shouldTakeRepliesToo() {
        final Port<Probe.Cmd> server = bed.probe(2);
        tell(td -> td.sendMsg(server, td.initMsg(new Ask(1), spin.port())));
        bed.tell(clientPort, probe -> probe.self().waitPort(spin, msg -> {
            log.add(msg.isReply());
            log.add(msg.isDone());
            log.add(msg.result());
        }));
        assertThat(log).containsExactly(true, true, 2);
    }

    @Test
    void shouldGiveTheAbortToWhoTookTheMessage() {
        final List<Probe> takers = new ArrayList<>();
        final Port<Probe.Cmd> taker = bed.probe(2, Pri.KERN_DAEMON, takers::add);
        final Msg<Hold> early = Msg.init(new Hold(1), clientPort).abortable();
        final Msg<Hold> late = Msg.init(new Hold(2), clientPort).abortable();
        tell(td -> {
            td.sendMsg(spin.port(), early);
            td.sendMsg(spin.port(), late);
            td.abortMsg(early);
        });
        bed.post(taker, probe -> {
            probe.whenAborted = msg -> msg.reply(NetError.EINTR);
            probe.self().waitPort(spin, msg -> log.add(msg.command().n()));
        });
        bed.quiet();
        assertThat(takers.get(0).aborts).containsExactly(early);
        bed.tell(taker, probe -> probe.self()
                .waitPort(spin, msg -> log.add(msg.command().n())));
        tell(td -> td.abortMsg(late));
        assertThat(log).containsExactly(1, 2);
        assertThat(takers.get(0).aborts).containsExactly(early, late);
        assertThat(client.replies).containsExactly(early, late);
    }

    private void tell(final Consumer<Td> function) {
        bed.tell(clientPort, probe -> function.accept(probe.self()));
    }
}
