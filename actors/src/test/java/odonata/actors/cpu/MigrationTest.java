package odonata.actors.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import odonata.actors.lwkt.Handlers;
import odonata.actors.lwkt.LwktThread;
import odonata.actors.lwkt.Pri;
import odonata.actors.lwkt.Td;
import odonata.actors.port.Msg;
import odonata.actors.port.Port;
import odonata.actors.testing.Bed;
import odonata.actors.testing.Probe;
import odonata.actors.testing.Probe.Cmd.Ask;
import odonata.actors.testing.Probe.Cmd.Do;
import odonata.actors.testing.Probe.Cmd.Hold;
import odonata.actors.testing.Probe.Cmd.Note;
import odonata.protocol.errno.NetError;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Threads that change their CPU: {@code lwkt_setcpu_self}, {@code lwkt_giveaway}, {@code lwkt_acquire}. */
class MigrationTest {
    private static final int CPUS = 3;

    private final Bed bed = Bed.virtual(CPUS).start();
    private final List<Object> log = new ArrayList<>();
    private Probe thread;
    private CpuThread struct;
    private final Port<Probe.Cmd> port = bed.probe(0, Pri.KERN_DAEMON, probe -> thread = probe);
    private final List<Port<Probe.Cmd>> others = List.of(bed.probe(0), bed.probe(1), bed.probe(2));

    MigrationTest() {
        bed.tell(port, probe -> struct = bed.cpu(0).curthread());
    }

    @AfterEach
    void close() {
        bed.close();
    }

    private void move(final int cpu) {
        bed.tell(port, probe -> probe.self().setCpuSelf(cpu, () -> {}));
        assertThat(struct.cpu().id()).isEqualTo(cpu);
    }

    private void send(final int fromCpu, final Probe.Cmd command) {
        bed.tell(others.get(fromCpu), probe -> probe.self().sendMsg(port, Msg.init(command, Port.none())));
    }

    private <C extends Probe.Cmd> Msg<C> request(final int fromCpu, final C command) {
        final Msg<C> msg = Msg.init(command, others.get(fromCpu));
        bed.tell(others.get(fromCpu), probe -> probe.self().sendMsg(port, msg));
        return msg;
    }

    private long total(final CpuCounter counter) {
        return bed.machine().cpus().stream()
                .mapToLong(cpu -> cpu.counters().get(counter))
                .sum();
    }

    @Nested
    class SetCpuSelf {
        @Test
        void shouldGoOnOnTheOtherCpuBeforeItTakesAMessage() {
            bed.post(port, probe -> probe.self().setCpuSelf(1, () -> {
                log.add(probe.self().cpu());
                log.add(bed.cpu(1).curthread() == struct);
                log.add(probe.self().gd() == bed.cpu(1));
                log.add(List.copyOf(thread.received));
            }));
            bed.cpu(0).injectMsg(port, Msg.init(new Note(1), Port.none()));
            bed.quiet();
            assertThat(log).containsExactly(1, true, true, List.of());
            assertThat(thread.received).containsExactly(1);
            assertThat(bed.cpu(1).counters().get(CpuCounter.MIGRATIONS)).isEqualTo(1);
        }

        @Test
        void shouldRunAtOnceWhenItIsThereAlready() {
            bed.tell(port, probe -> {
                probe.self().setCpuSelf(0, () -> log.add("then"));
                log.add("after");
            });
            assertThat(log).containsExactly("then", "after");
            assertThat(total(CpuCounter.MIGRATIONS)).isZero();
        }

        @ParameterizedTest
        @ValueSource(ints = {0, 1, 2})
        void shouldKeepItsPortForSendersOnEveryCpu(final int sender) {
            for (final int cpu : new int[] {1, 2, 1, 0, 2, 0}) {
                move(cpu);
                thread.received.clear();
                send(sender, new Note(cpu));
                final Msg<Ask> ask = request(sender, new Ask(7));
                assertThat(thread.received).containsExactly(cpu, 7);
                assertThat(ask.isDone()).isTrue();
                assertThat(ask.result()).isEqualTo(8);
            }
        }

        @Test
        void I62_chainsOfForwardsHaveLengthOneHoweverOftenItMoved() {
            for (final int cpu : new int[] {1, 2, 1, 2}) {
                move(cpu);
            }
            final long before = total(CpuCounter.CHASED);
            send(1, new Note(1));
            assertThat(total(CpuCounter.CHASED) - before).isEqualTo(1);
            move(0);
            final long home = total(CpuCounter.CHASED);
            send(1, new Note(2));
            assertThat(total(CpuCounter.CHASED) - home).isZero();
            assertThat(thread.received).containsExactly(1, 2);
        }

