package odonata.actors.lwkt;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import odonata.actors.port.Msg;
import odonata.actors.port.Port;
import odonata.actors.testing.Bed;
import odonata.actors.testing.Probe;
import odonata.actors.testing.Probe.Cmd.Note;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** T7 {@code lwkt_block} and T8 {@code lwkt_signal}. */
class WaitQueueTest {
    private final Bed bed = Bed.virtual(3).start();
    private final List<String> log = new ArrayList<>();
    private final WaitQueue queue = WaitQueue.create(bed.cpu(0));

    @AfterEach
    void close() {
        bed.close();
    }

    private Port<Probe.Cmd> probe(final int cpu) {
        final Port<Probe.Cmd> port = bed.probe(cpu);
        bed.quiet();
        return port;
    }

    private static Consumer<Probe> blocks(final WaitQueue queue, final long sampled, final Runnable then) {
        return probe -> probe.self().block(queue, "test", sampled, gen -> then.run());
    }

    /** Sends from another thread, so that it can be done while the sleepers sleep. */
    private void signal(final int cpu, final int count) {
        bed.tell(probe(cpu), probe -> probe.self().signal(queue, count));
    }

    @Nested
    class I13_signalWakesMinOfCountAndSleepers {
        private final List<Port<Probe.Cmd>> sleepers = new ArrayList<>();

        private void sleep(final int... cpus) {
            for (final int cpu : cpus) {
                final String name = "s" + sleepers.size();
                final Port<Probe.Cmd> port = probe(cpu);
                sleepers.add(port);
                bed.tell(port, blocks(queue, queue.gen(), () -> log.add(name)));
            }
            assertThat(queue.count()).isEqualTo(sleepers.size());
        }

        @Test
        void shouldWakeTheOldestFirst() {
            sleep(0, 1, 0, 2);
            signal(0, 1);
            assertThat(log).containsExactly("s0");
            signal(1, 2);
            assertThat(log).containsExactlyInAnyOrder("s0", "s1", "s2");
            assertThat(queue.count()).isEqualTo(1);
            assertThat(queue.gen()).isEqualTo(2);
        }

        @Test
        void shouldWakeNoMoreThanThereAre() {
            sleep(0, 1);
            signal(2, 5);
            assertThat(log).containsExactlyInAnyOrder("s0", "s1");
            assertThat(queue.gen()).isEqualTo(1);
        }

        @Test
        void shouldWakeAllWhenTheCountIsNegative() {
            sleep(2, 1, 0, 2, 1, 0);
            signal(0, WaitQueue.ALL);
            assertThat(log).containsExactlyInAnyOrder("s0", "s1", "s2", "s3", "s4", "s5");
        }

        @Test
        void shouldAdvanceTheGenerationAlsoWithoutSleepers() {
            signal(0, 1);
            signal(1, WaitQueue.ALL);
            signal(2, 0);
            assertThat(queue.gen()).isEqualTo(3);
        }
    }

    @Test
    void shouldNotSleepWhenItWasSignalledSinceTheSample() {
        final long sampled = queue.gen();
        signal(1, 1);
        bed.tell(probe(0), blocks(queue, sampled, () -> log.add("here")));
        bed.tell(probe(2), blocks(queue, sampled, () -> log.add("there")));
        assertThat(log).containsExactly("here", "there");
        assertThat(queue.count()).isZero();
    }

    @Test
    void shouldGiveTheGenerationToBeUsedNextTime() {
        final List<Long> gens = new ArrayList<>();
        final Port<Probe.Cmd> port = probe(1);
        bed.tell(port, probe -> probe.self().block(queue, "test", queue.gen(), gens::add));
        signal(0, 1);
        signal(0, 1);
        bed.tell(port, probe -> probe.self().block(queue, "test", gens.get(0), gens::add));
        assertThat(gens).containsExactly(1L, 2L);
    }

    @Test
    void shouldReceiveNothingWhileAsleep() {
        final List<Probe> sleeper = new ArrayList<>();
        final Port<Probe.Cmd> port = bed.probe(1, Pri.KERN_DAEMON, sleeper::add);
        bed.tell(port, blocks(queue, 0, () -> log.add("awake, received " + sleeper.get(0).received)));
        bed.cpu(1).injectMsg(port, Msg.init(new Note(7), Port.none()));
        bed.quiet();
        assertThat(sleeper.get(0).received).isEmpty();
        signal(0, 1);
        assertThat(log).containsExactly("awake, received []");
        assertThat(sleeper.get(0).received).containsExactly(7);
    }

    /**
     * A consumer on CPU 1 samples, looks, blocks, again and again; a producer on CPU 2 sets the condition and signals once, after
     * every delay that puts it between any two steps of the consumer, of its block's way to CPU 0, and of the answer's way back.
     */
    @Test
    void I12_noSignalAfterTheSampleIsMissed() {
        final long window = 3
                * (bed.conductor.costs().crossCpuHopNs() + bed.conductor.costs().messageNs());
        int slept = 0;
        for (long delay = 0; delay <= window; delay++) {
            final Race race = new Race();
            bed.tell(probe(1), probe -> probe.self().yield());
            final Port<Probe.Cmd> consumer = probe(1);
            final Port<Probe.Cmd> producer = probe(2);
            final long producerNs = delay;
            bed.post(consumer, race::consume);
            bed.post(producer, probe -> {
                probe.self().charge(producerNs);
                race.full = true;
                probe.self().signal(queue, 1);
            });
            bed.quiet();
            assertThat(race.consumed).as("producer %d ns later", delay).isTrue();
            assertThat(queue.count()).isZero();
            slept += race.slept;
        }
        assertThat(slept).as("the races in which the consumer slept").isPositive();
    }

    /** One place that is empty or full. */
    private final class Race {
        private boolean full;
        private boolean consumed;
        private int slept;

        private void consume(final Probe probe) {
            final long sampled = queue.gen();
            probe.self().charge(100);
            final boolean seen = full;
            probe.self().charge(100);
            if (seen) {
                consumed = true;
            } else {
                slept++;
                probe.self().block(queue, "empty", sampled, gen -> consume(probe));
            }
        }
    }
}
