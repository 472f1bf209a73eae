package odonata.actors.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import odonata.actors.port.Port;
import odonata.actors.testing.Bed;
import odonata.actors.testing.Probe;
import odonata.protocol.clock.Seed;
import org.junit.jupiter.api.Test;

class BarrierTest {
    private static final int CPUS = 3;

    private final Bed bed = Bed.virtual(CPUS, Bed.settings(16, 4, 0, 0)).start();
    private final List<String> log = new ArrayList<>();

    BarrierTest() {
        bed.quiet();
    }

    @Test
    void I33_barrierComesBackWhenAllSentBeforeItHasRun() {
        final Seed seed = Seed.of(1);
        final AtomicInteger passed = new AtomicInteger();
        for (int round = 0; round < 1_000; round++) {
            final long work = seed.nextInt(5_000);
            final int sends = seed.nextInt(6);
            final Seed own = seed.split(round);
            bed.conductor.at(seed.nextInt(20_000_000), () -> {
                final AtomicInteger missing = new AtomicInteger(sends);
                for (int i = 0; i < sends; i++) {
                    final IpiFunc function = cpu -> {
                        cpu.charge(work);
                        missing.decrementAndGet();
                    };
                    final int target = 1 + own.nextInt(CPUS - 1);
                    if (own.chance(0.5)) {
                        bed.cpu(0).ipiq().sendPassive(target, function);
                    } else {
                        bed.cpu(0).ipiq().send(target, function);
                    }
                }
                bed.cpu(0).ipiq().synchronize(() -> {
                    assertThat(missing).hasValue(0);
                    passed.incrementAndGet();
                });
            });
        }
        bed.quiet();
        assertThat(passed).hasValue(1_000);
    }

    @Test
    void I33_whatTheOthersSentBeforeTheyAnsweredHasRunToo() {
        bed.cpu(1).ipiq().sendPassive(0, cpu -> log.add("from 1"));
        bed.cpu(2).ipiq().sendPassive(0, cpu -> log.add("from 2"));
        bed.cpu(0).ipiq().synchronize(() -> log.add("barrier"));
        bed.conductor.runUntil(100_000);
        assertThat(log).hasSize(3).endsWith("barrier");
        bed.quiet();
    }

    @Test
    void shouldContinueInTheThread() {
        final Port<Probe.Cmd> port = bed.probe(0);
        bed.quiet();
        bed.tell(port, probe -> probe.self()
                .synchronizeIpiqs(() -> log.add(bed.cpu(0).curthread().toString())));
        assertThat(log).containsExactly("thread@0");
    }

    @Test
    void shouldNotWaitForACpuThatAPanicHasStopped() {
        bed.cpu(2).panic(new IllegalStateException("defect"));
        bed.cpu(0).ipiq().synchronize(() -> log.add("barrier"));
        bed.quiet();
        assertThat(log).containsExactly("barrier");
        assertThat(bed.takePanics()).hasSize(1);
    }

    @Test
    void shouldContinueAtOnceWhenThereIsNoOtherCpu() {
        try (Bed one = Bed.virtual(1).start()) {
            one.cpu(0).ipiq().synchronize(() -> log.add("barrier"));
            assertThat(log).containsExactly("barrier");
        }
    }
}
