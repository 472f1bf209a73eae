package odonata.ssi.uplink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Function;
import odonata.actors.cpu.ThreadClass;
import odonata.actors.lwkt.Handlers;
import odonata.actors.lwkt.LwktThread;
import odonata.actors.lwkt.Pri;
import odonata.actors.lwkt.Td;
import odonata.actors.netisr.NetMsg;
import odonata.actors.port.Msg;
import odonata.actors.port.Port;
import odonata.actors.port.SyncPort;
import odonata.protocol.errno.NetError;
import odonata.protocol.flow.BucketMap;
import odonata.protocol.wire.Mbuf;
import odonata.ssi.uplink.frame.FrameFault;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Threads of real CPUs in two or three members send each other messages. */
@Timeout(600)
class UplinkOfCpusTest {
    private static final int SERVER = 5;

    private final List<RealMember> members = new ArrayList<>();

    /** Markers count, a service-sync is replied, anything else is not for it. */
    private static final class Server extends LwktThread<NetMsg> {
        private final Consumer<Msg<? extends NetMsg>> work;

        Server(final Td td, final Consumer<Msg<? extends NetMsg>> work) {
            super(td);
            this.work = work;
        }

        @Override
        protected Handlers<NetMsg> handlers() {
            return Handlers.of(NetMsg.class).on(NetMsg.class, work::accept);
        }
    }

    private RealMember member(final int id, final int firstCpu, final int cpus, final int window) {
        return member(id, firstCpu, cpus, window, true);
    }

    private RealMember member(final int id, final int firstCpu, final int cpus, final int window, final boolean lends) {
        final RealMember member = new RealMember(id, firstCpu, cpus, FakeMember.settings(window, true), lends);
        members.add(member);
        return member;
    }

    private static Port<NetMsg> serve(
            final RealMember member, final int cpu, final Consumer<Msg<? extends NetMsg>> work) {
        return member.machine
                .cpu(cpu)
                .spawn(
                        "server",
                        Pri.KERN_DAEMON,
                        SERVER,
                        ThreadClass.KERNEL,
                        LwktThread.behavior(td -> new Server(td, work)));
    }

    /** A thread that does something once it runs. */
    private static void run(final RealMember member, final int cpu, final Function<Td, Runnable> body) {
        member.machine.cpu(cpu).spawn("client", Pri.KERN_DAEMON, 0, ThreadClass.USER, LwktThread.behavior(td -> {
            final Runnable start = body.apply(td);
            td.after(1, start);
            return new Server(td, msg -> {});
        }));
    }

    private void start() throws Exception {
        RealMember.connect(members.toArray(RealMember[]::new));
        members.forEach(member -> member.machine.start());
    }

    @AfterEach
    void stop() {
        members.forEach(RealMember::close);
        assertThat(members).allSatisfy(member -> assertThat(member.panic.get()).isNull());
    }

    @Nested
    class WhenOneSendsToTheOther {

        @Test
        void shouldLoseNothingAndKeepOrderThoughTheReceiverIsSlow() throws Exception {
            final int count = 100_000;
            final RealMember one = member(1, 0, 2, 32);
            final RealMember two = member(2, 2, 1, 32);
            final long[] next = new long[2];
            final AtomicInteger wrong = new AtomicInteger();
            final CountDownLatch all = new CountDownLatch(2 * count);
            final Port<NetMsg> server = serve(two, 2, msg -> {
                final NetMsg.Marker marker = (NetMsg.Marker) msg.command();
                if (marker.version() != next[marker.fromCpu()]++) {
                    wrong.incrementAndGet();
                }
                if (marker.version() % 1000 == 0) {
                    LockSupport.parkNanos(100_000);
                }
                all.countDown();
            });
            for (int cpu = 0; cpu < 2; cpu++) {
                final int from = cpu;
                run(one, cpu, td -> () -> {
                    for (int i = 0; i < count; i++) {
                        td.sendMsg(server, td.initMsg(new NetMsg.Marker(from, i), Port.none()));
                    }
                });
            }
            start();
            assertThat(all.await(240, TimeUnit.SECONDS))
                    .as("%d missing", all.getCount())
                    .isTrue();
            assertThat(wrong).hasValue(0);
            final LinkStats stats = one.uplink.links().get(0);
            assertThat(stats.messages()).isEqualTo(2L * count);
            assertThat(stats.stalls()).isPositive();
            assertThat(two.uplink.links().get(0).lost()).isZero();
        }

