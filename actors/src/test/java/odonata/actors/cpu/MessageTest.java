package odonata.actors.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import odonata.actors.lwkt.Pri;
import odonata.actors.lwkt.Td;
import odonata.actors.port.Msg;
import odonata.actors.port.Port;
import odonata.actors.port.SyncPort;
import odonata.actors.testing.Bed;
import odonata.actors.testing.Probe;
import odonata.actors.testing.Probe.Cmd.Ask;
import odonata.actors.testing.Probe.Cmd.Hold;
import odonata.actors.testing.Probe.Cmd.Note;
import odonata.protocol.errno.NetError;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The message calls, on one CPU and across two: the sender cannot tell. */
class MessageTest {
    private final Bed bed = Bed.virtual(3).start();
    private final List<Object> log = new ArrayList<>();
    private Probe client;
    private Probe server;
    private final Port<Probe.Cmd> clientPort = bed.probe(0, Pri.KERN_DAEMON, probe -> client = probe);
    private Port<Probe.Cmd> serverPort;

    @AfterEach
    void close() {
        bed.close();
    }

    @Nested
    class Sendmsg {
        @ParameterizedTest
        @ValueSource(ints = {0, 1})
        void shouldQueueTheReplyOnTheReplyPort(final int cpu) {
            serverOn(cpu);
            final Msg<Ask> msg = msg(new Ask(1));
            tell(td -> {
                td.sendMsg(serverPort, msg);
                log.add(msg.isDone());
            });
            assertThat(log).containsExactly(false);
            assertThat(client.replies).containsExactly(msg);
            assertThat(msg.flags()).isEqualTo(Msg.DONE | Msg.REPLY);
            assertThat(msg.result()).isEqualTo(2);
        }

        @ParameterizedTest
        @ValueSource(ints = {0, 1})
        void shouldGiveTheReplyToItsContinuation(final int cpu) {
            serverOn(cpu);
            tell(td -> td.sendMsg(serverPort, td.initMsg(new Ask(1)), reply -> log.add(reply.result())));
            assertThat(log).containsExactly(2);
            assertThat(client.replies).isEmpty();
        }

        @ParameterizedTest
        @ValueSource(ints = {0, 1})
        void shouldKeepOrderOfOneSender(final int cpu) {
            serverOn(cpu);
            tell(td -> {
                for (int i = 0; i < 100; i++) {
                    td.sendMsg(serverPort, td.initMsg(new Note(i), Port.none()));
                }
            });
            assertThat(server.received).hasSize(100).isSorted();
        }

        @ParameterizedTest
        @ValueSource(ints = {0, 1})
        void shouldLetUrgentMessagesOvertake(final int cpu) {
            serverOn(cpu);
            bed.tell(serverPort, probe -> probe.self().charge(1_000_000)); // lets the following pile up
            bed.post(serverPort, probe -> probe.self().charge(1_000_000));
            tell(td -> {
                td.sendMsg(serverPort, td.initMsg(new Note(1), Port.none()));
                td.sendMsg(serverPort, td.initMsg(new Note(2), Port.none()).urgent());
            });
            assertThat(server.received).containsExactly(2, 1);
        }

        @Test
        void shouldArriveOnReplyPortAlsoWhenTargetIsSynchronous() {
            final Port<Ask> sync = bed.cpu(0).register(0, SyncPort.putOnly(msg -> NetError.EAGAIN));
            final Msg<Ask> msg = msg(new Ask(1));
            tell(td -> td.sendMsg(sync, msg));
            assertThat(client.replies).containsExactly(msg);
            assertThat(msg.error()).isEqualTo(NetError.EAGAIN);
        }

        @Test
        void shouldRefuseMessageInFlight() {
            serverOn(1);
            final Msg<Hold> msg = msg(new Hold(1));
            tell(td -> td.sendMsg(serverPort, msg));
            tell(td -> td.sendMsg(serverPort, msg));
            assertThat(bed.takePanics()).singleElement().asString().contains("in flight");
        }

        @Test
        void shouldCompleteAdoneWithoutTellingAnybody() {
            serverOn(0);
            final Msg<Ask> msg = Msg.init(new Ask(1), Port.adone());
            tell(td -> td.sendMsg(serverPort, msg));
            assertThat(msg.isDone()).isTrue();
            assertThat(msg.result()).isEqualTo(2);
            assertThat(client.received).isEmpty();
        }

