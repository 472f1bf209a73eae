package odonata.actors.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import odonata.actors.lwkt.Handlers;
import odonata.actors.lwkt.LwktThread;
import odonata.actors.lwkt.Pri;
import odonata.actors.lwkt.Td;
import odonata.actors.port.Msg;
import odonata.actors.port.Port;
import odonata.actors.port.SyncPort;
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
import org.junit.jupiter.params.provider.ValueSource;

/** The abort of a message, in one machine; in every order it is {@link AbortOrderTest}'s. */
class AbortTest {
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
    class NotYetReceived {
        @ParameterizedTest
        @ValueSource(ints = {0, 1})
        void shouldGiveTheOriginalThenTheAbortThenTheRest(final int cpu) {
            serverOn(cpu);
            server.whenAborted = msg -> msg.reply(NetError.EINTR);
            bed.post(serverPort, probe -> probe.self().charge(1_000_000)); // lets the following pile up
            final Msg<Hold> msg = abortable(new Hold(1));
            tell(td -> {
                td.sendMsg(serverPort, msg);
                td.sendMsg(serverPort, td.initMsg(new Note(2), Port.none()));
                td.abortMsg(msg);
            });
            assertThat(server.received).containsExactly(1, "abort", 2);
            assertThat(server.aborts).containsExactly(msg);
            assertThat(client.replies).containsExactly(msg);
            assertThat(msg.error()).isEqualTo(NetError.EINTR);
            assertThat(msg.flags()).isEqualTo(Msg.DONE | Msg.REPLY | Msg.ABORTABLE | Msg.ABORTED);
        }

        @ParameterizedTest
        @ValueSource(ints = {0, 1})
        void shouldEvaporateWhenTheOriginalIsRepliedAtOnce(final int cpu) {
            serverOn(cpu);
            bed.post(serverPort, probe -> probe.self().charge(1_000_000));
            final Msg<Ask> msg = abortable(new Ask(1));
            tell(td -> {
                td.sendMsg(serverPort, msg);
                td.abortMsg(msg);
            });
            assertThat(server.received).containsExactly(1);
            assertThat(client.replies).containsExactly(msg);
            assertThat(msg.error()).isEqualTo(NetError.OK);
            assertThat(msg.isAborted()).isTrue();
            assertThat(bed.cpu(cpu).backlog().messages()).isZero();
        }

        @Test
        void shouldNotBeTakenByGetport() {
            serverOn(0);
            final Do takeTwo = new Do(probe -> {
                log.add(probe.self().<Probe.Cmd>getPort().command());
                log.add(probe.self().getPort() == null);
            });
            final Msg<Hold> msg = abortable(new Hold(1));
            tell(td -> {
                td.sendMsg(serverPort, td.initMsg(takeTwo, Port.adone()));
                td.sendMsg(serverPort, msg);
                td.abortMsg(msg);
            });
            assertThat(log).containsExactly(new Hold(1), true);
            assertThat(server.aborts).containsExactly(msg);
        }

        @Test
        void shouldBeRepliedOnceWhenTheThreadEndsBeforeItReceivesIt() {
            serverOn(0);
            final Msg<Hold> msg = abortable(new Hold(1));
            tell(td -> {
                td.sendMsg(serverPort, td.initMsg(new Do(probe -> probe.self().exit()), Port.adone()));
                td.sendMsg(serverPort, msg);
                td.abortMsg(msg);
            });
            assertThat(client.replies).containsExactly(msg);
            assertThat(msg.error()).isEqualTo(NetError.ESRCH);
        }
    }

    @Nested
    class Held {
        @ParameterizedTest
        @ValueSource(ints = {0, 1})
        void shouldGiveTheMessageAgainAsAnAbort(final int cpu) {
            serverOn(cpu);
            server.whenAborted = msg -> msg.reply(NetError.EINTR, "half");
            final Msg<Hold> msg = abortable(new Hold(1));
            tell(td -> td.sendMsg(serverPort, msg));
            tell(td -> td.abortMsg(msg));
            assertThat(server.received).containsExactly(1, "abort");
            assertThat(client.replies).containsExactly(msg);
            assertThat(msg.error()).isEqualTo(NetError.EINTR);
            assertThat(msg.result()).isEqualTo("half");
        }

        @ParameterizedTest
        @ValueSource(ints = {0, 1})
        void shouldNotCompleteByItself(final int cpu) {
            serverOn(cpu);
            final Msg<Hold> msg = abortable(new Hold(1));
            tell(td -> td.sendMsg(serverPort, msg));
            tell(td -> td.abortMsg(msg));
            assertThat(server.aborts).hasSize(1);
            assertThat(msg.isDone()).isFalse();
            bed.tell(serverPort, probe -> probe.held.get(0).reply(NetError.OK, "whole"));
            assertThat(client.replies).containsExactly(msg);
            assertThat(msg.error()).isEqualTo(NetError.OK);
        }