        @Test
        void shouldTakeAlongWhatItHoldsAndWhatWaits() {
            final Msg<Hold> held = request(1, new Hold(1));
            bed.post(port, probe -> {
                probe.self().charge(10_000);
                probe.self().setCpuSelf(2, () -> log.add("there"));
            });
            final Msg<Ask> waiting = Msg.init(new Ask(2), others.get(1)).urgent();
            bed.post(others.get(1), probe -> probe.self().sendMsg(port, Msg.init(new Note(3), Port.none())));
            bed.post(others.get(1), probe -> probe.self().sendMsg(port, waiting));
            bed.quiet();
            assertThat(struct.cpu().id()).isEqualTo(2);
            assertThat(thread.received).containsExactly(1, 2, 3);
            assertThat(waiting.result()).isEqualTo(3);
            bed.tell(port, probe -> probe.held
                    .get(0)
                    .reply(NetError.OK, "from " + probe.self().cpu()));
            assertThat(held.result()).isEqualTo("from 2");
            assertThat(total(CpuCounter.QUEUE_DEPTH)).isZero();
        }

        @Test
        void shouldGetTheRepliesOfWhatItSentBefore() {
            final Msg<Hold> async = Msg.init(new Hold(1), port);
            bed.tell(port, probe -> {
                probe.self()
                        .sendMsg(
                                others.get(1),
                                async,
                                reply -> log.add(probe.self().cpu()));
                probe.self().setCpuSelf(2, () -> {});
            });
            bed.tell(others.get(1), probe -> probe.held.get(0).reply(NetError.OK));
            assertThat(log).containsExactly(2);
            assertThat(async.isDone()).isTrue();
        }

        @Test
        void shouldWaitForRepliesWhereItIs() {
            move(2);
            bed.tell(port, probe -> probe.self()
                    .doMsg(others.get(2), probe.self().initMsg(new Ask(1)), reply -> log.add(reply.result())));
            bed.tell(port, probe -> probe.self().tsleep("ident", "test", 0, error -> log.add(error)));
            bed.tell(others.get(1), probe -> probe.self().wakeup("ident"));
            bed.tell(port, probe -> probe.self().tsleep("ident", "test", 500, error -> log.add(error)));
            assertThat(log).containsExactly(2, NetError.OK, NetError.EAGAIN);
        }

        @Test
        void shouldTakeItsCalloutsAlong() {
            final List<Callout> callouts = new ArrayList<>();
            final long[] armedNs = new long[1];
            bed.post(port, probe -> {
                final Td td = probe.self();
                armedNs[0] = td.now();
                td.after(30_000, () -> log.add(td.cpu() + " late " + (td.now() - armedNs[0]) / 10_000));
                td.after(20_000, () -> log.add(td.cpu() + " early"));
                td.after(25_000, new Do(p -> log.add(p.self().cpu() + " command")));
                callouts.add(td.after(22_000, () -> log.add("stopped")));
                callouts.add(td.callout(() -> log.add(td.cpu() + " idle one")));
                td.setCpuSelf(2, () -> {
                    assertThat(callouts.get(0).stop()).isTrue();
                    assertThat(callouts.get(1).isPending()).isFalse();
                    callouts.get(1).reset(40_000);
                });
            });
            bed.quiet();
            assertThat(log).containsExactly("2 early", "2 command", "2 late 3", "2 idle one");
            assertThat(bed.cpu(0).callouts().size()).isZero();
        }

        @Test
        void I17_theRollupRunsWhereTheThreadIs() {
            final List<Integer> at = new ArrayList<>();
            bed.spawn(0, Pri.KERN_DAEMON, td -> new LwktThread<Probe.Cmd>(td) {
                {
                    td.after(1_000, () -> td.setCpuSelf(1, () -> log.add("there")));
                }

                @Override
                protected Handlers<Probe.Cmd> handlers() {
                    return Handlers.of(Probe.Cmd.class).on(Probe.Cmd.class, msg -> {});
                }

                @Override
                protected void rollup() {
                    at.add(td().cpu());
                }
            });
            bed.quiet();
            assertThat(log).containsExactly("there");
            assertThat(at).containsExactly(1);
        }

