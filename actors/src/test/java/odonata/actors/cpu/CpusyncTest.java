package odonata.actors.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReferenceArray;
import odonata.actors.port.Port;
import odonata.actors.testing.Bed;
import odonata.actors.testing.Probe;
import odonata.actors.testing.Probe.Cmd.Ask;
import odonata.protocol.clock.Seed;
import odonata.protocol.errno.KernelPanic;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class CpusyncTest {
    private static final int CPUS = 3;

    /** By which cpusync each CPU is stopped; whatever runs there looks whether it may. */
    private final AtomicReferenceArray<Object> stoppedBy = new AtomicReferenceArray<>(CPUS);

    private final AtomicInteger finished = new AtomicInteger();
    private final AtomicIntegerArray noise = new AtomicIntegerArray(CPUS);

    private static Set<Integer> mask(final int bits) {
        final Set<Integer> cpus = new TreeSet<>();
        for (int cpu = 0; cpu < CPUS; cpu++) {
            if ((bits >> cpu & 1) != 0) {
                cpus.add(cpu);
            }
        }
        return cpus;
    }

    /** What a thread, a callout or an injected function does: it must not run while its CPU is stopped. */
    private void makeNoise(final Cpu cpu, final long workNs) {
        assertThat(stoppedBy.get(cpu.id()))
                .as("runs on %s, which is stopped", cpu)
                .isNull();
        noise.incrementAndGet(cpu.id());
        cpu.charge(workNs);
        assertThat(stoppedBy.get(cpu.id()))
                .as("runs on %s, which is stopped", cpu)
                .isNull();
    }

    /** One cpusync by a thread; notes which CPUs it has stopped. */
    private void sync(final Probe master, final Set<Integer> mask, final long holdNs, final Runnable then) {
        final Cpu here = master.self().gd();
        final AtomicIntegerArray ran = new AtomicIntegerArray(CPUS);
        final Object me = new Object();
        final Cpusync sync = Cpusync.create(mask, cpu -> {
            assertThat(stoppedBy.getAndSet(cpu.id(), null)).isSameAs(me);
            ran.incrementAndGet(cpu.id());
        });
        final Set<Integer> all = new TreeSet<>(mask);
        all.add(here.id());
        master.self().cpusyncInterlock(sync, () -> {
            for (final int cpu : all) {
                assertThat(stoppedBy.getAndSet(cpu, me))
                        .as("cpu %d is stopped by another", cpu)
                        .isNull();
            }
            here.charge(holdNs);
            if (!mask.contains(here.id())) {
                stoppedBy.set(here.id(), null);
            }
            master.self().cpusyncDeinterlock(sync, () -> {
                for (int cpu = 0; cpu < CPUS; cpu++) {
                    assertThat(ran.get(cpu)).as("runs on cpu %d", cpu).isEqualTo(mask.contains(cpu) ? 1 : 0);
                }
                finished.incrementAndGet();
                then.run();
            });
        });
    }

    @Nested
    class InVirtualTime {
        private final Bed bed = Bed.virtual(CPUS, Bed.settings(16, 4, 0, 0)).start();
        private final List<Port<Probe.Cmd>> masters = new ArrayList<>();
        private final List<Port<Probe.Cmd>> others = new ArrayList<>();
        private final List<String> log = new ArrayList<>();

        InVirtualTime() {
            for (int cpu = 0; cpu < CPUS; cpu++) {
                masters.add(bed.probe(cpu));
                others.add(bed.probe(cpu));
            }
            bed.quiet();
        }

        @AfterEach
        void close() {
            bed.close();
        }

        private void at(final long delayNs, final Runnable function) {
            bed.conductor.at(bed.conductor.nowNs() + delayNs, function);
        }

        private void noiseAt(final long delayNs, final int cpu, final long workNs, final int kind) {
            at(delayNs, () -> {
                switch (kind) {
                    case 0 -> bed.post(others.get(cpu), probe -> makeNoise(bed.cpu(cpu), workNs));
                    case 1 -> bed.cpu(cpu).inject(() -> makeNoise(bed.cpu(cpu), workNs));
                    default ->
                        bed.cpu(cpu)
                                .callout(() -> makeNoise(bed.cpu(cpu), workNs))
                                .reset(0);
                }
            });
        }

        /** Three masters, all masks they can have, started at once, a little and much later: they overlap in every way. */
        @Test
        void I38_threeMastersWithAnyMasksAllFinish() {
            final long[] starts = {0, 250, 900};
            int expected = 0;
            for (int masks = 0; masks < 8 * 8 * 8; masks++) {
                for (int order = 0; order < 9; order++) {
                    final long[] delays = {450, starts[order % 3], starts[order / 3]};
                    for (int cpu = 0; cpu < CPUS; cpu++) {
                        final int id = cpu;
                        final Set<Integer> mask = mask((masks >> (3 * cpu)) & 7);
                        at(delays[cpu], () -> bed.post(masters.get(id), probe -> sync(probe, mask, 100, () -> {})));
                    }
                    bed.quiet();
                    expected += CPUS;
                    assertThat(bed.panics)
                            .as("masks %o, order %d", masks, order)
                            .isEmpty();
                    assertThat(finished).as("masks %o, order %d", masks, order).hasValue(expected);
                }
            }
        }

        @Test
        void I38_nothingRunsOnAStoppedCpuAndTheFunctionRunsOnceOnEach() {
            int expected = 0;
            for (int value = 1; value <= 1_000; value++) {
                final Seed seed = Seed.of(value);
                final int syncs = 1 + seed.nextInt(5);
                for (int i = 0; i < syncs; i++) {
                    final int cpu = seed.nextInt(CPUS);
                    final Set<Integer> mask = mask(seed.nextInt(8));
                    final long holdNs = seed.nextInt(3_000);
                    final List<Port<Probe.Cmd>> threads = seed.chance(0.5) ? masters : others;
                    at(seed.nextInt(3_000), () -> bed.post(threads.get(cpu), p -> sync(p, mask, holdNs, () -> {})));
                }
                for (int i = 0; i < 8; i++) {
                    noiseAt(seed.nextInt(6_000), seed.nextInt(CPUS), seed.nextInt(2_000), seed.nextInt(3));
                }
                bed.quiet();
                expected += syncs;
                assertThat(bed.panics).as("seed %d", value).isEmpty();
                assertThat(finished).as("seed %d", value).hasValue(expected);
            }
            assertThat(noise.get(0) + noise.get(1) + noise.get(2)).isEqualTo(8_000);
        }

        @Test
        void I38_whatCameForAStoppedCpuRunsAfterwards() {
            bed.post(masters.get(0), probe -> sync(probe, Set.of(1), 1_000_000, () -> log.add("done")));
            for (int kind = 0; kind < 3; kind++) {
                noiseAt(100_000, 1, 10, kind);
                noiseAt(100_000, 0, 10, kind);
            }
            bed.conductor.runUntil(bed.conductor.nowNs() + 900_000);
            assertThat(noise.get(0) + noise.get(1)).isZero();
            bed.quiet();
            assertThat(log).containsExactly("done");
            assertThat(noise.get(0)).isEqualTo(3);
            assertThat(noise.get(1)).isEqualTo(3);
        }

        @Test
        void I38_aStoppedCpuTakesFromItsRings() {
            bed.post(masters.get(0), probe -> sync(probe, Set.of(1), 1_000_000, () -> {}));
            at(
                    100_000,
                    () -> bed.cpu(2).ipiq().send(1, cpu -> log.add("ipi on stopped: " + (stoppedBy.get(1) != null))));
            bed.conductor.runUntil(bed.conductor.nowNs() + 900_000);
            assertThat(log).containsExactly("ipi on stopped: true");
            bed.quiet();
        }

        @Test
        void I38_aThreadThatWaitsForRoomIsNotStoppedInTheMiddle() {
            final boolean[] inFlood = new boolean[1];
            bed.post(others.get(0), probe -> {
                inFlood[0] = true;
                for (int i = 0; i < 100; i++) {
                    bed.cpu(0).ipiq().send(1, cpu -> cpu.charge(1_000));
                }
                inFlood[0] = false;
                log.add("flood ended");
            });
            at(
                    2_000,
                    () -> bed.post(
                            masters.get(2),
                            probe -> sync(probe, Set.of(0, 1), 100, () -> {
                                assertThat(inFlood[0]).isFalse();
                                log.add("synced");
                            })));
            bed.quiet();
            assertThat(bed.cpu(0).counters().ringFullTo(1)).isPositive();
            assertThat(log).containsExactly("flood ended", "synced");
        }

        @Test
        void I38_simpleRunsTheFunctionOnceOnEach() {
            final List<Integer> ran = new ArrayList<>();
            bed.tell(masters.get(1), probe -> probe.self()
                    .cpusyncSimple(Set.of(0, 1, 2), cpu -> ran.add(cpu.id()), () -> log.add("after " + ran.size())));
            assertThat(ran).containsExactlyInAnyOrder(0, 1, 2);
            assertThat(log).containsExactly("after 3");
            bed.tell(masters.get(1), probe -> probe.self()
                    .cpusyncSimple(Set.of(), cpu -> ran.add(cpu.id()), () -> log.add("nobody")));
            assertThat(log).containsExactly("after 3", "nobody");
            assertThat(bed.cpu(1).counters().get(CpuCounter.CPUSYNCS)).isEqualTo(2);
        }

        @Test
        void I38_aCpuThatAPanicHasStoppedIsLeftOut() {
            bed.cpu(2).panic(new IllegalStateException("defect"));
            final List<Integer> ran = new ArrayList<>();
            bed.tell(masters.get(0), probe -> probe.self()
                    .cpusyncSimple(Set.of(1, 2), cpu -> ran.add(cpu.id()), () -> log.add("done")));
            assertThat(ran).containsExactly(1);
            assertThat(log).containsExactly("done");
            assertThat(bed.takePanics()).hasSize(1);
        }

        @Test
        void I38_theMasterMayNotWaitInBetween() {
            bed.tell(masters.get(0), probe -> probe.self()
                    .cpusyncInterlock(Cpusync.create(Set.of(1), cpu -> {}), () -> probe.self()
                            .doMsg(others.get(1), probe.self().initMsg(new Ask(1)), reply -> {})));
            assertThat(bed.takePanics())
                    .singleElement()
                    .isInstanceOf(KernelPanic.class)
                    .asString()
                    .contains("thread@0 waits between interlock and deinterlock");
        }

        @Test
        void I38_aSecondInterlockInBetweenIsAPanic() {
            final Cpusync second = Cpusync.create(Set.of(2), cpu -> {});
            bed.tell(masters.get(0), probe -> probe.self()
                    .cpusyncInterlock(Cpusync.create(Set.of(1), cpu -> {}), () -> probe.self()
                            .cpusyncInterlock(second, () -> log.add("second"))));
            assertThat(bed.takePanics()).singleElement().asString().contains("second cpusync of thread@0");
            assertThat(log).isEmpty();
        }
    }

    @Test
    void I38_holdsOnTheWallClock() {
        final int rounds = 150;
        final CompletableFuture<Integer> all = new CompletableFuture<>();
        final AtomicInteger left = new AtomicInteger(CPUS);
        try (Bed bed = Bed.wall(CPUS, Bed.settings(16, 4, 5, 1))) {
            for (int cpu = 0; cpu < CPUS; cpu++) {
                final Seed seed = Seed.of(38).split(cpu);
                bed.post(
                        bed.probe(cpu),
                        probe -> syncAgain(probe, seed, rounds, () -> {
                            if (left.decrementAndGet() == 0) {
                                all.complete(0);
                            }
                        }));
                bed.post(bed.probe(cpu), probe -> noiseAgain(probe, left));
            }
            bed.start();
            Bed.await(all);
            assertThat(finished).hasValue(CPUS * rounds);
        }
    }

    private void syncAgain(final Probe probe, final Seed seed, final int rounds, final Runnable then) {
        if (rounds == 0) {
            then.run();
        } else {
            sync(probe, mask(seed.nextInt(8)), 0, () -> probe.self()
                    .after(0, () -> syncAgain(probe, seed, rounds - 1, then)));
        }
    }

    private void noiseAgain(final Probe probe, final AtomicInteger left) {
        makeNoise(probe.self().gd(), 0);
        if (left.get() > 0) {
            probe.self().after(10_000, () -> noiseAgain(probe, left));
        }
    }
}
