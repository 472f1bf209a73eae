package odonata.actors.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import odonata.actors.lwkt.Pri;
import odonata.actors.lwkt.Td;
import odonata.actors.port.Port;
import odonata.actors.testing.Bed;
import odonata.actors.testing.Probe;
import odonata.actors.testing.Probe.Cmd.Ask;
import odonata.protocol.clock.Seed;
import odonata.protocol.errno.KernelPanic;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class TokenTest {
    private final LwktToken a = LwktToken.create("a");
    private final LwktToken b = LwktToken.create("b");
    private final LwktToken c = LwktToken.create("c");
    private final List<String> log = new ArrayList<>();

    @Nested
    class OfOneThread {
        private final Bed bed = Bed.virtual(1).start();
        private final Port<Probe.Cmd> port = bed.probe(0);

        @AfterEach
        void close() {
            bed.close();
        }

        private void expectPanic(final Consumer<Td> calls, final String... parts) {
            bed.tell(port, probe -> calls.accept(probe.self()));
            assertThat(bed.takePanics())
                    .singleElement()
                    .isInstanceOf(KernelPanic.class)
                    .asString()
                    .contains(parts);
        }

        @Test
        void I15_releaseInExactReverseOrder() {
            bed.tell(port, probe -> {
                final Td td = probe.self();
                td.getToken(
                        a,
                        () -> td.getToken(b, () -> {
                            assertThat(td.holdsToken(a) && td.holdsToken(b)).isTrue();
                            assertThat(td.holdsToken(c)).isFalse();
                            td.relToken(b);
                            td.relToken(a);
                            assertThat(td.holdsToken(a)).isFalse();
                        }));
            });
            assertThat(a.word()).isZero();
            assertThat(b.word()).isZero();
        }

        @Test
        void I15_releaseOutOfOrderIsAPanicNamingThreadCpuCallAndRule() {
            expectPanic(
                    td -> td.getToken(a, () -> td.getToken(b, () -> td.relToken(a))),
                    "lwkt_reltoken",
                    "thread thread@0",
                    "cpu 0",
                    "token a",
                    "the last it got is b",
                    "exact reverse order");
        }

        @Test
        void I15_releaseOfWhatWasNotGotIsAPanic() {
            expectPanic(td -> td.relToken(a), "lwkt_reltoken", "the last it got is none");
        }

        @Test
        void I15_swapExchangesTheTopTwo() {
            bed.tell(port, probe -> {
                final Td td = probe.self();
                assertThat(td.tryToken(a) && td.tryToken(b) && td.tryToken(c)).isTrue();
                td.swapTokens();
                td.relToken(b);
                td.relToken(c);
                td.relToken(a);
            });
            assertThat(a.word() + b.word() + c.word()).isZero();
        }

        @Test
        void I15_swapOfOneIsAPanic() {
            expectPanic(td -> td.getToken(a, td::swapTokens), "lwkt_token_swap", "thread@0", "needed are two");
        }

        @Test
        void I15_atMost32AlsoOfTheSame() {
            expectPanic(
                    td -> {
                        for (int i = 0; i < TokenSet.MOST; i++) {
                            td.getToken(a, () -> {});
                        }
                        log.add("32");
                        td.getToken(a, () -> log.add("33"));
                    },
                    "lwkt_gettoken",
                    "32 already");
            assertThat(log).containsExactly("32");
        }

        @Test
        void I14_recursionNeedsAsManyReleases() {
            bed.tell(port, probe -> {
                final Td td = probe.self();
                td.getToken(
                        a,
                        () -> td.getTokenShared(
                                a,
                                () -> td.getToken(a, () -> {
                                    td.relToken(a);
                                    td.relToken(a);
                                    assertThat(a.word()).isEqualTo(LwktToken.EXCLUSIVE);
                                    td.relToken(a);
                                })));
            });
            assertThat(a.word()).isZero();
        }

        @Test
        void I14_sharedThenExclusiveIsAPanic() {
            expectPanic(
                    td -> td.getTokenShared(a, () -> td.getToken(a, () -> log.add("got"))),
                    "lwkt_gettoken",
                    "it shared");
            assertThat(log).isEmpty();
        }

        @Test
        void I14_givenUpWhenThereIsNoMessageAndRegainedForTheNext() {
            bed.tell(port, probe -> probe.self().getToken(a, () -> {}));
            assertThat(a.word()).as("no message").isZero();
            bed.tell(port, probe -> {
                assertThat(a.word()).isEqualTo(LwktToken.EXCLUSIVE);
                assertThat(probe.self().holdsToken(a)).isTrue();
                probe.self().relToken(a);
            });
            assertThat(a.word()).isZero();
        }

        @Test
        void I14_aThreadThatEndsGivesAllUp() {
            bed.tell(port, probe -> {
                probe.self().getToken(a, () -> {});
                probe.self().exit();
            });
            assertThat(a.word()).isZero();
        }
    }

    @Nested
    class OfTwoCpus {
        private final Bed bed = Bed.virtual(2).start();
        private final Port<Probe.Cmd> first = bed.probe(0);
        private final Port<Probe.Cmd> second = bed.probe(1);
        private final long startNs;

        OfTwoCpus() {
            bed.quiet();
            startNs = bed.conductor.nowNs();
        }

        @AfterEach
        void close() {
            bed.close();
        }

        private void postAt(final long delayNs, final Port<Probe.Cmd> port, final Consumer<Probe> function) {
            bed.conductor.at(startNs + delayNs, () -> bed.post(port, function));
        }

        /** Gets, works, releases, and writes down when. */
        private void work(final Td td, final LwktToken token, final String name, final long workNs) {
            td.getToken(token, () -> {
                log.add(name + " from " + (td.now() - startNs) / 1_000);
                td.charge(workNs);
                td.relToken(token);
            });
        }

        @Test
        void I14_contentionIsOverWhenTheOtherHasReleasedAndTheCpuSleepsMeanwhile() {
            postAt(0, first, probe -> work(probe.self(), a, "first", 100_000));
            postAt(10_000, second, probe -> work(probe.self(), a, "second", 100_000));
            final long before = bed.conductor.steps();
            bed.quiet();
            assertThat(log).containsExactly("first from 0", "second from 100");
            assertThat(bed.conductor.steps() - before).as("no busy loop").isLessThan(20);
            assertThat(bed.cpu(1).counters().get(CpuCounter.TOKEN_COLLISIONS)).isPositive();
        }

        @Test
        void I14_othersOfTheCpuRunMeanwhile() {
            final Port<Probe.Cmd> other = bed.probe(1);
            postAt(0, first, probe -> work(probe.self(), a, "first", 100_000));
            postAt(10_000, second, probe -> work(probe.self(), a, "second", 0));
            postAt(20_000, other, probe -> log.add("other at " + (probe.self().now() - startNs) / 1_000));
            bed.quiet();
            assertThat(log).containsExactly("first from 0", "other at 20", "second from 100");
        }

        @Test
        void I3_noUserThreadRunsForAThreadThatWaitsForAToken() {
            final Port<Probe.Cmd> user = bed.probe(1, Pri.USER_NORM, probe -> {});
            postAt(0, first, probe -> work(probe.self(), a, "first", 100_000));
            postAt(10_000, second, probe -> work(probe.self(), a, "second", 0));
            postAt(20_000, user, probe -> log.add("user"));
            bed.quiet();
            assertThat(log).containsExactly("first from 0", "second from 100", "user");
        }

        @Test
        void I14_tryFailsAndChangesNothing() {
            postAt(0, first, probe -> work(probe.self(), a, "first", 100_000));
            postAt(10_000, second, probe -> {
                final Td td = probe.self();
                assertThat(td.tryToken(b)).isTrue();
                assertThat(td.tryToken(a)).isFalse();
                assertThat(td.holdsToken(a)).isFalse();
                td.relToken(b);
                log.add("tried");
            });
            bed.quiet();
            assertThat(log).containsExactly("first from 0", "tried");
            assertThat(a.word()).isZero();
        }

        @Test
        void I14_sharedHoldersDoNotExcludeEachOther() {
            postAt(0, first, probe -> shared(probe.self(), "first"));
            postAt(10_000, second, probe -> shared(probe.self(), "second"));
            bed.quiet();
            assertThat(log).containsExactly("first from 0", "second from 10");
            assertThat(a.word()).isZero();
        }

        private void shared(final Td td, final String name) {
            td.getTokenShared(a, () -> {
                log.add(name + " from " + (td.now() - startNs) / 1_000);
                td.charge(50_000);
                td.relToken(a);
            });
        }

        @Test
        void I14_sharedAndExclusiveExcludeEachOther() {
            postAt(0, first, probe -> shared(probe.self(), "shared"));
            postAt(10_000, second, probe -> work(probe.self(), a, "exclusive", 100_000));
            postAt(80_000, first, probe -> shared(probe.self(), "shared"));
            bed.quiet();
            assertThat(log).containsExactly("shared from 0", "exclusive from 50", "shared from 150");
        }

        @Test
        void I14_givenUpWhileTheThreadWaitsAndHadAgainBeforeItGoesOn() {
            final Port<Probe.Cmd> server = bed.probe(1);
            postAt(0, first, probe -> {
                final Td td = probe.self();
                td.getToken(
                        a,
                        () -> td.getToken(
                                b,
                                () -> td.doMsg(server, td.initMsg(new Ask(1)), reply -> {
                                    assertThat(a.word()).isEqualTo(LwktToken.EXCLUSIVE);
                                    assertThat(b.word()).isEqualTo(LwktToken.EXCLUSIVE);
                                    log.add("again");
                                    td.relToken(b);
                                    td.relToken(a);
                                })));
            });
            bed.conductor.at(startNs + 1, () -> {
                assertThat(a.word()).isZero();
                assertThat(b.word()).isZero();
                log.add("given up");
            });
            bed.quiet();
            assertThat(log).containsExactly("given up", "again");
        }

        @Test
        void I14_keptOverFollowingMessagesUntilSomebodyWantsIt() {
            for (int i = 0; i < 4; i++) {
                postAt(0, first, probe -> {
                    if (!probe.self().holdsToken(a)) {
                        probe.self().getToken(a, () -> {});
                    }
                    probe.self().charge(10_000);
                    log.add("message");
                });
            }
            bed.conductor.at(startNs + 5_000, () -> log.add("held " + a.word()));
            postAt(15_000, second, probe -> work(probe.self(), a, "second", 0));
            bed.quiet();
            assertThat(log).containsExactly("message", "held 1", "message", "message", "second from 31", "message");
        }
    }

    /** When each thread ran with which tokens; two intervals of one token overlap only if both are shared. */
    private static final class Book {
        private record Use(String who, long fromNs, long toNs, boolean exclusive) {}

        private final Map<LwktToken, List<Use>> uses = new HashMap<>();

        void add(final LwktToken token, final String who, final long fromNs, final long toNs, final boolean exclusive) {
            for (final Use use : uses.computeIfAbsent(token, key -> new ArrayList<>())) {
                final boolean overlaps = use.fromNs < toNs && fromNs < use.toNs;
                assertThat(overlaps && (exclusive || use.exclusive))
                        .as("%s has %s from %d to %d, and %s", who, token, fromNs, toNs, use)
                        .isFalse();
            }
            uses.get(token).add(new Use(who, fromNs, toNs, exclusive));
        }
    }

    @Nested
    class AtRandom {
        private static final int CPUS = 3;
        private static final int JOBS = 12;

        private final List<LwktToken> tokens = List.of(a, b, c);
        private int ended;
        private Book book;

        /** Threads of three CPUs get one to three tokens in any order, work, wait for a server, work again, release. */
        @Test
        void I14_I16_noTwoRunWithOneTokenAndAllEnd() {
            final Bed bed = Bed.virtual(CPUS, Bed.settings(16, 4, 0, 0)).start();
            final List<Port<Probe.Cmd>> threads = new ArrayList<>();
            final List<Port<Probe.Cmd>> servers = new ArrayList<>();
            for (int cpu = 0; cpu < CPUS; cpu++) {
                servers.add(bed.probe(cpu));
                threads.add(bed.probe(cpu));
                threads.add(bed.probe(cpu));
            }
            bed.quiet();
            long collisions = 0;
            for (int value = 1; value <= 300; value++) {
                book = new Book();
                ended = 0;
                final Seed seed = Seed.of(value);
                for (int job = 0; job < JOBS; job++) {
                    final Seed own = seed.split(job);
                    final Port<Probe.Cmd> port = threads.get(seed.nextInt(threads.size()));
                    bed.conductor.at(
                            bed.conductor.nowNs() + seed.nextInt(8_000),
                            () -> bed.post(
                                    port,
                                    probe -> job(
                                            probe.self(),
                                            own,
                                            servers.get(own.nextInt(CPUS)),
                                            1 + own.nextInt(3),
                                            new ArrayList<>())));
                }
                bed.quiet();
                assertThat(bed.panics).as("seed %d", value).isEmpty();
                assertThat(ended).as("seed %d", value).isEqualTo(JOBS);
                assertThat(a.word() + b.word() + c.word()).as("seed %d", value).isZero();
            }
            for (int cpu = 0; cpu < CPUS; cpu++) {
                collisions += bed.cpu(cpu).counters().get(CpuCounter.TOKEN_COLLISIONS);
            }
            assertThat(collisions).isGreaterThan(300);
            bed.close();
        }

        private void job(
                final Td td, final Seed seed, final Port<Probe.Cmd> server, final int more, final List<LwktToken> got) {
            if (more > 0) {
                final LwktToken token = tokens.get(seed.nextInt(3));
                got.add(token);
                td.getToken(token, () -> job(td, seed, server, more - 1, got));
                return;
            }
            use(td, seed, got);
            td.doMsg(server, td.initMsg(new Ask(1)), reply -> {
                got.forEach(token -> assertThat(token.word()).isEqualTo(LwktToken.EXCLUSIVE));
                use(td, seed, got);
                for (int i = got.size() - 1; i >= 0; i--) {
                    td.relToken(got.get(i));
                }
                ended++;
            });
        }

        private void use(final Td td, final Seed seed, final List<LwktToken> got) {
            final long from = td.now();
            td.charge(1 + seed.nextInt(2_000));
            final String who = "cpu " + td.cpu();
            new HashSet<>(got).forEach(token -> book.add(token, who, from, td.now(), true));
        }
    }

    @Nested
    class OnTheWallClock {
        private final int[] plain = new int[1];

        /** Two threads a CPU on three carriers count in a plain field, tokens in opposite order. */
        @Test
        void I14_I16_holdsOnCarriersOfTheirOwn() {
            final int cpus = 3;
            final int rounds = 2_000;
            final CompletableFuture<Integer> done = new CompletableFuture<>();
            final AtomicInteger left = new AtomicInteger(2 * cpus);
            try (Bed bed = Bed.wall(cpus, Bed.settings(64, 8, 5, 1))) {
                for (int i = 0; i < 2 * cpus; i++) {
                    final LwktToken one = i % 2 == 0 ? a : b;
                    final LwktToken two = i % 2 == 0 ? b : a;
                    bed.post(
                            bed.probe(i % cpus),
                            probe -> count(probe.self(), one, two, rounds, () -> {
                                if (left.decrementAndGet() == 0) {
                                    done.complete(0);
                                }
                            }));
                }
                bed.start();
                Bed.await(done);
                assertThat(plain[0]).isEqualTo(2 * cpus * rounds);
            }
        }

        private void count(
                final Td td, final LwktToken one, final LwktToken two, final int rounds, final Runnable then) {
            if (rounds == 0) {
                then.run();
                return;
            }
            td.getToken(
                    one,
                    () -> td.getToken(two, () -> {
                        plain[0]++;
                        td.relToken(two);
                        td.relToken(one);
                        td.after(0, () -> count(td, one, two, rounds - 1, then));
                    }));
        }
    }
}
