package odonata.actors.lwkt;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import odonata.actors.cpu.CpuSettings;
import odonata.actors.cpu.ThreadClass;
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

class LwktThreadTest {
    private final Bed bed = Bed.virtual(2).start();
    private Probe thread;
    private final Port<Probe.Cmd> port = bed.probe(1, Pri.SOFT_NORM, probe -> thread = probe);

    LwktThreadTest() {
        bed.quiet();
    }

    @AfterEach
    void close() {
        bed.close();
    }

    @Test
    void shouldKnowItself() {
        final Td td = thread.self();
        assertThat(td.cpu()).isEqualTo(1);
        assertThat(td.gd()).isSameAs(bed.cpu(1));
        assertThat(td.member()).isEqualTo(1);
        assertThat(td.name()).isEqualTo("thread");
        assertThat(td.pri()).isEqualTo(Pri.SOFT_NORM);
        assertThat(td.port()).isEqualTo(port);
    }

    @Test
    void shouldTakeTheWellKnownPortAskedFor() {
        final Port<Probe.Cmd> tcp = bed.cpu(0)
                .spawn(
                        "tcp_thread 0",
                        Pri.KERN_DAEMON,
                        Port.TCP_THREAD,
                        ThreadClass.TCP,
                        LwktThread.behavior(Probe::new));
        assertThat(tcp).isEqualTo(new Port<>(0, Port.TCP_THREAD));
        assertThat(port.index()).isGreaterThanOrEqualTo(Port.FIRST_DYNAMIC);
        bed.tell(tcp, probe -> assertThat(probe.self().name()).isEqualTo("tcp_thread 0"));
    }

    @Test
    void shouldReceiveWhatWasSentBeforeItFirstRan() {
        final List<Probe> made = new ArrayList<>();
        final Port<Probe.Cmd> late = bed.probe(0, Pri.KERN_DAEMON, made::add);
        bed.cpu(0).injectMsg(late, Msg.init(new Note(3), Port.none()));
        bed.quiet();
        assertThat(made.get(0).received).containsExactly(3);
    }

    @Test
    void shouldRollUpWhenThePortIsEmpty() {
        bed.quiet();
        final int before = thread.rollups;
        for (int i = 0; i < 10; i++) {
            bed.cpu(1).injectMsg(port, Msg.init(new Note(i), Port.none()));
        }
        bed.quiet();
        assertThat(thread.received).hasSize(10);
        assertThat(thread.rollups - before).isEqualTo(1);
    }

    @Test
    void shouldRollUpAfterALongBatchToo() {
        final int batch = CpuSettings.defaults().rollupBatch();
        bed.quiet();
        final int before = thread.rollups;
        bed.conductor.at(bed.conductor.nowNs(), () -> {
            for (int i = 0; i < 2 * batch + 10; i++) {
                bed.cpu(1).transport().sendMsg(Msg.init(new Note(i), Port.none()), port);
            }
        });
        bed.quiet();
        assertThat(thread.rollups - before).isEqualTo(3);
    }

    @Test
    void shouldNotRollUpWhileItWaits() {
        final List<Probe> servers = new ArrayList<>();
        final Port<Probe.Cmd> server = bed.probe(0, Pri.KERN_DAEMON, servers::add);
        bed.quiet();
        final int before = thread.rollups;
        bed.tell(port, probe -> probe.self().doMsg(server, probe.self().initMsg(new Hold(1)), reply -> {}));
        assertThat(thread.rollups).isEqualTo(before);
        bed.tell(server, probe -> servers.get(0).held.get(0).reply(NetError.OK));
        assertThat(thread.rollups).isEqualTo(before + 1);
    }

    @Test
    void shouldGiveRepliesWithoutContinuationToOnReply() {
        final Port<Probe.Cmd> server = bed.probe(0);
        bed.tell(port, probe -> probe.self().sendMsg(server, probe.self().initMsg(new Ask(1))));
        assertThat(thread.replies).singleElement().satisfies(msg -> assertThat(msg.result())
                .isEqualTo(2));
    }
}