        @Test
        void shouldShowAThreadThatMoves() {
            bed.cpu(0).ktr(new Ktr(bed.cpu(0), 256));
            final List<ThreadState> seen = new ArrayList<>();
            bed.conductor.afterEachStep(cpu -> cpu.threads().stream()
                    .filter(t -> t.flags().contains(TdFlag.MIGRATING))
                    .forEach(seen::add));
            move(1);
            assertThat(seen).isNotEmpty().allSatisfy(t -> {
                assertThat(t.status()).isEqualTo(ThreadState.Status.MIGRATING);
                assertThat(t.wmesg()).isEqualTo("setcpu");
            });
            assertThat(bed.cpu(0).ktr().events()).anyMatch(e -> e.kind() == Ktr.Kind.MIGRATE && e.other() == 1);
            assertThat(bed.cpu(0).threads()).noneMatch(t -> t.portIndex() == port.index());
        }
    }

    @Nested
    class WhenItEndsAway {
        @Test
        void shouldReplyEsrchToWhatItHeldAndToWhatComesLater() {
            final Msg<Hold> held = request(2, new Hold(1));
            move(1);
            bed.tell(port, probe -> probe.self().exit());
            assertThat(held.error()).isEqualTo(NetError.ESRCH);
            assertThat(request(1, new Ask(2)).error()).isEqualTo(NetError.ESRCH);
            assertThat(request(0, new Ask(3)).error()).isEqualTo(NetError.ESRCH);
        }

        @Test
        void shouldReplyEfaultWhenItDies() {
            final Msg<Hold> held = request(2, new Hold(1));
            move(1);
            bed.tell(port, probe -> {
                throw new IllegalStateException("test");
            });
            assertThat(bed.takeDeaths()).hasSize(1);
            assertThat(held.error()).isEqualTo(NetError.EFAULT);
            assertThat(request(1, new Ask(2)).error()).isEqualTo(NetError.ESRCH);
        }

        @Test
        void shouldNotGoWhenItDiesInTheSameHandler() {
            final Msg<Hold> held = request(2, new Hold(1));
            bed.tell(port, probe -> {
                probe.self().setCpuSelf(1, () -> log.add("there"));
                throw new IllegalStateException("test");
            });
            assertThat(bed.takeDeaths()).hasSize(1);
            assertThat(held.error()).isEqualTo(NetError.EFAULT);
            assertThat(log).isEmpty();
            assertThat(total(CpuCounter.MIGRATIONS)).isZero();
        }

        @Test
        void shouldExitThereWhenItSaidSoInTheSameHandler() {
            bed.tell(port, probe -> {
                probe.self().setCpuSelf(1, () -> log.add("there"));
                probe.self().exit();
            });
            assertThat(log).containsExactly("there");
            assertThat(request(1, new Ask(2)).error()).isEqualTo(NetError.ESRCH);
        }
    }

    @Nested
    class Refused {
        static Stream<Arguments> states() {
            final LwktToken token = LwktToken.create("token");
            return Stream.of(
                    refusal("critical section", Td::critEnter),
                    refusal("tokens", td -> td.getToken(token, () -> {})),
                    refusal("sleep queue", td -> td.tsleepInterlock("ident", "test")),
                    refusal("waits already", td -> td.doMsg(new Port<>(1, 99), td.initMsg(new Ask(1)), reply -> {})),
                    refusal("after its exit", Td::exit));
        }

        private static Arguments refusal(final String why, final Consumer<Td> before) {
            return Arguments.of(why, before);
        }

        @ParameterizedTest(name = "{0}")
        @MethodSource("states")
        void shouldNotLeaveItsCpu(final String why, final Consumer<Td> before) {
            bed.tell(port, probe -> {
                before.accept(probe.self());
                probe.self().setCpuSelf(1, () -> log.add("there"));
            });
            assertThat(bed.takePanics()).singleElement().asString().contains(why);
            assertThat(log).isEmpty();
        }

        @ParameterizedTest
        @EnumSource(
                value = ThreadClass.class,
                names = {"INTERRUPT", "NETISR", "TCP", "UDP"})
        void shouldNotLeaveTheCpuThatCannotDoWithoutIt(final ThreadClass bound) {
            final Port<Probe.Cmd> thread = bed.cpu(0).spawn("bound", 28, 0, bound, LwktThread.behavior(Probe::new));
            bed.tell(thread, probe -> probe.self().setCpuSelf(1, () -> log.add("there")));
            assertThat(bed.takePanics()).singleElement().asString().contains("bound to its CPU");
        }

