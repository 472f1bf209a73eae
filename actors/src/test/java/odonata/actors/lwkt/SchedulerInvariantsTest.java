package odonata.actors.lwkt;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import odonata.actors.cpu.CpuCounter;
import odonata.actors.cpu.TdFlag;
import odonata.actors.cpu.ThreadClass;
import odonata.actors.cpu.ThreadState;
import odonata.actors.cpu.ThreadState.Status;
import odonata.actors.port.Msg;
import odonata.actors.port.Port;
import odonata.actors.testing.Bed;
import odonata.actors.testing.Probe;
import odonata.protocol.clock.Seed;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What must hold of all threads of a CPU whenever one of them takes a message, while threads of three CPUs do at random what they may. */
class SchedulerInvariantsTest {
    private static final int CPUS = 3;
    private static final int SEEDS = 1_000;
    private static final int EVENTS = 12;
    private static final int SPAN_NS = 6_000;

    private final Bed bed = Bed.virtual(CPUS).start();
    private final List<Port<Probe.Cmd>> threads = new ArrayList<>();
    private final List<Port<Probe.Cmd>> servers = new ArrayList<>();
    private int checks;
    private int nested;
    private int done;
    private long value;

    @AfterEach
    void close() {
        bed.close();
    }

    @Test
    void I1_I2_I3_I8_oneRunsPerCpuTheBestOfItsQueueInsideThoseThatItPreempted() {
        for (int cpu = 0; cpu < CPUS; cpu++) {
            servers.add(bed.probe(cpu));
            threads.add(bed.probe(cpu));
            threads.add(bed.probe(cpu));
            threads.add(bed.probe(cpu, Pri.SOFT_NORM, probe -> {}));
            threads.add(interrupt(cpu, Pri.INT_LOW));
            threads.add(interrupt(cpu, Pri.INT_HIGH));
        }
        bed.quiet();
        for (value = 1; value <= SEEDS; value++) {
            final Seed seed = Seed.of(value);
            done = 0;
            for (int i = 0; i < EVENTS; i++) {
                final Seed own = seed.split(i);
                bed.conductor.at(
                        bed.conductor.nowNs() + seed.nextInt(SPAN_NS), () -> bed.post(any(own), p -> act(p, own)));
            }
            bed.quiet();
            assertThat(bed.panics).as("seed %d", value).isEmpty();
            assertThat(done).as("seed %d", value).isGreaterThanOrEqualTo(EVENTS);
            expectAllIdle();
        }
        assertThat(checks).isGreaterThan(SEEDS * EVENTS);
        assertThat(nested).isPositive();
        assertThat(bed.cpu(0).counters().get(CpuCounter.PREEMPTIONS)).isPositive();
        assertThat(bed.cpu(0).counters().get(CpuCounter.PREEMPT_MISSES)).isPositive();
    }

    private Port<Probe.Cmd> interrupt(final int cpu, final int pri) {
        return bed.cpu(cpu).spawn("intr", pri, 0, ThreadClass.INTERRUPT, LwktThread.behavior(Probe::new));
    }

    private Port<Probe.Cmd> any(final Seed seed) {
        return threads.get(seed.nextInt(threads.size()));
    }

    private void act(final Probe probe, final Seed seed) {
        final Td td = probe.self();
        check(td);
        done++;
        switch (seed.nextInt(7)) {
            case 0 -> td.charge(1 + seed.nextInt(1_000));
            case 1 -> td.yield();
            case 2 -> td.schedule(any(seed));
            case 3 -> {
                td.critEnter();
                pass(td, seed);
                td.charge(1 + seed.nextInt(500));
                td.critExit();
            }
            case 4 ->
                td.doMsg(servers.get(seed.nextInt(CPUS)), td.initMsg(new Probe.Cmd.Ask(1)), reply -> expectRunning(td));
            default -> {
                pass(td, seed);
                td.charge(1 + seed.nextInt(500));
                if (seed.chance(0.5)) {
                    pass(td, seed);
                }
            }
        }
    }

    private void pass(final Td td, final Seed seed) {
        td.sendMsg(any(seed), Msg.init(new Probe.Cmd.Do(probe -> act(probe, seed.split(done))), Port.adone()));
    }

    private ThreadState expectRunning(final Td td) {
        final List<ThreadState> running = td.gd().threads().stream()
                .filter(t -> t.status() == Status.RUNNING)
                .toList();
        assertThat(running)
                .as("seed %d", value)
                .singleElement()
                .returns(td.<Probe.Cmd>port().index(), ThreadState::portIndex);
        return running.get(0);
    }

    private void check(final Td td) {
        checks++;
        final ThreadState running = expectRunning(td);
        assertThat(running.flags()).as("seed %d", value).contains(TdFlag.RUNNING, TdFlag.RUNQ);
        int preempting = running.flags().contains(TdFlag.PREEMPTING) ? 1 : 0;
        int preempted = 0;
        for (final ThreadState other : td.gd().threads()) {
            if (other.status() == Status.PREEMPTED) {
                preempted++;
                preempting += other.flags().contains(TdFlag.PREEMPTING) ? 1 : 0;
                assertThat(other.pri())
                        .as("seed %d: %s inside %s", value, running, other)
                        .isLessThan(running.pri());
            } else if (other.status() == Status.RUNNABLE) {
                assertThat(other.pri())
                        .as("seed %d: %s runs, not %s", value, running, other)
                        .isLessThanOrEqualTo(running.pri());
            }
        }
        nested += preempted > 1 ? 1 : 0;
        assertThat(preempting)
                .as("seed %d: as many preempt as are preempted", value)
                .isEqualTo(preempted);
    }

    private void expectAllIdle() {
        final List<ThreadState> all = new ArrayList<>();
        for (int cpu = 0; cpu < CPUS; cpu++) {
            final int id = cpu;
            bed.cpu(id).inject(() -> all.addAll(bed.cpu(id).threads()));
        }
        bed.quiet();
        assertThat(all)
                .as("seed %d", value)
                .hasSize(threads.size() + servers.size())
                .allMatch(t -> t.status() == Status.WAITPORT && t.depth() == 0 && t.critCount() == 0);
    }
}
