package odonata.actors.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import odonata.actors.lwkt.Pri;
import odonata.actors.port.Msg;
import odonata.actors.port.Port;
import odonata.actors.testing.Bed;
import odonata.actors.testing.Probe;
import odonata.actors.testing.Probe.Cmd.Ask;
import odonata.actors.testing.Probe.Cmd.Do;
import odonata.protocol.errno.KernelPanic;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WallDriverTest {

    /** With no spinning every message finds its target parked or on the way there: one lost wake-up and it hangs. */
    @ParameterizedTest
    @CsvSource({"0,0", "0,1", "3,0"})
    void I36_noWakeUpIsLostBetweenTwoCpus(final int spins, final int yields) {
        final int rounds = 5_000;
        final CompletableFuture<Integer> done = new CompletableFuture<>();
        try (Bed bed = Bed.wall(2, Bed.settings(16, 8, spins, yields))) {
            final Port<Probe.Cmd> server = bed.probe(1);
            final Port<Probe.Cmd> client = bed.probe(0);
            bed.post(client, probe -> ask(probe, server, rounds, done));
            bed.start();
            Bed.await(done);
            final CpuCounters counters = bed.cpu(0).counters();
            assertThat(counters.messagesTo(1)).isEqualTo(rounds);
            assertThat(counters.ipisTo(1)).isBetween(spins + yields == 0 ? 1L : 0L, (long) rounds);
        }
    }

    @Test
    void shouldLoseNoWakeUpFromForeignThreads() {
        final int rounds = 3_000;
        try (Bed bed = Bed.wall(1, Bed.settings(16, 8, 0, 0)).start()) {
            for (int i = 0; i < rounds; i++) {
                final CompletableFuture<Integer> answer = new CompletableFuture<>();
                final int value = i;
                bed.cpu(0).inject(() -> answer.complete(value));
                assertThat(Bed.await(answer)).isEqualTo(i);
            }
        }
    }

    @Test
    void I36_fewerWakeUpsThanMessagesWhenManyAreSent() {
        final int n = 20_000;
        final CompletableFuture<Integer> done = new CompletableFuture<>();
        final AtomicInteger left = new AtomicInteger(n);
        try (Bed bed = Bed.wall(2, CpuSettings.defaults())) {
            final Port<Probe.Cmd> server = bed.probe(1);
            final Port<Probe.Cmd> client = bed.probe(0);
            bed.post(client, probe -> {
                for (int i = 0; i < n; i++) {
                    probe.self().sendMsg(server, probe.self().initMsg(new Ask(i)), reply -> {
                        if (left.decrementAndGet() == 0) {
                            done.complete(0);
                        }
                    });
                }
            });
            bed.start();
            Bed.await(done);
            assertThat(bed.cpu(0).counters().ipisTo(1)).isLessThan(n / 4);
        }
    }

    @Test
    void shouldParkWhenIdle() {
        try (Bed bed = Bed.wall(3, CpuSettings.defaults()).start()) {
            for (int cpu = 0; cpu < 3; cpu++) {
                final CompletableFuture<Thread> carrier = new CompletableFuture<>();
                bed.cpu(cpu).inject(() -> carrier.complete(Thread.currentThread()));
                final Thread thread = Bed.await(carrier);
                while (thread.getState() != Thread.State.WAITING) {
                    assertThat(thread.isAlive()).isTrue();
                    Thread.onSpinWait();
                }
            }
        }
    }

    @Test
    void shouldRunThreadsOfACpuOnItsCarrierOnly() {
        try (Bed bed = Bed.wall(2, CpuSettings.defaults())) {
            final Port<Probe.Cmd> first = bed.probe(0);
            final Port<Probe.Cmd> second = bed.probe(0);
            final Port<Probe.Cmd> other = bed.probe(1);
            bed.start();
            final List<String> names = List.of(carrierOf(bed, first), carrierOf(bed, second), carrierOf(bed, other));
            assertThat(names).containsExactly("cpu-0", "cpu-0", "cpu-1");
        }
    }

    @Test
    void shouldDeliverMessagesOfForeignThreads() {
        final int n = 2_000;
        final CompletableFuture<Integer> done = new CompletableFuture<>();
        final AtomicInteger left = new AtomicInteger(2 * n);
        try (Bed bed = Bed.wall(1, CpuSettings.defaults())) {
            final Port<Probe.Cmd> server = bed.probe(0);
            bed.start();
            final List<CompletableFuture<Void>> senders = IntStream.range(0, 2)
                    .mapToObj(t -> CompletableFuture.runAsync(() -> {
                        for (int i = 0; i < n; i++) {
                            final Do count = new Do(probe -> {
                                if (left.decrementAndGet() == 0) {
                                    done.complete(0);
                                }
                            });
                            assertThat(bed.cpu(0).injectMsg(server, Msg.init(count, Port.adone())))
                                    .isTrue();
                        }
                    }))
                    .toList();
            senders.forEach(Bed::await);
            Bed.await(done);
        }
    }

    @Test
    void shouldRefuseForeignThreadsWhereOnlyTheCarrierMay() {
        try (Bed bed = Bed.wall(1, CpuSettings.defaults())) {
            final Port<Probe.Cmd> server = bed.probe(0);
            bed.start();
            assertThatThrownBy(() -> bed.probe(0))
                    .isInstanceOf(KernelPanic.class)
                    .hasMessageContaining("inject");
            assertThatThrownBy(() -> bed.cpu(0).transport().sendMsg(Msg.init(new Ask(1), Port.adone()), server))
                    .isInstanceOf(KernelPanic.class)
                    .hasMessageContaining("injectMsg");
            assertThatThrownBy(() -> bed.cpu(0).sendIpi(0, cpu -> {})).isInstanceOf(KernelPanic.class);
        }
    }

    @Test
    void shouldRefuseWhenTheInboxIsFull() {
        final CompletableFuture<Void> blocked = new CompletableFuture<>();
        final CpuSettings d = CpuSettings.defaults();
        final CpuSettings small = new CpuSettings(
                16, 16, 8, d.throughput(), d.turn(), 0, 0, d.highwater(), 512, d.rollupBatch(), d.accounting(), 0);
        try (Bed bed = Bed.wall(1, small)) {
            final Port<Probe.Cmd> server = bed.probe(0);
            bed.start();
            final CompletableFuture<Void> entered = new CompletableFuture<>();
            bed.cpu(0).inject(() -> {
                entered.complete(null);
                blocked.join();
            });
            entered.join();
            assertThatThrownBy(() -> {
                        for (int i = 0; i < 600; i++) {
                            bed.cpu(0).inject(() -> {});
                        }
                    })
                    .isInstanceOf(RejectedExecutionException.class)
                    .hasMessageContaining("lwkt.inbox.capacity");
            assertThat(bed.cpu(0).injectMsg(server, Msg.init(new Ask(1), Port.adone())))
                    .isFalse();
            blocked.complete(null);
        }
    }

    @Test
    void shouldStopAlsoWhenItWasNeverStarted() {
        Bed.wall(2, CpuSettings.defaults()).close();
    }

    @Test
    void shouldStopInTheMiddleOfTraffic() {
        final Bed bed = Bed.wall(2, Bed.settings(16, 8, 10, 1));
        final CompletableFuture<Integer> never = new CompletableFuture<>();
        final CompletableFuture<Integer> going = new CompletableFuture<>();
        final Port<Probe.Cmd> server = bed.probe(1);
        bed.post(bed.probe(0, Pri.KERN_DAEMON, probe -> {}), probe -> {
            ask(probe, server, Integer.MAX_VALUE, never);
            going.complete(0);
        });
        bed.start();
        Bed.await(going);
        bed.close();
        assertThat(never).isNotDone();
    }

    private static void ask(
            final Probe probe, final Port<Probe.Cmd> server, final int left, final CompletableFuture<Integer> done) {
        if (left == 0) {
            done.complete(0);
            return;
        }
        probe.self().doMsg(server, probe.self().initMsg(new Ask(left)), reply -> ask(probe, server, left - 1, done));
    }

    private static String carrierOf(final Bed bed, final Port<Probe.Cmd> port) {
        final CompletableFuture<String> name = new CompletableFuture<>();
        bed.post(port, probe -> name.complete(Thread.currentThread().getName()));
        return Bed.await(name);
    }
}
