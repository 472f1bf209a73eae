package odonata.actors.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import odonata.actors.lwkt.LwktThread;
import odonata.actors.lwkt.Pri;
import odonata.actors.lwkt.Td;
import odonata.actors.lwkt.WaitQueue;
import odonata.actors.port.Msg;
import odonata.actors.port.Port;
import odonata.actors.testing.Probe;
import odonata.actors.testing.Probe.Cmd.Do;
import odonata.actors.testing.Probe.Cmd.Hold;
import odonata.actors.testing.Probe.Cmd.Note;
import odonata.protocol.errno.NetError;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The small protocols between CPUs, in every order of the turns of two or three CPUs. */
@Tag("slow")
class EveryOrderTest {
    private static final int CPUS = 3;
    private static final int DELAYS = 6;

    private Turns turns;
    private final List<Port<Probe.Cmd>> ports = new ArrayList<>();
    private final List<Probe> probes = new ArrayList<>();

    @AfterEach
    void close() {
        turns.close();
    }

    private void on(final Turns all, final int... cpus) {
        turns = all;
        for (final int cpu : cpus) {
            ports.add(turns.machine
                    .cpu(cpu)
                    .spawn("thread", Pri.KERN_DAEMON, 0, ThreadClass.USER, LwktThread.behavior(td -> {
                        final Probe probe = new Probe(td);
                        probes.add(probe);
                        return probe;
                    })));
            turns.settle();
        }
    }

    private void post(final int probe, final Consumer<Td> function) {
        final Port<Probe.Cmd> to = ports.get(probe);
        turns.machine.cpu(to.cpu()).injectMsg(to, Msg.init(new Do(p -> function.accept(p.self())), Port.adone()));
    }

    private void later(final Td td, final Consumer<Td> function) {
        td.sendMsg(td.<Probe.Cmd>port(), Msg.init(new Do(p -> function.accept(p.self())), Port.adone()));
    }

    private void later(final Td td, final int messages, final Consumer<Td> function) {
        if (messages == 0) {
            function.accept(td);
        } else {
            later(td, next -> later(next, messages - 1, function));
        }
    }

    private void fresh() {
        probes.forEach(probe -> {
            probe.received.clear();
            probe.held.clear();
        });
    }

    // --- block and signal
    // -------------------------------------------------------------------------------------------------

    @ParameterizedTest(name = "queue on CPU {0}, sleeper on {1}, signal from {2}")
    @CsvSource({"0,1,2", "0,0,1", "0,1,0", "2,1,0", "1,0,0"})
    void I12_noSignalAfterTheSampleIsMissed(final int at, final int sleeps, final int signals) {
        on(Turns.ofCpusThatShare(CPUS), sleeps, signals);
        final WaitQueue queue = WaitQueue.create(turns.machine.cpu(at));
        final boolean[] full = new boolean[1];
        final int[] outcomes = new int[2];
        final List<String> log = new ArrayList<>();
        final Consumer<Td> consume = td -> consume(td, queue, full, log);
        turns.explore(
                () -> {
                    fresh();
                    full[0] = false;
                    log.clear();
                    post(0, consume);
                    post(
                            1,
                            td -> later(td, then -> {
                                full[0] = true;
                                then.signal(queue, 1);
                            }));
                },
                () -> {
                    assertThat(log).as("order %s", turns.order()).endsWith("consumed");
                    assertThat(queue.count()).as("order %s", turns.order()).isZero();
                    outcomes[log.contains("blocked") ? 1 : 0]++;
                });
        assertThat(outcomes[1]).as("orders in which it blocked").isPositive();
    }

    /** Others may come between the sample, the look and the block. */
    private void consume(final Td td, final WaitQueue queue, final boolean[] full, final List<String> log) {
        final long sampled = queue.gen();
        later(td, looks -> {
            if (full[0]) {
                log.add("consumed");
            } else {
                later(looks, blocks -> {
                    log.add("blocked");
                    blocks.block(queue, "empty", sampled, gen -> consume(blocks, queue, full, log));
                });
            }
        });
    }

    @Test
    void I13_aSignalForOneWakesOneOfTwoSleepers() {
        on(Turns.ofCpusThatShare(CPUS), 0, 1, 2);
        final WaitQueue queue = WaitQueue.create(turns.machine.cpu(0));
        final List<String> woken = new ArrayList<>();
        turns.explore(
                () -> {
                    woken.clear();
                    for (int i = 1; i < CPUS; i++) {
                        final String name = "thread " + i;
                        post(i, td -> td.block(queue, "test", queue.gen(), gen -> woken.add(name)));
                    }
                    post(0, td -> later(td, then -> then.signal(queue, 1)));
                },
                () -> {
                    // who samples after the signal sleeps on, who slept or samples before it may be woken by it
                    assertThat(woken.size() + queue.count())
                            .as("order %s", turns.order())
                            .isEqualTo(2);
                    post(0, td -> td.signal(queue, -1));
                    turns.settle();
                    assertThat(woken).as("order %s", turns.order()).containsExactlyInAnyOrder("thread 1", "thread 2");
                });
    }

