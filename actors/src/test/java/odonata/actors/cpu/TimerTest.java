package odonata.actors.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import odonata.actors.lwkt.Pri;
import odonata.actors.lwkt.Td;
import odonata.actors.port.Msg;
import odonata.actors.port.Port;
import odonata.actors.testing.Bed;
import odonata.actors.testing.Probe;
import odonata.actors.testing.Probe.Cmd.Hold;
import odonata.actors.testing.Probe.Cmd.Note;
import odonata.protocol.clock.Seed;
import odonata.protocol.errno.NetError;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class TimerTest {

    /** A plain typed behaviour with Akka's timers: a tick every millisecond, three times. */
    private static Behavior<Msg<String>> ticking(final Consumer<Integer> ticked) {
        return Behaviors.withTimers(timers -> {
            timers.startTimerWithFixedDelay("tick", Msg.init("tick", Port.adone()), Duration.ofMillis(1));
            final int[] count = {0};
            return Behaviors.receiveMessage(msg -> {
                ticked.accept(++count[0]);
                if (count[0] == 3) {
                    timers.cancel("tick");
                }
                return Behaviors.same();
            });
        });
    }

    @Nested
    class OnTheWallClock {
        private final Bed bed = Bed.wall(1, CpuSettings.defaults());

        @AfterEach
        void close() {
            bed.close();
        }

        @Test
        void shouldFireAkkaTimers() {
            final CompletableFuture<Integer> three = new CompletableFuture<>();
            bed.cpu(0).spawn("ticking", Pri.KERN_DAEMON, 0, ThreadClass.USER, ticking(n -> {
                if (n == 3) {
                    three.complete(n);
                }
            }));
            bed.start();
            Bed.await(three);
        }

        @Test
        void shouldFireCalloutNotBeforeItsTime() {
            final long delay = 2_000_000;
            final CompletableFuture<Long> took = new CompletableFuture<>();
            bed.post(bed.probe(0), probe -> {
                final long start = probe.self().now();
                probe.self().after(delay, () -> took.complete(probe.self().now() - start));
            });
            bed.start();
            assertThat(Bed.await(took)).isGreaterThanOrEqualTo(delay);
        }
    }

    @Nested
    class InVirtualTime {
        private final Bed bed = Bed.virtual(2).start();
        private final List<Object> log = new ArrayList<>();
        private Probe thread;
        private final Port<Probe.Cmd> port = bed.probe(0, Pri.KERN_DAEMON, probe -> thread = probe);

        @AfterEach
        void close() {
            bed.close();
        }

        @Test
        void shouldFireAkkaTimersInVirtualTime() {
            bed.cpu(0).spawn("ticking", Pri.KERN_DAEMON, 0, ThreadClass.USER, ticking(log::add));
            bed.conductor.runUntil(2_500_000);
            assertThat(log).containsExactly(1, 2);
            bed.conductor.runUntil(100_000_000);
            assertThat(log).containsExactly(1, 2, 3);
        }

        @Test
        void shouldFireAtItsTimeInItsThread() {
            tell(td -> {
                final long start = td.now();
                td.after(1_000_000, () -> {
                    log.add(bed.cpu(0).curthread().name());
                    log.add(td.now() - start);
                });
            });
            final long costs = 2 * bed.conductor.costs().messageNs()
                    + bed.conductor.costs().switchNs().warm();
            assertThat(log.get(0)).isEqualTo("thread");
            assertThat((long) log.get(1)).isBetween(1_000_000L, 1_000_000L + costs);
        }

        @Test
        void shouldSendACommandToItsThread() {
            tell(td -> td.after(1_000, new Note(7)));
            assertThat(thread.received).containsExactly(7);
        }

        @Test
        void shouldFireInOrderOfArmingWhenTimesAreEqual() {
            tell(td -> {
                final Callout[] callouts = new Callout[50];
                for (int i = 0; i < callouts.length; i++) {
                    final int n = i;
                    callouts[i] = td.callout(() -> log.add(n));
                }
                for (int i = callouts.length - 1; i >= 0; i--) {
                    callouts[i].reset(1_000_000);
                }
            });
            assertThat(log).hasSize(50).isSortedAccordingTo((a, b) -> (int) b - (int) a);
        }

        @Test
        void shouldNotFireWhenStopped() {
            tell(td -> {
                final Callout callout = td.after(1_000, () -> log.add("fired"));
                log.add(callout.isPending());
                log.add(callout.stop());
                log.add(callout.stop());
                log.add(callout.isPending());
            });
            assertThat(log).containsExactly(true, true, false, false);
        }

        @Test
        void shouldNotFireWhenStoppedAfterItsTimeButBeforeItsTurn() {
            tell(td -> {
                final Callout late = td.callout(() -> log.add("late"));
                td.after(1_000, () -> {
                    td.charge(1_000_000);
                    log.add("first");
                });
                td.after(2_000, () -> log.add(late.stop()));
                late.reset(2_001);
            });
            assertThat(log).containsExactly("first", true);
        }

        @Test
        void shouldNotLoseAReArmInItsOwnFunction() {
            tell(td -> {
                final Callout[] self = new Callout[1];
                self[0] = td.callout(() -> {
                    log.add("fired");
                    if (log.size() < 3) {
                        self[0].reset(1_000);
                    }
                });
                self[0].reset(1_000);
            });
            assertThat(log).hasSize(3);
        }

        @Test
        void shouldWaitForTheAwaitedReplyAsEveryOtherMessage() {
            final Port<Probe.Cmd> server = bed.probe(1, Pri.KERN_DAEMON, probe -> probe.self()
                    .after(5_000_000, () -> probe.held.get(0).reply(NetError.OK)));
            tell(td -> {
                td.after(1_000, () -> log.add("callout"));
                td.doMsg(server, td.initMsg(new Hold(1)), reply -> log.add("reply"));
            });
            assertThat(log).containsExactly("reply", "callout");
        }

        @Test
        void shouldAgreeWithAPlainModelWhenArmedMovedAndStoppedAtRandom() {
            final Seed seed = Seed.of(11);
            final int n = 200;
            final long[] due = new long[n];
            final List<Long> fired = new ArrayList<>();
            bed.quiet();
            bed.conductor.at(bed.conductor.nowNs() + 1, () -> {
                final Callout[] callouts = new Callout[n];
                for (int i = 0; i < n; i++) {
                    final int which = i;
                    callouts[i] = bed.cpu(0).callout(() -> {
                        assertThat(bed.cpu(0).clock().nowNs()).isGreaterThanOrEqualTo(due[which]);
                        assertThat(due[which]).isPositive();
                        fired.add(due[which]);
                        due[which] = 0;
                    });
                }
                for (int i = 0; i < 20 * n; i++) {
                    final int which = seed.nextInt(n);
                    if (seed.chance(0.3)) {
                        assertThat(callouts[which].stop()).isEqualTo(due[which] != 0);
                        due[which] = 0;
                    } else {
                        final long delay = 1L + seed.nextInt(1_000_000);
                        callouts[which].reset(delay);
                        due[which] = bed.cpu(0).clock().nowNs() + delay;
                    }
                }
            });
            bed.quiet();
            assertThat(due).containsOnly(0);
            assertThat(fired).hasSizeGreaterThan(n / 2).isSorted();
        }

        private void tell(final Consumer<Td> function) {
            bed.tell(port, probe -> function.accept(probe.self()));
        }
    }
}