        @ParameterizedTest
        @ValueSource(ints = {0, 1})
        void shouldEvaporateWhenRepliedBeforeItsTurn(final int cpu) {
            serverOn(cpu);
            final Msg<Hold> msg = abortable(new Hold(1));
            tell(td -> td.sendMsg(serverPort, msg));
            bed.post(serverPort, probe -> probe.self().charge(1_000_000));
            tell(td -> {
                final Do reply = new Do(probe -> probe.held.get(0).reply(NetError.OK));
                td.sendMsg(serverPort, td.initMsg(reply, Port.adone()));
                td.abortMsg(msg);
            });
            assertThat(server.aborts).isEmpty();
            assertThat(client.replies).containsExactly(msg);
            assertThat(bed.cpu(cpu).backlog().messages()).isZero();
        }

        @ParameterizedTest
        @ValueSource(ints = {0, 1})
        void shouldBeGivenOnceHoweverOftenAsked(final int cpu) {
            serverOn(cpu);
            final Msg<Hold> msg = abortable(new Hold(1));
            tell(td -> td.sendMsg(serverPort, msg));
            tell(td -> {
                td.abortMsg(msg);
                td.abortMsg(msg);
            });
            tell(td -> td.abortMsg(msg));
            assertThat(server.aborts).hasSize(1);
        }

        @Test
        void shouldBeLeftAloneByAThreadWithoutHook() {
            final List<Msg<?>> kept = new ArrayList<>();
            final Port<Probe.Cmd> plain = bed.spawn(1, Pri.KERN_DAEMON, td -> new Plain(td, kept));
            final Msg<Hold> msg = abortable(new Hold(1));
            tell(td -> td.sendMsg(plain, msg));
            tell(td -> td.abortMsg(msg));
            assertThat(kept).containsExactly(msg);
            assertThat(msg.isDone()).isFalse();
        }

        @Test
        void shouldReachAThreadThatWaitsForSomethingElseWhenItWaitsNoMore() {
            serverOn(1);
            final List<Probe> others = new ArrayList<>();
            final Port<Probe.Cmd> other = bed.probe(2, Pri.KERN_DAEMON, others::add);
            final Msg<Hold> msg = abortable(new Hold(1));
            tell(td -> td.sendMsg(serverPort, msg));
            bed.tell(serverPort, probe -> probe.self().doMsg(other, probe.self().initMsg(new Hold(2)), reply -> {}));
            tell(td -> td.abortMsg(msg));
            assertThat(server.aborts).isEmpty();
            bed.tell(other, probe -> others.get(0).held.get(0).reply(NetError.OK));
            assertThat(server.aborts).containsExactly(msg);
        }

        @Test
        void shouldReachASynchronousPortThatKeptIt() {
            final Port<Hold> sync = bed.cpu(1).register(0, new Keeper());
            final Msg<Hold> msg = abortable(new Hold(1));
            tell(td -> td.sendMsg(sync, msg));
            tell(td -> td.abortMsg(msg));
            assertThat(client.replies).containsExactly(msg);
            assertThat(msg.error()).isEqualTo(NetError.EINTR);
        }

        @Test
        void shouldEndAWaitFromACallout() {
            serverOn(1);
            server.whenAborted = msg -> msg.reply(NetError.EINTR);
            final Msg<Hold> msg = abortable(new Hold(1));
            tell(td -> {
                td.gd().callout(() -> td.gd().transport().abortMsg(msg)).reset(1_000_000);
                td.doMsg(serverPort, msg, reply -> log.add(reply.error()));
            });
            assertThat(log).containsExactly(NetError.EINTR);
            assertThat(client.replies).isEmpty();
        }
    }

    @Nested
    class PassedOn {
        @ParameterizedTest
        @ValueSource(ints = {0, 1, 2})
        void shouldFollowTheMessage(final int cpu) {
            serverOn(cpu);
            server.whenAborted = msg -> msg.reply(NetError.EINTR);
            final Port<Probe.Cmd> last = serverPort;
            final Port<Probe.Cmd> second = bed.spawn(2, Pri.KERN_DAEMON, td -> new Forwarder(td, last));
            final Port<Probe.Cmd> first = bed.spawn(1, Pri.KERN_DAEMON, td -> new Forwarder(td, second));
            final Msg<Hold> msg = abortable(new Hold(1));
            tell(td -> td.sendMsg(first, msg));
            tell(td -> td.abortMsg(msg));
            assertThat(server.received).containsExactly(1, "abort");
            assertThat(client.replies).containsExactly(msg);
            assertThat(msg.error()).isEqualTo(NetError.EINTR);
        }