        @Test
        void shouldPanicWhenWhatIsNeverRepliedIsReplied() {
            serverOn(0);
            tell(td -> td.sendMsg(serverPort, td.initMsg(new Ask(1), Port.none())));
            assertThat(bed.takePanics()).singleElement().asString().contains("never replied");
        }
    }

    @Nested
    class Domsg {
        @ParameterizedTest
        @ValueSource(ints = {0, 1})
        void shouldReceiveNothingElseUntilTheReplyIsThere(final int cpu) {
            serverOn(cpu);
            final Msg<Hold> msg = msg(new Hold(7));
            tell(td -> td.doMsg(serverPort, msg, reply -> log.add("reply")));
            bed.cpu(0).injectMsg(clientPort, Msg.init(new Ask(1), Port.adone()));
            bed.cpu(0).injectMsg(clientPort, Msg.init(new Ask(2), Port.adone()).urgent());
            bed.quiet();
            assertThat(client.received).isEmpty();
            assertThat(msg.isDone()).isFalse();

            bed.tell(serverPort, probe -> probe.held.get(0).reply(NetError.OK));

            assertThat(log).containsExactly("reply");
            assertThat(client.received).containsExactly(2, 1);
            assertThat(msg.flags()).isEqualTo(Msg.DONE | Msg.REPLY | Msg.SYNC);
            assertThat(client.replies).isEmpty();
        }

        @Test
        void shouldNeitherSwitchNorQueueWhenTargetIsSynchronous() {
            final Port<Ask> sync = bed.cpu(0).register(0, SyncPort.putOnly(msg -> NetError.EAGAIN));
            final CpuCounters counters = bed.cpu(0).counters();
            tell(td -> {
                final long switches = counters.get(CpuCounter.SWITCHES);
                final int waiting = bed.cpu(0).backlog().messages();
                td.doMsg(sync, td.initMsg(new Ask(1)), reply -> log.add(reply.error()));
                log.add(counters.get(CpuCounter.SWITCHES) - switches);
                log.add(bed.cpu(0).backlog().messages() - waiting);
            });
            assertThat(log).containsExactly(NetError.EAGAIN, 0L, 0);
        }

        @Test
        void shouldContinueAtOnceWhenSynchronousPortRepliedByItself() {
            final Port<Ask> sync = bed.cpu(0).register(0, SyncPort.putOnly(msg -> {
                bed.cpu(0).transport().replyMsg(msg, NetError.OK, "value");
                return NetError.EASYNC;
            }));
            tell(td -> td.doMsg(sync, td.initMsg(new Ask(1)), reply -> log.add(reply.result())));
            assertThat(log).containsExactly("value");
        }

        @Test
        void shouldAnswerFromSynchronousPortOfAnotherCpu() {
            final Port<Ask> sync = bed.cpu(1).register(0, SyncPort.putOnly(msg -> NetError.EAGAIN));
            tell(td -> td.doMsg(sync, td.initMsg(new Ask(1)), reply -> log.add(reply.error())));
            assertThat(log).containsExactly(NetError.EAGAIN);
        }

        @Test
        void shouldAllowTheNextFromTheContinuation() {
            serverOn(1);
            tell(td -> td.doMsg(
                    serverPort,
                    td.initMsg(new Ask(1)),
                    first -> td.doMsg(serverPort, td.initMsg(new Ask(10)), second -> log.add(second.result()))));
            assertThat(log).containsExactly(11);
        }

        @Test
        void shouldRefuseASecondWhileWaiting() {
            serverOn(1);
            tell(td -> {
                td.doMsg(serverPort, td.initMsg(new Ask(1)), reply -> {});
                td.doMsg(serverPort, td.initMsg(new Ask(2)), reply -> {});
            });
            assertThat(bed.takePanics()).singleElement().asString().contains("while waiting");
        }

        @Test
        void shouldRefuseTheOwnPort() {
            tell(td -> td.doMsg(clientPort, td.initMsg(new Ask(1)), reply -> {}));
            assertThat(bed.takePanics()).singleElement().asString().contains("own port");
        }
    }

