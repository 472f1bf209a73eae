package odonata.actors.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import odonata.actors.lwkt.Pri;
import odonata.actors.port.Port;
import odonata.actors.testing.Bed;
import odonata.actors.testing.Probe;
import odonata.actors.testing.Probe.Cmd.Ask;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("slow")
class ManyCpusTest {
    private static final int CPUS = 128;

    @Test
    void shouldRunOneHundredAndTwentyEightCpusInOneJvm() {
        final int[] answers = {0};
        try (Bed bed = Bed.virtual(CPUS).start()) {
            final Port<Probe.Cmd> server = bed.probe(CPUS - 1);
            for (int cpu = 0; cpu < CPUS; cpu++) {
                bed.post(bed.probe(cpu, Pri.KERN_DAEMON, probe -> {}), probe -> probe.self()
                        .doMsg(server, probe.self().initMsg(new Ask(1)), reply -> answers[0]++));
            }
            bed.quiet();
            assertThat(answers[0]).isEqualTo(CPUS);
            assertThat(bed.cpu(0).crossbar().ringTo(1))
                    .as("rings come when a pair first talks")
                    .isNull();
        }
    }
}