        /** Whoever has it when it can be replied knows that an abort was asked for. */
        @Test
        void shouldBeGivenToTheNextToo() {
            serverOn(2);
            final List<Probe> middles = new ArrayList<>();
            final Port<Probe.Cmd> middle = bed.probe(1, Pri.KERN_DAEMON, middles::add);
            final Msg<Hold> msg = abortable(new Hold(1));
            tell(td -> td.sendMsg(middle, msg));
            tell(td -> td.abortMsg(msg));
            bed.tell(middle, probe -> middles.get(0).held.get(0).forward(serverPort));
            assertThat(middles.get(0).aborts).containsExactly(msg);
            assertThat(server.received).containsExactly(1, "abort");
        }

        @Test
        void shouldReachASynchronousPortToWhichAnAbortedMessageIsPassedOn() {
            serverOn(1);
            final Port<Hold> sync = bed.cpu(1).register(0, new Keeper());
            final Msg<Hold> msg = abortable(new Hold(1));
            tell(td -> td.sendMsg(serverPort, msg));
            tell(td -> td.abortMsg(msg));
            bed.tell(serverPort, probe -> probe.held.get(0).forward(sync));
            assertThat(client.replies).containsExactly(msg);
            assertThat(msg.error()).isEqualTo(NetError.EINTR);
        }
    }

    @Nested
    class Refused {
        @Test
        void shouldDoNothingWhenNeverSentOrDone() {
            serverOn(1);
            final Msg<Ask> msg = abortable(new Ask(1));
            tell(td -> td.abortMsg(msg));
            tell(td -> td.sendMsg(serverPort, msg));
            tell(td -> td.abortMsg(msg));
            assertThat(msg.isAborted()).isFalse();
            assertThat(server.aborts).isEmpty();
            assertThat(client.replies).containsExactly(msg);
        }

        @ParameterizedTest
        @ValueSource(ints = {0, 1})
        void shouldDoNothingWhenNotAbortable(final int cpu) {
            serverOn(cpu);
            final Msg<Hold> msg = Msg.init(new Hold(1), clientPort);
            tell(td -> td.sendMsg(serverPort, msg));
            tell(td -> td.abortMsg(msg));
            assertThat(server.aborts).isEmpty();
            assertThat(msg.isAborted()).isFalse();
        }

        @Test
        void shouldBeAllowedByTheTarget() {
            serverOn(1);
            final Msg<Hold> msg = Msg.init(new Hold(1), clientPort);
            tell(td -> td.sendMsg(serverPort, msg));
            bed.tell(serverPort, probe -> probe.held.get(0).abortable());
            tell(td -> td.abortMsg(msg));
            assertThat(server.aborts).containsExactly(msg);
        }

        @Test
        void shouldRefuseAnotherThreadThanTheOriginator() {
            serverOn(0);
            final Msg<Hold> msg = abortable(new Hold(1));
            tell(td -> td.sendMsg(serverPort, msg));
            bed.tell(serverPort, probe -> probe.self().abortMsg(msg));
            assertThat(bed.takePanics()).singleElement().asString().contains("replied elsewhere");
        }

        @Test
        void shouldRefuseToMakeWhatMayBeDroppedAbortable() {
            tell(td -> td.initMsg(new Note(1)).droppable().abortable());
            assertThat(bed.takePanics()).singleElement().asString().contains("cannot be aborted");
        }
    }

    private void serverOn(final int cpu) {
        serverPort = bed.probe(cpu, Pri.KERN_DAEMON, probe -> server = probe);
        bed.quiet();
    }

    private <D> Msg<D> abortable(final D command) {
        return Msg.init(command, clientPort).abortable();
    }

    private void tell(final Consumer<Td> function) {
        bed.tell(clientPort, probe -> function.accept(probe.self()));
    }

    /** Keeps what it is sent; has no hook for aborts. */
    private static final class Plain extends LwktThread<Probe.Cmd> {
        private final List<Msg<?>> kept;

        private Plain(final Td td, final List<Msg<?>> kept) {
            super(td);
            this.kept = kept;
        }

        @Override
        protected Handlers<Probe.Cmd> handlers() {
            return Handlers.of(Probe.Cmd.class).on(Probe.Cmd.class, kept::add);
        }
    }

    /** Keeps what it is sent until an abort comes. */
    private final class Keeper implements SyncPort<Hold> {
        @Override
        public NetError put(final Msg<Hold> msg) {
            return NetError.EASYNC;
        }

        @Override
        public void reply(final Msg<?> msg) {
            throw new AssertionError("replied: " + msg);
        }

        @Override
        public void abort(final Msg<?> msg) {
            bed.cpu(1).transport().replyMsg(msg, NetError.EINTR, null);
        }
    }
}