    @Nested
    class Waitmsg {
        @Test
        void shouldTakeAReplyThatIsAlreadyQueued() {
            serverOn(0);
            final Msg<Ask> first = msg(new Ask(1));
            tell(td -> {
                td.sendMsg(serverPort, first);
                td.doMsg(serverPort, td.initMsg(new Ask(5)), second -> {
                    log.add(first.isQueued());
                    td.waitMsg(first, reply -> log.add(reply.result()));
                });
            });
            assertThat(log).containsExactly(true, 2);
            assertThat(client.received).isEmpty();
        }

        @ParameterizedTest
        @ValueSource(ints = {0, 1})
        void shouldLetOnlyThisReplyThrough(final int cpu) {
            serverOn(cpu);
            final Msg<Hold> first = msg(new Hold(1));
            final Msg<Hold> second = msg(new Hold(2));
            tell(td -> {
                td.sendMsg(serverPort, first);
                td.sendMsg(serverPort, second);
                td.waitMsg(second, reply -> log.add("second"));
            });
            bed.tell(serverPort, probe -> probe.held.get(0).reply(NetError.OK));
            assertThat(log).isEmpty();
            assertThat(first.isQueued()).isTrue();
            bed.tell(serverPort, probe -> probe.held.get(1).reply(NetError.OK));
            assertThat(log).containsExactly("second");
            assertThat(client.replies).containsExactly(first);
        }

        @Test
        void shouldRefuseAMessageThatIsRepliedElsewhere() {
            tell(td -> td.waitMsg(Msg.init(new Ask(1), Port.adone()), reply -> {}));
            assertThat(bed.takePanics()).singleElement().asString().contains("replied elsewhere");
        }
    }

    @Nested
    class Getport {
        @Test
        void shouldTakeWhatWaitsInOneGo() {
            serverOn(0);
            bed.post(serverPort, probe -> {
                for (Msg<Probe.Cmd> next = probe.self().getPort();
                        next != null;
                        next = probe.self().getPort()) {
                    log.add(next.command());
                }
            });
            for (int i = 0; i < 3; i++) {
                bed.cpu(0).injectMsg(serverPort, Msg.init(new Note(i), Port.none()));
            }
            bed.quiet();
            assertThat(log).containsExactly(new Note(0), new Note(1), new Note(2));
            assertThat(server.received).isEmpty();
        }

        @Test
        void shouldRefuseThePortOfAnotherThread() {
            serverOn(0);
            tell(td -> server.self().getPort());
            assertThat(bed.takePanics()).singleElement().asString().contains("another thread than the owner");
        }
    }

    @Nested
    class Replymsg {
        @Test
        void shouldCompleteOnTheCpuOfTheReplyPort() {
            serverOn(1);
            final Msg<Hold> msg = msg(new Hold(1));
            tell(td -> td.sendMsg(serverPort, msg));
            bed.tell(serverPort, probe -> {
                probe.held.get(0).reply(NetError.OK);
                log.add(msg.isReply());
                log.add(msg.isDone());
            });
            assertThat(log).containsExactly(true, false);
            assertThat(msg.isDone()).isTrue();
        }

        @Test
        void shouldRefuseASecondReply() {
            serverOn(0);
            final Msg<Hold> msg = msg(new Hold(1));
            tell(td -> td.sendMsg(serverPort, msg));
            bed.tell(serverPort, probe -> {
                final Msg<Hold> held = probe.held.get(0);
                held.reply(NetError.OK);
                probe.self().replyMsg(held, NetError.OK);
            });
            assertThat(bed.takePanics()).singleElement().asString().contains("not held");
        }

        @Test
        void shouldRefuseAThreadThatDoesNotHoldIt() {
            serverOn(0);
            final Msg<Hold> msg = msg(new Hold(1));
            tell(td -> td.sendMsg(serverPort, msg));
            tell(td -> td.replyMsg(msg, NetError.OK));
            assertThat(bed.takePanics()).singleElement().asString().contains("holds");
        }

        @Test
        void shouldRunTheFunctionOfAReplyOnlyPort() {
            serverOn(1);
            final Port<Object> replyPort = bed.cpu(2).register(0, SyncPort.replyOnly(msg -> log.add(msg.result())));
            tell(td -> td.sendMsg(serverPort, td.initMsg(new Ask(1), replyPort)));
            assertThat(log).containsExactly(2);
        }
    }

