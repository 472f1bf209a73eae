package odonata.actors.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import odonata.actors.lwkt.Pri;
import odonata.actors.port.Msg;
import odonata.actors.port.Port;
import odonata.actors.testing.Bed;
import odonata.actors.testing.Probe;
import odonata.actors.testing.Probe.Cmd.Note;
import odonata.protocol.errno.KernelPanic;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PanicTest {
    private final Bed bed = Bed.virtual(2).start();
    private Probe bystander;
    private final Port<Probe.Cmd> bystanderPort = bed.probe(0, Pri.KERN_DAEMON, probe -> bystander = probe);
    private final KernelPanic defect = new KernelPanic("defect");

    @BeforeEach
    void quiet() {
        bed.quiet();
    }

    @AfterEach
    void close() {
        bed.close();
    }

    @Test
    void shouldReportAnExceptionOfAThreadOnceAndRunNoThreadAfterIt() {
        final Port<Probe.Cmd> bad = bed.probe(0);
        bed.quiet();
        bed.post(bad, probe -> {
            throw defect;
        });
        bed.post(bad, probe -> {
            throw new KernelPanic("second");
        });
        bed.cpu(0).injectMsg(bystanderPort, Msg.init(new Note(1), Port.none()));
        bed.quiet();
        assertThat(bed.takePanics()).containsExactly(defect);
        assertThat(bystander.received).isEmpty();
    }

    @Test
    void shouldLeaveTheOtherCpusRunning() {
        final Port<Probe.Cmd> bad = bed.probe(1);
        bed.tell(bad, probe -> {
            throw defect;
        });
        bed.cpu(0).injectMsg(bystanderPort, Msg.init(new Note(1), Port.none()));
        bed.quiet();
        assertThat(bed.takePanics()).containsExactly(defect);
        assertThat(bystander.received).containsExactly(1);
    }

    @Test
    void shouldReportAThreadThatCannotBeMade() {
        bed.spawn(0, Pri.KERN_DAEMON, td -> {
            throw defect;
        });
        bed.quiet();
        assertThat(bed.takePanics()).containsExactly(defect);
    }

    @Test
    void shouldReportAPlainBehaviourThatFails() {
        final Behavior<Msg<String>> failing = Behaviors.receiveMessage(msg -> {
            throw defect;
        });
        final Port<String> port = bed.cpu(0).spawn("failing", Pri.KERN_DAEMON, 0, ThreadClass.USER, failing);
        bed.cpu(0).injectMsg(port, Msg.init("go", Port.none()));
        bed.quiet();
        assertThat(bed.takePanics()).containsExactly(defect);
    }

    @Test
    void shouldReportInjectedFunctionsCalloutsAndIpis() {
        bed.cpu(0).inject(() -> {
            throw defect;
        });
        bed.quiet();
        assertThat(bed.takePanics()).containsExactly(defect);
        bed.cpu(1).sendIpi(0, cpu -> {
            throw defect; // a halted CPU reports no second time
        });
        bed.quiet();
        bed.cpu(1)
                .callout(() -> {
                    throw defect;
                })
                .reset(10);
        bed.quiet();
        assertThat(bed.takePanics()).containsExactly(defect);
    }

    @Test
    void shouldReportAnIpiThatFails() {
        bed.cpu(1).sendIpi(0, cpu -> {
            throw defect;
        });
        bed.quiet();
        assertThat(bed.takePanics()).containsExactly(defect);
    }
}
