package odonata.actors.lwkt;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import odonata.actors.cpu.SleepQueue;
import odonata.actors.port.Msg;
import odonata.actors.port.Port;
import odonata.actors.testing.Bed;
import odonata.actors.testing.Probe;
import odonata.protocol.clock.Seed;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** {@code tsleep} and {@code wakeup} on an identity. */
class TsleepTest {
    private final Bed bed = Bed.virtual(4).start();
    private final List<String> log = new ArrayList<>();

    @AfterEach
    void close() {
        bed.close();
        assertThat(bed.machine().cpus()).allMatch(cpu -> cpu.sleepQueue().size() == 0);
    }

    private Port<Probe.Cmd> sleeper(final int cpu, final Object ident, final long timeoutNs) {
        final Port<Probe.Cmd> port = bed.probe(cpu);
        bed.quiet();
        bed.post(port, probe -> probe.self()
                .tsleep(
                        ident,
                        "test",
                        timeoutNs,
                        error -> log.add(
                                cpu + " " + error + " at " + probe.self().now())));
        bed.conductor.runUntil(bed.conductor.nowNs() + 1_000);
        return port;
    }

    private List<String> who() {
        return log.stream().map(line -> line.substring(0, line.indexOf(" at"))).toList();
    }

    private void wake(final int cpu, final Object ident) {
        bed.tell(bed.probe(cpu), probe -> probe.self().wakeup(ident));
    }

    @Test
    void shouldWakeAllThatSleepOnAnEqualIdentityOnEveryCpu() {
        sleeper(0, "disk", 0);
        sleeper(1, "disk", 0);
        sleeper(1, "disk", 0);
        sleeper(3, "tape", 0);
        wake(2, "di" + "sk".strip());
        assertThat(who()).containsExactlyInAnyOrder("0 OK", "1 OK", "1 OK");
        wake(3, "tape");
        assertThat(log).hasSize(4);
    }

    @Test
    void shouldWakeOneHereElseOnTheNextCpuThatHasOne() {
        sleeper(0, 5, 0);
        sleeper(2, 5, 0);
        sleeper(2, 5, 0);
        final Port<Probe.Cmd> waker = bed.probe(1);
        bed.tell(waker, probe -> probe.self().wakeupOne(5));
        assertThat(who()).containsExactly("2 OK");
        bed.tell(waker, probe -> probe.self().wakeupOne(5));
        bed.tell(waker, probe -> probe.self().wakeupOne(5));
        assertThat(who()).containsExactly("2 OK", "2 OK", "0 OK");
        bed.tell(waker, probe -> probe.self().wakeupOne(5));
        assertThat(log).hasSize(3);
    }

    @Test
    void shouldEndWhenTheTimeIsUp() {
        final long before = bed.conductor.nowNs();
        sleeper(1, "never", 50_000);
        bed.quiet();
        assertThat(who()).containsExactly("1 EAGAIN");
        assertThat(bed.conductor.nowNs() - before).isBetween(50_000L, 55_000L);
        wake(0, "never");
        assertThat(log).hasSize(1);
    }

    @Test
    void shouldNotEndAgainWhenTheTimeIsUpAfterAWakeup() {
        sleeper(1, "soon", 50_000);
        wake(0, "soon");
        bed.quiet();
        assertThat(who()).containsExactly("1 OK");
    }

    @Test
    void shouldNotSleepWhenWokenSinceTheInterlock() {
        final Port<Probe.Cmd> other = bed.probe(0);
        bed.quiet();
        bed.tell(bed.probe(0), probe -> {
            final Msg<SleepQueue.Sleep> sleep = probe.self().tsleepInterlock("ready", "test");
            probe.self().wakeup("ready");
            probe.self().tsleep(sleep, 0, error -> log.add("" + error));
        });
        bed.tell(other, probe -> log.add("goes on"));
        assertThat(log).containsExactly("OK", "goes on");
    }

    /** Each sleeps until its own flag is set, whatever else wakes it; others call schedule on it for no reason. */
    @Test
    void I30_spuriousWakeupsChangeNothing() {
        final long seed = Long.getLong("seed", 30);
        System.out.println("seed " + seed);
        final Seed random = Seed.of(seed);
        final List<Port<Probe.Cmd>> sleepers = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            final Port<Probe.Cmd> port = sleeper(i % 4, "ident" + i, 0);
            sleepers.add(port);
        }
        final Port<Probe.Cmd> waker = bed.probe(0);
        for (int i = 0; i < 12; i++) {
            for (int n = 0; n < 40; n++) {
                final Port<Probe.Cmd> victim = sleepers.get(random.nextInt(12));
                bed.tell(waker, probe -> probe.self().schedule(victim));
            }
            assertThat(log).hasSize(i);
            wake(random.nextInt(4), "ident" + i);
            assertThat(who().get(i)).isEqualTo(i % 4 + " OK");
        }
    }

    /** Sleep, then tell another CPU through a third thread: a wake-up that is caused by the sleep finds it. */
    @Test
    void shouldNotMissAWakeupThatTheSleepCaused() {
        for (int delay = 0; delay < 600; delay += 7) {
            final int charged = delay;
            final int before = log.size();
            final Port<Probe.Cmd> sleeper = bed.probe(1);
            final Port<Probe.Cmd> neighbour = bed.probe(1);
            final Port<Probe.Cmd> waker = bed.probe(2);
            bed.quiet();
            bed.post(sleeper, probe -> {
                final Msg<SleepQueue.Sleep> sleep = probe.self().tsleepInterlock("cause", "test");
                probe.self()
                        .sendMsg(
                                neighbour,
                                Msg.init(
                                        new Probe.Cmd.Do(p -> {
                                            p.self().charge(charged);
                                            p.self()
                                                    .sendMsg(
                                                            waker,
                                                            Msg.init(
                                                                    new Probe.Cmd.Do(
                                                                            w -> w.self()
                                                                                    .wakeup("cause")),
                                                                    Port.adone()));
                                        }),
                                        Port.adone()));
                probe.self().tsleep(sleep, 0, error -> log.add("woken"));
            });
            bed.quiet();
            assertThat(log).hasSize(before + 1);
        }
    }
}
