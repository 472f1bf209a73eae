package odonata.actors.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import odonata.actors.lwkt.Pri;
import odonata.actors.port.Msg;
import odonata.actors.port.Port;
import odonata.actors.testing.Bed;
import odonata.actors.testing.Probe;
import odonata.actors.testing.Probe.Cmd.Do;
import odonata.actors.testing.Probe.Cmd.Note;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which thread of a CPU runs. A carrier of its own with large throughput would behave the same, so virtual time is enough. */
class SchedulerTest {
    private final Bed bed = Bed.virtual(1).start();
    private final List<String> log = new ArrayList<>();

    @AfterEach
    void close() {
        bed.close();
    }

    @Test
    void shouldRunTheHighestPriorityFirst() {
        final List<Port<Probe.Cmd>> ports = new ArrayList<>();
        for (final int pri : new int[] {Pri.USER_NORM, Pri.INT_MED, Pri.KERN_DAEMON, Pri.MAX, Pri.IDLE_WORK}) {
            ports.add(bed.probe(0, pri, probe -> {}));
        }
        bed.quiet();
        ports.forEach(port -> bed.post(port, probe -> log.add("" + probe.self().pri())));
        bed.quiet();
        assertThat(log).containsExactly("31", "28", "12", "6", "1");
    }

    @Test
    void shouldTakeTurnsInsideAPriority() {
        final Port<Probe.Cmd> a = bed.probe(0);
        final Port<Probe.Cmd> b = bed.probe(0);
        bed.quiet();
        for (int i = 0; i < 3; i++) {
            bed.post(a, probe -> log.add("a"));
            bed.post(b, probe -> log.add("b"));
        }
        bed.quiet();
        assertThat(log).containsExactly("a", "b", "a", "b", "a", "b");
    }

    @Test
    void shouldLetAWokenThreadOfHigherPriorityRunAtTheNextMessageBoundary() {
        final Port<Probe.Cmd> high = bed.probe(0, Pri.INT_MED, probe -> {});
        final Port<Probe.Cmd> low = bed.probe(0);
        bed.quiet();
        bed.post(low, probe -> {
            probe.self().sendMsg(high, probe.self().initMsg(new Do(p -> log.add("high")), Port.adone()));
            log.add("low goes on");
        });
        bed.post(low, probe -> log.add("low next"));
        bed.quiet();
        assertThat(log).containsExactly("low goes on", "high", "low next");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldNotTakeFurtherMessagesAfterYield(final boolean yield) {
        final Port<Probe.Cmd> port = bed.probe(0);
        bed.quiet();
        bed.post(port, probe -> {
            if (yield) {
                probe.self().yield();
            }
            log.add(probe.self().getPort() == null ? "nothing" : "next");
        });
        bed.cpu(0).injectMsg(port, Msg.init(new Note(1), Port.none()));
        bed.quiet();
        assertThat(log).containsExactly(yield ? "nothing" : "next");
    }

    @Test
    void shouldCountSwitchesMessagesAndTime() {
        final Port<Probe.Cmd> port = bed.probe(0);
        bed.quiet();
        final CpuCounters counters = bed.cpu(0).counters();
        final long messages = counters.get(CpuCounter.MESSAGES);
        final long busy = counters.busyNs(ThreadClass.KERNEL);
        bed.tell(port, probe -> probe.self().charge(1_234));
        bed.conductor.runUntil(1_000_000);
        bed.tell(port, probe -> {});
        final CostModel costs = bed.conductor.costs();
        assertThat(counters.get(CpuCounter.MESSAGES) - messages).isEqualTo(2);
        assertThat(counters.busyNs(ThreadClass.KERNEL) - busy)
                .isBetween(
                        1_234 + 2 * costs.messageNs(),
                        1_234
                                + 2
                                        * (costs.messageNs()
                                                + costs.switchNs().warm()
                                                + costs.sendNs().warm()));
        assertThat(counters.get(CpuCounter.IDLE_NS)).isGreaterThan(900_000);
        assertThat(counters.get(CpuCounter.SWITCHES)).isPositive();
    }

    @Test
    void shouldCountWhatWaitsForEachThread() {
        final Port<Probe.Cmd> port = bed.probe(0);
        bed.quiet();
        final ThreadCounters thread = bed.cpu(0).counters().threads().get(0);
        assertThat(thread.name()).isEqualTo("thread");
        assertThat(thread.portIndex()).isEqualTo(port.index());
        bed.post(port, probe -> {
            probe.self().charge(1_000);
            log.add(thread.depth() + " waiting");
        });
        bed.post(port, probe -> {});
        bed.post(port, probe -> {});
        bed.quiet();
        assertThat(log).containsExactly("2 waiting");
        assertThat(thread.depth()).isZero();
        assertThat(thread.highWater()).isEqualTo(3);
        assertThat(thread.served()).isEqualTo(3);
        assertThat(thread.batches()).isGreaterThanOrEqualTo(3);
        assertThat(thread.oldestWaitNs(bed.conductor.nowNs())).isZero();
    }

    @Test
    void shouldNotAccountWhenAccountingIsOff() {
        final CpuSettings d = CpuSettings.defaults();
        final CpuSettings off =
                new CpuSettings(16, 16, 8, 1, 1, 0, 0, d.highwater(), d.inbox(), d.rollupBatch(), false, 0);
        try (Bed quietBed = Bed.virtual(1, off).start()) {
            final Port<Probe.Cmd> port = quietBed.probe(0);
            quietBed.tell(port, probe -> probe.self().charge(1_234));
            assertThat(quietBed.cpu(0).counters().busyNs()).isZero();
        }
    }
}
