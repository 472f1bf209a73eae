package odonata.actors.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import odonata.actors.lwkt.Handlers;
import odonata.actors.lwkt.LwktThread;
import odonata.actors.lwkt.Pri;
import odonata.actors.lwkt.Td;
import odonata.actors.port.Msg;
import odonata.actors.port.Port;
import odonata.actors.testing.Bed;
import odonata.actors.testing.Probe;
import odonata.actors.testing.Probe.Cmd.Ask;
import odonata.protocol.clock.Seed;
import odonata.protocol.errno.KernelPanic;
import odonata.protocol.errno.NetError;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class ConductorTest {
    private static final int THREADS = 4;

    /** Random traffic: each request is held, forwarded or replied after random work; every thread draws from its own stream. */
    private sealed interface Work {
        record Job(int hops, int ttl) implements Work {}
    }

    private static final class Worker extends LwktThread<Work> {
        private final List<Port<Work>> all;
        private final Seed seed;
        private final Ledger ledger;

        Worker(final Td td, final List<Port<Work>> all, final Seed seed, final Ledger ledger) {
            super(td);
            this.all = all;
            this.seed = seed;
            this.ledger = ledger;
        }

        @Override
        protected Handlers<Work> handlers() {
            return Handlers.of(Work.class).on(Work.Job.class, this::onJob);
        }

        private void onJob(final Msg<Work.Job> msg) {
            td().charge(seed.nextInt(2_000));
            final Work.Job job = msg.command();
            if (job.ttl() > 0) {
                for (int i = seed.nextInt(3); i > 0; i--) {
                    start(job.ttl() - 1);
                }
            }
            if (job.hops() > 0 && seed.chance(0.3)) {
                msg.forward(any());
            } else if (seed.chance(0.2)) {
                td().after(seed.nextInt(50_000), () -> td().replyMsg(msg, NetError.OK));
            } else {
                msg.reply(NetError.OK, job.ttl());
            }
        }

        private void start(final int ttl) {
            final Msg<Work.Job> msg = td().initMsg(new Work.Job(3, ttl));
            ledger.sent(msg);
            if (seed.chance(0.2)) {
                msg.urgent();
            }
            td().sendMsg(any(), msg, ledger::completed);
        }

        private Port<Work> any() {
            return all.get(seed.nextInt(all.size()));
        }
    }

    /** Every message ever sent, and how often it was completed. */
    private static final class Ledger {
        private final IdentityHashMap<Msg<?>, Integer> completions = new IdentityHashMap<>();
        private int sent;

        void sent(final Msg<?> msg) {
            sent++;
            completions.put(msg, 0);
        }

        void completed(final Msg<?> msg) {
            completions.merge(msg, 1, Integer::sum);
        }
    }

    private record Run(long hash, long steps, long timeNs, int messages) {}

    private static Run run(final long seedValue) {
        final Seed seed = Seed.of(seedValue);
        final int cpus = 1 + seed.nextInt(3);
        final CpuSettings settings = Bed.settings(4 << seed.nextInt(3), 1 + seed.nextInt(4), 0, 0);
        final Ledger ledger = new Ledger();
        final Bed bed = Bed.virtual(cpus, settings);
        final List<Port<Work>> all = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            final Seed own = seed.split(i);
            all.add(bed.spawn(
                    i % cpus, i % 2 == 0 ? Pri.KERN_DAEMON : Pri.SOFT_NORM, td -> new Worker(td, all, own, ledger)));
        }
        for (int i = 0; i < 8; i++) {
            bed.conductor.at(seed.nextInt(100_000), () -> bed.cpu(0)
                    .injectMsg(all.get(0), Msg.init(new Work.Job(2, 4), Port.adone())));
        }
        bed.start();
        bed.quiet();
        // not closed: ending the actors would double the time of this test, and nothing of them is left running
        assertThat(bed.panics).isEmpty();
        assertThat(ledger.completions.values())
                .as("completions, seed %d", seedValue)
                .allMatch(n -> n == 1);
        for (final Msg<?> msg : ledger.completions.keySet()) {
            assertThat(msg.isDone() && !msg.isQueued()).isTrue();
        }
        assertThat(bed.machine().cpus()).allMatch(cpu -> cpu.backlog().messages() == 0);
        return new Run(bed.conductor.traceHash(), bed.conductor.steps(), bed.conductor.nowNs(), ledger.sent);
    }

    @Test
    void shouldRepeatEveryRunBitForBitAndCompleteEachMessageOnce() {
        final Set<Long> hashes = new HashSet<>();
        int messages = 0;
        for (long seed = 1; seed <= 40; seed++) {
            final Run first = run(seed);
            assertThat(run(seed)).as("seed %d", seed).isEqualTo(first);
            hashes.add(first.hash());
            messages += first.messages();
        }
        assertThat(hashes).hasSize(40);
        assertThat(messages).isGreaterThan(1_600);
    }

    @Nested
    class Time {
        private final Bed bed = Bed.virtual(3).start();
        private final List<String> log = new ArrayList<>();

        @Test
        void shouldRunTheEarliestFirstAndTiesByCpu() {
            for (int cpu = 2; cpu >= 0; cpu--) {
                final int id = cpu;
                bed.cpu(cpu).callout(() -> log.add("cpu " + id)).reset(5_000);
            }
            bed.cpu(2).callout(() -> log.add("early")).reset(1_000);
            bed.conductor.at(5_000, () -> log.add("external"));
            bed.conductor.runUntil(10_000);
            assertThat(log).containsExactly("early", "external", "cpu 0", "cpu 1", "cpu 2");
        }

        @Test
        void shouldNotGoBeyondTheTimeAskedFor() {
            bed.cpu(0).callout(() -> log.add("later")).reset(10_001);
            bed.conductor.runUntil(10_000);
            assertThat(log).isEmpty();
            assertThat(bed.conductor.nowNs()).isEqualTo(10_000);
            assertThat(bed.cpu(1).clock().nowNs()).isEqualTo(10_000);
        }

        @Test
        void shouldAddTheHopToWhatAnotherCpuSees() {
            final long hop = bed.conductor.costs().crossCpuHopNs()
                    + bed.conductor.costs().interruptNs();
            final long[] times = new long[2];
            bed.cpu(0)
                    .callout(() -> {
                        bed.cpu(0).charge(700);
                        times[0] = bed.cpu(0).clock().nowNs();
                        bed.cpu(0).sendIpi(1, cpu -> times[1] = cpu.clock().nowNs());
                    })
                    .reset(1_000);
            bed.quiet();
            assertThat(times[1] - times[0]).isEqualTo(hop);
        }

        @Test
        void shouldDelayTheOwnCpuByWhatIsChargedAndNoOther() {
            final long[] times = new long[2];
            bed.cpu(0).callout(() -> bed.cpu(0).charge(50_000)).reset(1_000);
            bed.cpu(0).callout(() -> times[0] = bed.cpu(0).clock().nowNs()).reset(2_000);
            bed.cpu(1).callout(() -> times[1] = bed.cpu(1).clock().nowNs()).reset(2_000);
            bed.quiet();
            assertThat(times[0]).isGreaterThanOrEqualTo(51_000);
            assertThat(times[1]).isEqualTo(2_000);
        }

        @Test
        void shouldTellTheCheckerWhichCpuRan() {
            final List<Integer> ran = new ArrayList<>();
            bed.quiet();
            bed.conductor.afterEachStep(cpu -> ran.add(cpu.id()));
            bed.cpu(2).callout(() -> {}).reset(1_000);
            bed.cpu(1).callout(() -> {}).reset(2_000);
            bed.quiet();
            assertThat(ran).containsExactly(2, 1);
        }

        @Test
        void shouldForgetACpuThatHasStopped() {
            bed.machine().close();
            final long before = bed.conductor.steps();
            bed.cpu(1).inject(() -> {});
            bed.quiet();
            assertThat(bed.conductor.steps()).isEqualTo(before);
        }

        @Test
        void shouldSayWhenItDoesNotComeToRest() {
            final Callout[] self = new Callout[1];
            self[0] = bed.cpu(0).callout(() -> self[0].reset(10));
            self[0].reset(10);
            assertThatThrownBy(() -> bed.conductor.runUntilQuiet(1_000))
                    .isInstanceOf(KernelPanic.class)
                    .hasMessageContaining("1000 steps");
        }
    }

    @Nested
    class Trace {
        @Test
        void shouldKeepWhatHappenedOnRequest() {
            final Bed bed = Bed.virtual(2).start();
            final Port<Probe.Cmd> server = bed.probe(1);
            final Port<Probe.Cmd> client = bed.probe(0);
            bed.quiet();
            bed.conductor.record(3);
            bed.tell(client, probe -> probe.self().sendMsg(server, probe.self().initMsg(new Ask(1)), reply -> {}));
            assertThat(bed.conductor.events())
                    .extracting(event -> event.cpu() + " " + event.kind() + (event.reply() ? " reply" : ""))
                    .containsExactly("0 Do", "1 Ask", "0 Ask reply");
        }

        @Test
        void shouldDifferWhenOnlyATimeDiffers() {
            assertThat(hashOf(10)).isNotEqualTo(hashOf(11)).isEqualTo(hashOf(10));
        }

        private long hashOf(final long chargeNs) {
            final Bed bed = Bed.virtual(1).start();
            final Port<Probe.Cmd> port = bed.probe(0);
            bed.post(port, probe -> probe.self().charge(chargeNs));
            bed.tell(port, probe -> {});
            return bed.conductor.traceHash();
        }
    }
}
