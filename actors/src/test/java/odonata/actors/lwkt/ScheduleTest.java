package odonata.actors.lwkt;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import odonata.actors.port.Msg;
import odonata.actors.port.Port;
import odonata.actors.testing.Bed;
import odonata.actors.testing.Probe;
import odonata.actors.testing.Probe.Cmd.Note;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code lwkt_schedule}, {@code lwkt_deschedule}, {@code lwkt_setpri}. */
class ScheduleTest {
    private final Bed bed = Bed.virtual(2).start();
    private final List<String> log = new ArrayList<>();
    private Probe thread;
    private final Port<Probe.Cmd> port = bed.probe(0, Pri.KERN_DAEMON, probe -> thread = probe);
    private final Port<Probe.Cmd> here = bed.probe(0);
    private final Port<Probe.Cmd> there = bed.probe(1);

    ScheduleTest() {
        bed.quiet();
    }

    @AfterEach
    void close() {
        bed.close();
    }

    private void note(final int n) {
        bed.cpu(0).injectMsg(port, Msg.init(new Note(n), Port.none()));
        bed.quiet();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldTakeNothingWhileDescheduled(final boolean sameCpu) {
        bed.tell(port, probe -> probe.self().deschedule());
        note(1);
        note(2);
        assertThat(thread.received).isEmpty();
        bed.tell(sameCpu ? here : there, probe -> probe.self().schedule(port));
        assertThat(thread.received).containsExactly(1, 2);
        note(3);
        assertThat(thread.received).containsExactly(1, 2, 3);
    }

    @Test
    void shouldTakeNoFurtherMessageOfTheSameBatchAfterItHasDescheduledItself() {
        bed.post(port, probe -> {
            probe.self().deschedule();
            log.add(probe.self().getPort() == null ? "nothing" : "next");
        });
        note(1);
        assertThat(log).containsExactly("nothing");
        assertThat(thread.received).isEmpty();
    }

    @Test
    void shouldKeepAReplyUntilScheduled() {
        bed.tell(port, probe -> {
            probe.self()
                    .doMsg(there, probe.self().initMsg(new Probe.Cmd.Ask(1)), reply -> log.add("" + reply.result()));
            probe.self().deschedule();
        });
        assertThat(log).isEmpty();
        bed.tell(there, probe -> probe.self().schedule(port));
        assertThat(log).containsExactly("2");
    }

    @Test
    void I11_scheduledTwiceIsScheduledOnce() {
        bed.tell(port, probe -> probe.self().deschedule());
        note(1);
        bed.tell(there, probe -> {
            probe.self().schedule(port);
            probe.self().schedule(port);
        });
        bed.tell(port, probe -> probe.self().deschedule());
        note(2);
        assertThat(thread.received).containsExactly(1);
        bed.tell(there, probe -> probe.self().schedule(port));
        assertThat(thread.received).containsExactly(1, 2);
    }

    @Test
    void shouldDescheduleAnother() {
        bed.tell(there, probe -> probe.self().deschedule(port));
        note(1);
        assertThat(thread.received).isEmpty();
        bed.tell(here, probe -> probe.self().schedule(port));
        assertThat(thread.received).containsExactly(1);
    }

    @Test
    void shouldDoNothingToAThreadThatIsNotThere() {
        bed.tell(there, probe -> probe.self().schedule(new Port<>(0, 4_711)));
    }

    @Test
    void I18_setpriAloneCausesNoSwitch() {
        bed.post(here, probe -> {
            bed.cpu(0).setPri(thread.self().thread(), Pri.INT_HIGH);
            probe.self().sendMsg(port, Msg.init(new Probe.Cmd.Do(p -> log.add("high")), Port.adone()));
            log.add("goes on");
        });
        bed.quiet();
        assertThat(log).containsExactly("goes on", "high");
    }

    @Test
    void shouldRunByItsNewPriority() {
        final Port<Probe.Cmd> rival = bed.probe(0, Pri.SOFT_NORM, probe -> {});
        bed.quiet();
        bed.tell(port, probe -> probe.self().setPri(Pri.INT_MED));
        assertThat(thread.self().pri()).isEqualTo(Pri.INT_MED);
        bed.post(rival, probe -> log.add("rival"));
        bed.post(port, probe -> log.add("thread"));
        bed.quiet();
        assertThat(log).containsExactly("thread", "rival");
    }

    @Test
    void shouldRefuseThePriorityOfTheIdleThread() {
        bed.tell(port, probe -> probe.self().setPri(Pri.IDLE_THREAD));
        assertThat(bed.takePanics()).hasSize(1).first().asString().contains("allowed are 1..31");
    }
}