        @Test
        void shouldNotGoToAnotherMachine() {
            bed.addMachine(2, 10, 1, Uplink.none());
            bed.tell(port, probe -> probe.self().setCpuSelf(10, () -> log.add("there")));
            assertThat(bed.takePanics()).singleElement().asString().contains("another machine");
        }

        @Test
        void shouldNotBeGivenAwayUnlessDescheduled() {
            bed.tell(others.get(0), probe -> probe.self().giveaway(port));
            assertThat(bed.takePanics()).singleElement().asString().contains("deschedule it first");
        }

        @Test
        void shouldNotBeGivenAwayWhileItWaits() {
            bed.tell(port, probe -> {
                probe.self().doMsg(others.get(1), probe.self().initMsg(new Hold(1)), reply -> {});
                probe.self().deschedule();
            });
            bed.tell(others.get(0), probe -> probe.self().giveaway(port));
            assertThat(bed.takePanics()).singleElement().asString().contains("while it waits");
        }

        @Test
        void shouldNotBeGivenAwayByAnotherCpu() {
            bed.tell(others.get(1), probe -> probe.self().giveaway(port));
            assertThat(bed.takePanics()).singleElement().asString().contains("not on CPU 1");
        }

        @Test
        void shouldNotBeAcquiredUnlessGivenAway() {
            bed.tell(others.get(1), probe -> probe.self().acquire(port, () -> {}));
            assertThat(bed.takePanics()).singleElement().asString().contains("nobody has given away");
        }
    }

    @Nested
    class GiveawayAndAcquire {
        private void deschedule() {
            bed.tell(port, probe -> probe.self().deschedule());
        }

        @ParameterizedTest
        @ValueSource(ints = {0, 1, 2})
        void shouldBringADescheduledThreadWithoutSchedulingIt(final int to) {
            deschedule();
            bed.post(others.get(0), probe -> {
                probe.self().giveaway(port);
                probe.self().sendMsg(port, Msg.init(new Note(1), Port.none()));
            });
            bed.post(others.get(to), probe -> probe.self()
                    .acquire(port, () -> log.add(struct.cpu().id())));
            send(1, new Note(2));
            assertThat(log).containsExactly(to);
            assertThat(struct.state().status()).isEqualTo(ThreadState.Status.STOPPED);
            assertThat(thread.received).isEmpty();
            bed.tell(others.get(1), probe -> probe.self().schedule(port));
            assertThat(thread.received).containsExactly(1, 2);
            bed.tell(port, probe -> log.add(probe.self().cpu()));
            assertThat(log).containsExactly(to, to);
        }

        @Test
        void shouldWaitForWhoAcquiresIt() {
            deschedule();
            bed.tell(others.get(0), probe -> probe.self().giveaway(port));
            send(2, new Note(1));
            bed.tell(others.get(1), probe -> probe.self().schedule(port));
            assertThat(thread.received).isEmpty();
            assertThat(struct.state().status()).isEqualTo(ThreadState.Status.MIGRATING);
            bed.tell(others.get(1), probe -> probe.self().acquire(port, () -> log.add("here")));
            assertThat(thread.received).containsExactly(1);
        }

        @Test
        void shouldGoFromOneVisitToTheNext() {
            move(1);
            deschedule();
            bed.tell(others.get(1), probe -> probe.self().giveaway(port));
            bed.tell(others.get(2), probe -> probe.self()
                    .acquire(port, () -> log.add(struct.cpu().id())));
            bed.tell(others.get(2), probe -> probe.self().schedule(port));
            send(0, new Note(1));
            assertThat(log).containsExactly(2);
            assertThat(thread.received).containsExactly(1);
        }
    }

    @Nested
    class AbortedMessages {
        private Msg<Hold> hold(final int fromCpu) {
            final Msg<Hold> msg = Msg.init(new Hold(1), others.get(fromCpu)).abortable();
            bed.tell(others.get(fromCpu), probe -> probe.self().sendMsg(port, msg));
            return msg;
        }

        private void abort(final int fromCpu, final Msg<?> msg) {
            thread.whenAborted =
                    aborted -> aborted.reply(NetError.EINTR, thread.self().cpu());
            bed.tell(others.get(fromCpu), probe -> probe.self().abortMsg(msg));
            assertThat(msg.error()).isEqualTo(NetError.EINTR);
            assertThat(msg.isDone()).isTrue();
        }