    // --- abort, forward, reply
    // ---------------------------------------------------------------------------------------------

    @ParameterizedTest(name = "originator on CPU {0}, holder on {1}, then on {2}")
    @CsvSource({"0,1,1", "0,1,2", "0,0,1", "0,1,0", "2,1,0"})
    void I21_I28_anAbortMeetsForwardAndReply(final int from, final int first, final int second) {
        on(new Turns(CPUS), from, first, second);
        final List<NetError> seen = new ArrayList<>();
        for (int patience = 0; patience < DELAYS; patience++) {
            for (int slowness = 1; slowness < DELAYS; slowness++) {
                abortAgainstForwardAndReply(patience, slowness, seen);
            }
        }
        assertThat(seen).contains(NetError.OK, NetError.EINTR);
    }

    /** The originator aborts so many messages after it has sent, the second holder replies so many after it was asked to. */
    private void abortAgainstForwardAndReply(final int patience, final int slowness, final List<NetError> seen) {
        final List<NetError> replies = new ArrayList<>();
        turns.explore(
                () -> {
                    fresh();
                    replies.clear();
                    probes.get(2).whenAborted = msg -> {
                        if (probes.get(2).held.remove(msg)) {
                            msg.reply(NetError.EINTR);
                        }
                    };
                    final Msg<Hold> msg = Msg.init(new Hold(1), ports.get(0)).abortable();
                    post(0, td -> {
                        td.sendMsg(ports.get(1), msg, reply -> replies.add(reply.error()));
                        later(td, patience, then -> then.abortMsg(msg));
                    });
                    post(1, td -> later(td, then -> forwardHeld(1, 2)));
                    post(2, td -> later(td, slowness, then -> replyHeld(2)));
                },
                () -> {
                    // whoever has it still passes it on and replies
                    post(1, td -> forwardHeld(1, 2));
                    turns.settle();
                    post(2, td -> replyHeld(2));
                    turns.settle();
                    assertThat(replies).as("order %s", turns.order()).hasSize(1);
                    seen.addAll(replies);
                });
    }

    private void forwardHeld(final int from, final int to) {
        final List<Msg<Hold>> held = probes.get(from).held;
        if (from != to && !held.isEmpty()) {
            held.remove(0).forward(ports.get(to));
        }
    }

    private void replyHeld(final int probe) {
        final List<Msg<Hold>> held = probes.get(probe).held;
        if (!held.isEmpty()) {
            held.remove(0).reply(NetError.OK);
        }
    }

    // --- cpusync
    // -----------------------------------------------------------------------------------------------------------

    /** Masks as bits; masters on CPUs 0, 1 and, if it has a mask, 2. */
    @ParameterizedTest(name = "masks {0}, {1}, {2}")
    @CsvSource({"7,7,0", "6,5,0", "2,1,0", "6,4,0", "7,3,0", "3,3,3", "6,5,3"})
    void I38_cpusyncsWithOverlappingMasksAllFinish(final int mask0, final int mask1, final int mask2) {
        on(new Turns(CPUS), 0, 1, 2);
        final int[] masks = {mask0, mask1, mask2};
        final List<Integer> finished = new ArrayList<>();
        final int[] stoppedBy = new int[CPUS];
        final List<Integer> ran = new ArrayList<>();
        turns.explore(
                () -> {
                    finished.clear();
                    ran.clear();
                    for (int master = 0; master < CPUS; master++) {
                        if (masks[master] != 0) {
                            final int me = master + 1;
                            final Set<Integer> mask = cpus(masks[master]);
                            post(master, td -> sync(td, me, mask, stoppedBy, ran, finished));
                        }
                    }
                },
                () -> {
                    final int masters = mask2 == 0 ? 2 : CPUS;
                    assertThat(finished)
                            .as("order %s", turns.order())
                            .hasSize(masters)
                            .doesNotHaveDuplicates();
                    assertThat(ran)
                            .as("order %s", turns.order())
                            .hasSize(Integer.bitCount(mask0) + Integer.bitCount(mask1) + Integer.bitCount(mask2));
                    assertThat(stoppedBy).containsOnly(0);
                });
    }

