package odonata.actors.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import odonata.actors.lwkt.Handlers;
import odonata.actors.lwkt.LwktThread;
import odonata.actors.lwkt.Pri;
import odonata.actors.lwkt.Td;
import odonata.actors.port.Msg;
import odonata.actors.port.Port;
import odonata.actors.testing.Bed;
import odonata.actors.testing.Probe;
import odonata.protocol.errno.NetError;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Abort against forward and reply, on three CPUs in virtual time: a message goes along a path, each holder keeps it for a time, and its
 * originator aborts it at a time. Times go through a grid that is finer than a hop and longer than the whole way, so every order of
 * the steps occurs. As soon as it is replied the message is sent again: nothing of the first send may touch the second.
 */
class AbortOrderTest {
    private static final long[] KEPT_NS = {0, 130, 310};
    private static final long STEP_NS = 70;
    private static final long NEVER = -1;

    private final Bed bed = Bed.virtual(3).start();
    private final List<Port<Job>> workers = new ArrayList<>();
    private final Set<Msg<?>> held = new HashSet<>();
    private final Map<NetError, Integer> outcomes = new EnumMap<>(NetError.class);
    private final Port<Probe.Cmd> clientPort = bed.probe(0);
    private boolean polite;
    private boolean second;
    private int aborts;
    private int replies;

    AbortOrderTest() {
        for (int cpu = 0; cpu < 3; cpu++) {
            workers.add(bed.spawn(cpu, Pri.KERN_DAEMON, Worker::new));
        }
        bed.quiet();
    }

    @AfterEach
    void close() {
        bed.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "0", "12", "10", "01", "121", "102", "120", "012"})
    void I28_aMessageIsRepliedOnceWheneverItIsAborted(final String path) {
        final int kinds = (int) Math.pow(KEPT_NS.length, path.length());
        for (final boolean replyEintr : new boolean[] {true, false}) {
            polite = replyEintr;
            for (int kind = 0; kind < kinds; kind++) {
                final Job job = job(path, kind);
                final long wholeWayNs = run(job, NEVER);
                for (long at = 0; at <= wholeWayNs + 2 * STEP_NS; at += STEP_NS) {
                    run(job, at);
                }
            }
        }
        assertThat(outcomes).containsOnlyKeys(NetError.OK, NetError.EINTR);
    }

    /** One message sent, aborted, replied, and sent again. Answers how long it was on its way, in nanoseconds. */
    private long run(final Job job, final long abortNs) {
        aborts = 0;
        replies = 0;
        second = false;
        final Msg<Job> msg = Msg.init(job, clientPort).abortable();
        final long[] sentAndReplied = new long[2];
        bed.tell(clientPort, client -> {
            final Td td = client.self();
            sentAndReplied[0] = td.now();
            td.sendMsg(workers.get(job.cpus().get(0)), msg, reply -> {
                sentAndReplied[1] = td.now();
                replied(td, msg, job);
            });
            if (abortNs == 0) {
                td.abortMsg(msg);
            } else if (abortNs > 0) {
                td.after(abortNs, () -> {
                    if (!second) {
                        td.abortMsg(msg);
                    }
                });
            }
        });
        assertThat(replies).as("%s aborted at %d", job, abortNs).isEqualTo(2);
        assertThat(held).isEmpty();
        assertThat(abortNs == NEVER ? aborts : 0).isZero();
        return sentAndReplied[1] - sentAndReplied[0];
    }

    private void replied(final Td td, final Msg<Job> msg, final Job job) {
        replies++;
        outcomes.merge(msg.error(), 1, Integer::sum);
        assertThat(msg.isDone()).isTrue();
        assertThat(held).isEmpty();
        second = true;
        td.sendMsg(workers.get(job.cpus().get(0)), msg.reinit(job, clientPort).abortable(), again -> {
            replies++;
            assertThat(again.error()).isEqualTo(NetError.OK);
            assertThat(again.isAborted()).isFalse();
        });
    }

    private static Job job(final String path, final int kind) {
        final List<Integer> cpus = new ArrayList<>();
        final List<Long> kept = new ArrayList<>();
        int rest = kind;
        for (int i = 0; i < path.length(); i++) {
            cpus.add(path.charAt(i) - '0');
            kept.add(KEPT_NS[rest % KEPT_NS.length]);
            rest /= KEPT_NS.length;
        }
        return new Job(cpus, kept);
    }

    /** To be held by workers of these CPUs one after the other, for these times. */
    private record Job(List<Integer> cpus, List<Long> keptNs) {}

    private final class Worker extends LwktThread<Job> {
        private int given;

        private Worker(final Td td) {
            super(td);
        }

        @Override
        protected Handlers<Job> handlers() {
            return Handlers.of(Job.class).on(Job.class, this::onJob);
        }

        @Override
        protected void onAbort(final Msg<Job> msg) {
            assertThat(held).contains(msg);
            assertThat(second).isFalse();
            assertThat(++given).as("aborts given to one holder").isEqualTo(1);
            aborts++;
            if (polite) {
                held.remove(msg);
                msg.reply(NetError.EINTR);
            }
        }

        private void onJob(final Msg<Job> msg) {
            assertThat(held.add(msg)).as("held once").isTrue();
            given = 0;
            final int step = msg.user() / Msg.USER0;
            final int send = replies;
            final long keptNs = msg.command().keptNs().get(step);
            if (keptNs == 0) {
                goOn(msg, step);
            } else {
                td().after(keptNs, () -> {
                    if (replies == send && held.contains(msg)) {
                        goOn(msg, step);
                    }
                });
            }
        }

        private void goOn(final Msg<Job> msg, final int step) {
            held.remove(msg);
            if (step + 1 < msg.command().cpus().size()) {
                msg.clearUser(Msg.USER0 * step);
                msg.setUser(Msg.USER0 * (step + 1));
                msg.forward(workers.get(msg.command().cpus().get(step + 1)));
            } else {
                msg.reply(NetError.OK);
            }
        }
    }
}