    @Nested
    class Forwardmsg {
        @Test
        void shouldKeepTheReplyPortAndReplyOnce() {
            serverOn(2);
            final Port<Probe.Cmd> middle = forwarderOn(1);
            final Msg<Hold> msg = msg(new Hold(4));
            tell(td -> td.sendMsg(middle, msg));
            assertThat(server.received).containsExactly(4);
            assertThat(msg.replyPort()).isEqualTo(clientPort);
            bed.tell(serverPort, probe -> probe.held.get(0).reply(NetError.OK, "late"));
            assertThat(client.replies).containsExactly(msg);
            assertThat(msg.result()).isEqualTo("late");
        }

        @Test
        void shouldReplyForASynchronousTarget() {
            final Port<Probe.Cmd> sync = bed.cpu(1).register(0, SyncPort.putOnly(msg -> NetError.ENOBUFS));
            final Port<Probe.Cmd> middle = bed.spawn(1, Pri.KERN_DAEMON, td -> new Forwarder(td, sync));
            final Msg<Ask> msg = msg(new Ask(1));
            tell(td -> td.doMsg(middle, msg, reply -> log.add(reply.error())));
            assertThat(log).containsExactly(NetError.ENOBUFS);
        }

        @ParameterizedTest
        @ValueSource(ints = {1, 2})
        void shouldAnswerThatThereIsNoThreadToPassItOnTo(final int cpu) {
            final Port<Probe.Cmd> nobody = new Port<>(cpu, 999);
            final Port<Probe.Cmd> middle = bed.spawn(1, Pri.KERN_DAEMON, td -> new Forwarder(td, nobody));
            tell(td -> td.doMsg(middle, td.initMsg(new Ask(1)), reply -> log.add(reply.error())));
            assertThat(log).containsExactly(NetError.ESRCH);
        }

        @Test
        void shouldRefuseAMessageThatWasNotReceived() {
            serverOn(0);
            tell(td -> td.forwardMsg(serverPort, msg(new Hold(1))));
            assertThat(bed.takePanics()).singleElement().asString().contains("not held");
        }
    }

    @Nested
    class MissingTarget {
        @ParameterizedTest
        @ValueSource(ints = {0, 1})
        void shouldAnswerThatThereIsNoThread(final int cpu) {
            tell(td -> td.doMsg(new Port<Ask>(cpu, 999), td.initMsg(new Ask(1)), reply -> log.add(reply.error())));
            assertThat(log).containsExactly(NetError.ESRCH);
        }

        @Test
        void shouldAnswerThatTheMachineIsDown() {
            tell(td -> td.doMsg(new Port<Ask>(77, 1), td.initMsg(new Ask(1)), reply -> log.add(reply.error())));
            tell(td -> td.sendMsg(new Port<Ask>(77, 1), td.initMsg(new Ask(1), Port.none())));
            assertThat(log).containsExactly(NetError.EHOSTDOWN);
            assertThat(bed.cpu(0).counters().get(CpuCounter.HOST_DOWN)).isEqualTo(2);
        }

        @Test
        void shouldAnswerWhatWaitsWhenTheThreadExits() {
            serverOn(1);
            bed.post(serverPort, probe -> probe.self().exit());
            tell(td -> {
                td.sendMsg(serverPort, td.initMsg(new Ask(1)), reply -> log.add(reply.error()));
            });
            tell(td -> td.sendMsg(serverPort, td.initMsg(new Ask(2)), reply -> log.add(reply.error())));
            assertThat(log).containsExactly(NetError.ESRCH, NetError.ESRCH);
            assertThat(bed.cpu(1).counters().threads()).isEmpty();
        }
    }

    private void serverOn(final int cpu) {
        serverPort = bed.probe(cpu, Pri.KERN_DAEMON, probe -> server = probe);
        bed.quiet();
    }

    private Port<Probe.Cmd> forwarderOn(final int cpu) {
        return bed.spawn(cpu, Pri.KERN_DAEMON, td -> new Forwarder(td, serverPort));
    }

    private <D> Msg<D> msg(final D command) {
        return Msg.init(command, clientPort);
    }

    private void tell(final java.util.function.Consumer<Td> function) {
        bed.tell(clientPort, probe -> function.accept(probe.self()));
    }
}