    private void sync(
            final Td td,
            final int me,
            final Set<Integer> mask,
            final int[] stoppedBy,
            final List<Integer> ran,
            final List<Integer> finished) {
        final Cpusync sync = Cpusync.create(mask, cpu -> {
            assertThat(stoppedBy[cpu.id()]).as("order %s", turns.order()).isEqualTo(me);
            stoppedBy[cpu.id()] = 0;
            ran.add(cpu.id());
        });
        td.cpusyncInterlock(sync, () -> {
            for (final int cpu : mask) {
                assertThat(stoppedBy[cpu]).as("order %s", turns.order()).isZero();
                stoppedBy[cpu] = me;
            }
            td.cpusyncDeinterlock(sync, () -> finished.add(me));
        });
    }

    private static Set<Integer> cpus(final int bits) {
        final Set<Integer> cpus = new TreeSet<>();
        for (int cpu = 0; cpu < CPUS; cpu++) {
            if ((bits >> cpu & 1) != 0) {
                cpus.add(cpu);
            }
        }
        return cpus;
    }

    // --- tokens
    // ------------------------------------------------------------------------------------------------------------

    @ParameterizedTest(name = "{0} threads")
    @ValueSource(ints = {2, 3})
    void I14_I16_tokensTakenInOppositeOrderAreHadByAll(final int threads) {
        on(Turns.ofCpusThatShare(threads), threads == 2 ? new int[] {0, 1} : new int[] {0, 1, 2});
        final List<LwktToken> tokens = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            tokens.add(LwktToken.create("token " + i));
        }
        final List<Integer> done = new ArrayList<>();
        turns.explore(
                () -> {
                    done.clear();
                    for (int i = 0; i < threads; i++) {
                        final int me = i;
                        final LwktToken mine = tokens.get(me);
                        final LwktToken next = tokens.get((me + 1) % threads);
                        post(
                                me,
                                td -> td.getToken(
                                        mine,
                                        () -> later(
                                                td,
                                                other -> other.getToken(next, () -> {
                                                    done.add(me);
                                                    other.relToken(next);
                                                    other.relToken(mine);
                                                }))));
                    }
                },
                () -> assertThat(done)
                        .as("order %s", turns.order())
                        .hasSize(threads)
                        .doesNotHaveDuplicates());
    }

    // --- full rings
    // --------------------------------------------------------------------------------------------------------

    /** Both send more than a ring of two has room for: messages, then functions, which send functions back and forth. */
    @ParameterizedTest(name = "{0} messages, {1} functions each way, of {2} hops from CPU 0, {3} from CPU 1")
    @CsvSource({"1,1,2,2", "3,0,0,0", "0,2,2,2", "0,2,3,1"})
    void I34_fullRingsInBothDirectionsDrain(final int messages, final int functions, final int hops0, final int hops1) {
        on(Turns.ofCpusThatShare(2, 2), 0, 1);
        final List<String> ran = new ArrayList<>();
        final int orders = turns.explore(
                () -> {
                    fresh();
                    ran.clear();
                    for (int i = 0; i < 2; i++) {
                        final int me = i;
                        post(me, td -> flood(td, me, messages, functions, me == 0 ? hops0 : hops1, ran));
                    }
                },
                () -> {
                    final List<Object> expected =
                            IntStream.range(0, messages).boxed().collect(Collectors.toList());
                    for (int i = 0; i < 2; i++) {
                        assertThat(probes.get(i).received)
                                .as("order %s", turns.order())
                                .isEqualTo(expected);
                    }
                    assertThat(ran)
                            .as("order %s", turns.order())
                            .hasSize((hops0 + hops1) * functions)
                            .doesNotHaveDuplicates();
                });
        assertThat(orders).isGreaterThan(100);
        assertThat(turns.stalls()).as("waits for room").isPositive();
    }

    private void flood(
            final Td td,
            final int me,
            final int messages,
            final int functions,
            final int hops,
            final List<String> ran) {
        for (int n = 0; n < messages; n++) {
            td.sendMsg(ports.get(1 - me), Msg.init(new Note(n), Port.none()));
        }
        for (int n = 0; n < functions; n++) {
            hop(td.gd(), me + "'s " + n, hops, ran);
        }
    }

    private static void hop(final Cpu from, final String name, final int hops, final List<String> ran) {
        from.sendIpi(1 - from.id(), there -> {
            ran.add(name + ", " + hops + " left");
            if (hops > 1) {
                hop(there, name, hops - 1, ran);
            }
        });
    }
}