        @Test
        void shouldReplyExactlyOnceWithTheResult() throws Exception {
            final RealMember one = member(1, 0, 1, 8);
            final RealMember two = member(2, 1, 1, 8);
            final AtomicLong served = new AtomicLong();
            final Port<NetMsg> server =
                    serve(two, 1, msg -> msg.reply(NetError.EAGAIN, List.of("answer", served.incrementAndGet())));
            final Queue<Object> results = new ConcurrentLinkedQueue<>();
            run(one, 0, td -> () -> ask(td, server, results, 200));
            start();
            await().atMost(Duration.ofMinutes(2)).until(() -> results.size() == 200);
            assertThat(served).hasValue(200);
            assertThat(results).doesNotHaveDuplicates();
        }

        private static void ask(final Td td, final Port<NetMsg> server, final Queue<Object> results, final int left) {
            if (left > 0) {
                td.doMsg(server, td.initMsg((NetMsg) NetMsg.ServiceSync.INSTANCE), reply -> {
                    assertThat(reply.error()).isEqualTo(NetError.EAGAIN);
                    results.add(reply.result());
                    ask(td, server, results, left - 1);
                });
            }
        }

        @Test
        void shouldReplyEsrchWhenThePortIsNotThere() throws Exception {
            final RealMember one = member(1, 0, 1, 8);
            member(2, 1, 1, 8);
            final Queue<NetError> errors = new ConcurrentLinkedQueue<>();
            run(
                    one,
                    0,
                    td -> () -> td.sendMsg(
                            new Port<NetMsg>(1, 60),
                            td.initMsg((NetMsg) NetMsg.ServiceSync.INSTANCE),
                            reply -> errors.add(reply.error())));
            start();
            await().atMost(Duration.ofMinutes(2)).until(() -> !errors.isEmpty());
            assertThat(errors).containsExactly(NetError.ESRCH);
        }

        @Test
        void shouldReplyEmsgsizeWhenItIsTooLongForTheUplink() throws Exception {
            final RealMember one =
                    new RealMember(1, 0, 1, new UplinkSettings(8, 8, 65_800, Duration.ofSeconds(1), true), true);
            members.add(one);
            final RealMember two =
                    new RealMember(2, 1, 1, new UplinkSettings(8, 8, 65_800, Duration.ofSeconds(1), true), true);
            members.add(two);
            final Port<NetMsg> server = serve(two, 1, msg -> msg.reply(NetError.OK, new byte[70_000]));
            final Queue<NetError> errors = new ConcurrentLinkedQueue<>();
            run(
                    one,
                    0,
                    td -> () -> td.sendMsg(
                            server,
                            td.initMsg((NetMsg) NetMsg.ServiceSync.INSTANCE),
                            reply -> errors.add(reply.error())));
            start();
            await().atMost(Duration.ofMinutes(2)).until(() -> !errors.isEmpty());
            assertThat(errors).containsExactly(NetError.EMSGSIZE);
        }
    }

    @Nested
    class WhenAllSendToAll {

        /** Synchronous ports answer while a ring entry is executed, where a CPU cannot wait for credit. */
        @ParameterizedTest
        @ValueSource(booleans = {false, true})
        void shouldNotDeadlockWhenAnswersNeedTheCreditThatRequestsUse(final boolean lends) throws Exception {
            final int count = 1_000;
            final RealMember one = member(1, 0, 1, 2, lends);
            final RealMember two = member(2, 1, 1, 2, lends);
            final CountDownLatch answers = new CountDownLatch(2 * count);
            for (final RealMember member : members) {
                final int cpu = member.machine.cpus().get(0).id();
                member.machine.cpu(cpu).register(SERVER, SyncPort.<NetMsg>putOnly(msg -> NetError.OK));
                run(member, cpu, td -> () -> {
                    for (int i = 0; i < count; i++) {
                        td.sendMsg(
                                new Port<NetMsg>(1 - cpu, SERVER),
                                td.initMsg((NetMsg) NetMsg.ServiceSync.INSTANCE),
                                reply -> answers.countDown());
                    }
                });
            }
            start();
            assertThat(answers.await(240, TimeUnit.SECONDS))
                    .as("%d missing", answers.getCount())
                    .isTrue();
            final long most = one.uplink.links().get(0).creditsMax();
            assertThat(most > 2).as("%d under way at most", most).isEqualTo(lends);
            assertThat(two.uplink.links().get(0).lost()).isZero();
        }

