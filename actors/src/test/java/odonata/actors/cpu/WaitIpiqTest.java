package odonata.actors.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import odonata.actors.lwkt.Pri;
import odonata.actors.port.Msg;
import odonata.actors.port.Port;
import odonata.actors.testing.Bed;
import odonata.actors.testing.Probe;
import odonata.actors.testing.Probe.Cmd.Note;
import odonata.protocol.clock.Seed;
import org.junit.jupiter.api.Test;

class WaitIpiqTest {
    private final Bed bed = Bed.virtual(2, Bed.settings(16, 4, 0, 0)).start();
    private final Ipiq from = bed.cpu(0).ipiq();
    private final List<String> log = new ArrayList<>();

    WaitIpiqTest() {
        bed.quiet();
    }

    @Test
    void I35_continuesOnlyAfterTheFunctionHasReturned() {
        final long[] times = new long[2];
        final long sequence = from.send(1, cpu -> {
            cpu.charge(50_000);
            log.add("function");
            times[0] = cpu.clock().nowNs();
        });
        from.waitIpiq(1, sequence, () -> {
            log.add("continued");
            times[1] = bed.cpu(0).clock().nowNs();
        });
        assertThat(log).isEmpty();
        bed.quiet();
        assertThat(log).containsExactly("function", "continued");
        assertThat(times[1]).isGreaterThan(times[0]);
    }

    @Test
    void I35_isNotExecutedWhileItsFunctionRuns() {
        from.send(1, cpu -> log.add("executed " + executed()));
        bed.quiet();
        assertThat(log).containsExactly("executed 0");
        assertThat(executed()).isEqualTo(1);
    }

    private long executed() {
        return bed.cpu(0).crossbar().ringTo(1).executed();
    }

    @Test
    void I35_continuesAtOnceWhenItHasRun() {
        final long sequence = from.send(1, cpu -> {});
        bed.quiet();
        from.waitIpiq(1, sequence, () -> log.add("continued"));
        from.waitIpiq(1, 0, () -> log.add("nothing to wait for"));
        assertThat(log).containsExactly("continued", "nothing to wait for");
    }

    @Test
    void I35_sequenceNumbersCountTheEntriesOfAPair() {
        assertThat(from.send(1, cpu -> {})).isEqualTo(1);
        assertThat(from.sendPassive(1, cpu -> {})).isEqualTo(2);
        assertThat(from.send(1, cpu -> {})).isEqualTo(3);
        assertThat(from.send(0, cpu -> {})).isZero();
        bed.quiet();
    }

    @Test
    void I35_holdsForEverySequenceOfRandomSends() {
        final Seed seed = Seed.of(35);
        final boolean[] ran = new boolean[3_000];
        final AtomicInteger waited = new AtomicInteger();
        for (int i = 0; i < ran.length; i++) {
            final int number = i;
            final boolean isPassive = seed.chance(0.5);
            final int workNs = seed.nextInt(2_000);
            bed.conductor.at(seed.nextInt(3_000_000), () -> {
                final IpiFunc function = cpu -> {
                    cpu.charge(workNs);
                    ran[number] = true;
                };
                final long sequence = isPassive ? from.sendPassive(1, function) : from.send(1, function);
                from.waitIpiq(1, sequence, () -> {
                    assertThat(ran[number]).isTrue();
                    waited.incrementAndGet();
                });
            });
        }
        bed.quiet();
        assertThat(waited).hasValue(ran.length);
    }

    @Test
    void I35_theThreadThatWaitsReceivesNothingAndOthersRun() {
        final List<Probe> made = new ArrayList<>();
        final Port<Probe.Cmd> waiter = bed.probe(0, Pri.KERN_DAEMON, made::add);
        final Port<Probe.Cmd> other = bed.probe(0);
        bed.quiet();
        bed.post(waiter, probe -> {
            final long sequence = probe.self().gd().ipiq().send(1, cpu -> cpu.charge(100_000));
            probe.self()
                    .waitIpiq(
                            1,
                            sequence,
                            () -> log.add("continued, received "
                                    + made.get(0).received.size()));
        });
        bed.cpu(0).injectMsg(waiter, Msg.init(new Note(1), Port.none()));
        bed.post(other, probe -> log.add("other"));
        bed.quiet();
        assertThat(log).containsExactly("other", "continued, received 0");
        assertThat(made.get(0).received).containsExactly(1);
    }

    @Test
    void I35_holdsOnTheWallClock() {
        final int rounds = 500;
        final CompletableFuture<Integer> done = new CompletableFuture<>();
        try (Bed wall = Bed.wall(2, Bed.settings(16, 4, 3, 1))) {
            final Port<Probe.Cmd> waiter = wall.probe(0);
            wall.post(waiter, probe -> again(probe, rounds, done));
            wall.start();
            assertThat(Bed.await(done)).isEqualTo(rounds);
        }
    }

    private static void again(final Probe probe, final int left, final CompletableFuture<Integer> done) {
        if (left == 0) {
            done.complete(500);
            return;
        }
        final AtomicInteger ran = new AtomicInteger();
        final long sequence = probe.self().gd().ipiq().send(1, cpu -> ran.incrementAndGet());
        probe.self().waitIpiq(1, sequence, () -> {
            if (ran.get() != 1) {
                done.completeExceptionally(new AssertionError("continued before the function had run"));
            }
            probe.self().after(0, () -> again(probe, left - 1, done));
        });
    }
}