        @ParameterizedTest
        @ValueSource(ints = {0, 1, 2})
        void shouldFollowAMessageThatIsHeldByAThreadThatMoved(final int from) {
            final Msg<Hold> msg = hold(from);
            move(1);
            move(2);
            abort(from, msg);
            assertThat(msg.result()).isEqualTo(2);
        }

        @ParameterizedTest
        @ValueSource(ints = {0, 1, 2})
        void shouldFollowAMessageSentToAThreadThatMoved(final int from) {
            move(2);
            abort(from, hold(from));
        }

        @Test
        void shouldFindAMessageThatWaitsOnAPortThatMoved() {
            bed.tell(port, probe -> {
                probe.self().deschedule();
                probe.self().setCpuSelf(2, () -> log.add("there"));
            });
            final Msg<Hold> msg = hold(1);
            thread.whenAborted = aborted -> aborted.reply(NetError.EINTR);
            bed.tell(others.get(1), probe -> probe.self().abortMsg(msg));
            assertThat(msg.isDone()).isFalse();
            bed.tell(others.get(0), probe -> probe.self().schedule(port));
            assertThat(log).containsExactly("there");
            assertThat(thread.received).containsExactly(1, "abort");
            assertThat(msg.error()).isEqualTo(NetError.EINTR);
        }

        @Test
        void shouldBeAskedForWhereTheOriginatorIs() {
            final Msg<Hold> msg = Msg.init(new Hold(1), port).abortable();
            final List<Probe> server = new ArrayList<>();
            final Port<Probe.Cmd> serverPort = bed.probe(1, Pri.KERN_DAEMON, server::add);
            bed.tell(port, probe -> probe.self()
                    .sendMsg(serverPort, msg, reply -> log.add(probe.self().cpu())));
            move(2);
            server.get(0).whenAborted = aborted -> aborted.reply(NetError.EINTR);
            bed.tell(port, probe -> probe.self().abortMsg(msg));
            assertThat(log).containsExactly(2);
            assertThat(msg.error()).isEqualTo(NetError.EINTR);
        }

        @Test
        void shouldFollowWhatAThreadGotFromASpinPort() {
            for (int keeper = 0; keeper < CPUS; keeper++) {
                final SpinPort<Probe.Cmd> spin = SpinPort.on(bed.cpu(keeper));
                move(2);
                for (int delayNs = 0; delayNs <= 2_000; delayNs += 50) {
                    final Msg<Hold> msg = Msg.init(new Hold(1), others.get(1)).abortable();
                    bed.post(port, probe -> probe.self()
                            .waitPort(spin, got -> probe.self().after(500, () -> got.reply(NetError.OK))));
                    final long abortNs = delayNs;
                    bed.tell(others.get(1), probe -> {
                        probe.self().sendMsg(spin.port(), msg);
                        probe.self().after(abortNs, () -> probe.self().abortMsg(msg));
                    });
                    assertThat(msg.isDone())
                            .as("keeper %d, aborted at %d", keeper, delayNs)
                            .isTrue();
                }
            }
        }
    }

    @Nested
    class FromAnotherMember {
        private final FakeUplink uplink = new FakeUplink(bed, 8);
        private Probe client;
        private Port<Probe.Cmd> clientPort;

        FromAnotherMember() {
            bed.machine().connect(uplink);
            bed.addMachine(2, 10, 1, uplink).start();
            clientPort = bed.probe(10, Pri.KERN_DAEMON, probe -> client = probe);
            bed.quiet();
        }

        @Test
        void shouldReachAThreadThatMoved() {
            move(1);
            bed.tell(clientPort, probe -> probe.self()
                    .doMsg(port, probe.self().initMsg(new Ask(1)), reply -> log.add(reply.result())));
            assertThat(log).containsExactly(2);
            assertThat(client.received).isEmpty();
        }

        @ParameterizedTest
        @ValueSource(booleans = {true, false})
        void shouldAbortWhatAThreadThatMovedHolds(final boolean movesBefore) {
            if (movesBefore) {
                move(1);
            }
            final Msg<Hold> msg = Msg.init(new Hold(1), clientPort).abortable();
            bed.tell(clientPort, probe -> probe.self().sendMsg(port, msg));
            move(2);
            thread.whenAborted = aborted -> aborted.reply(NetError.EINTR);
            bed.tell(clientPort, probe -> probe.self().abortMsg(msg));
            assertThat(msg.error()).isEqualTo(NetError.EINTR);
            assertThat(bed.machine().cpus())
                    .allSatisfy(cpu ->
                            assertThat(cpu.transport().aborts().proxies()).isZero());
        }
    }
}