        @Test
        void shouldForwardOverThreeMembersAndReplyOnce() throws Exception {
            final RealMember one = member(1, 0, 1, 8);
            final RealMember two = member(2, 1, 1, 8);
            final RealMember three = member(3, 2, 1, 8);
            final Port<NetMsg> last = serve(three, 2, msg -> msg.reply(NetError.OK, 3));
            final Port<NetMsg> middle = serve(two, 1, msg -> msg.forward(last));
            final Queue<Object> results = new ConcurrentLinkedQueue<>();
            run(one, 0, td -> () -> {
                for (int i = 0; i < 100; i++) {
                    td.sendMsg(
                            middle,
                            td.initMsg((NetMsg) NetMsg.ServiceSync.INSTANCE),
                            reply -> results.add(reply.result()));
                }
            });
            start();
            await().atMost(Duration.ofMinutes(2)).until(() -> results.size() == 100);
            assertThat(results).containsOnly(3);
        }
    }

    @Nested
    class WhenAMemberDies {

        @Test
        void shouldCompleteWhatItHeldWithEhostdownExactlyOnce() throws Exception {
            final int count = 20;
            final RealMember one = member(1, 0, 1, 8);
            final RealMember two = member(2, 1, 1, 8);
            final CountDownLatch held = new CountDownLatch(5);
            final Port<NetMsg> server = serve(two, 1, msg -> held.countDown());
            final ConcurrentHashMap<Integer, AtomicInteger> replies = new ConcurrentHashMap<>();
            final Queue<NetError> errors = new ConcurrentLinkedQueue<>();
            run(one, 0, td -> () -> {
                for (int i = 0; i < count; i++) {
                    final int number = i;
                    td.sendMsg(server, td.initMsg((NetMsg) NetMsg.ServiceSync.INSTANCE), reply -> {
                        replies.computeIfAbsent(number, n -> new AtomicInteger())
                                .incrementAndGet();
                        errors.add(reply.error());
                    });
                }
            });
            start();
            assertThat(held.await(240, TimeUnit.SECONDS)).isTrue();
            two.die();
            one.uplink.removePeer(2);
            await().atMost(Duration.ofMinutes(2)).until(() -> errors.size() >= count);
            assertThat(errors).containsOnly(NetError.EHOSTDOWN).hasSize(count);
            assertThat(replies).hasSize(count).allSatisfy((number, n) -> assertThat(n)
                    .hasValue(1));
        }

        @Test
        void shouldNoticeByItselfAndTellTheNode() throws Exception {
            final RealMember one = member(1, 0, 1, 8);
            final RealMember two = member(2, 1, 1, 8);
            final Port<NetMsg> server = serve(two, 1, msg -> {});
            final Queue<NetError> errors = new ConcurrentLinkedQueue<>();
            run(
                    one,
                    0,
                    td -> () -> td.sendMsg(
                            server,
                            td.initMsg((NetMsg) NetMsg.ServiceSync.INSTANCE),
                            reply -> errors.add(reply.error())));
            start();
            two.die();
            await().atMost(Duration.ofMinutes(2)).until(() -> !errors.isEmpty());
            assertThat(errors).containsExactly(NetError.EHOSTDOWN);
            assertThat(one.broken).containsExactly(2);
            assertThat(one.uplink.reaches(1)).isFalse();
        }
    }

    @Test
    void shouldCarryPacketsAndMapsOfTheProtocolThreads() throws Exception {
        final RealMember one = member(1, 0, 1, 64);
        final RealMember two = member(2, 1, 1, 64);
        final Queue<NetMsg> got = new ConcurrentLinkedQueue<>();
        final Port<NetMsg> server = serve(two, 1, msg -> got.add(msg.command()));
        run(one, 0, td -> () -> {
            td.sendMsg(server, td.initMsg(new NetMsg.Packet(Mbuf.of(new byte[] {1, 2, 3}), 4, 5), Port.none()));
            td.sendMsg(server, td.initMsg(new NetMsg.MapChanged(BucketMap.masked(6, new int[] {0, 1})), Port.none()));
        });
        start();
        await().atMost(Duration.ofMinutes(2)).until(() -> got.size() == 2);
        assertThat(((NetMsg.Packet) got.remove()).mbuf().data()).containsExactly(1, 2, 3);
        assertThat(((NetMsg.MapChanged) got.remove()).map().version()).isEqualTo(6);
        assertThat(two.uplink.faults().get(FrameFault.PAYLOAD)).isZero();
    }
}
