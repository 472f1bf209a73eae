package odonata.actors.port;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import akka.actor.ActorRef;
import akka.dispatch.Envelope;
import java.util.ArrayList;
import java.util.List;
import odonata.protocol.errno.KernelPanic;
import odonata.protocol.errno.NetError;
import org.junit.jupiter.api.Test;

class MsgPortTest {
    private static final Port<String> SELF = new Port<>(0, 70);

    private final Owner owner = new Owner();
    private final Backlog backlog = new Backlog();
    private final MsgPort port = new MsgPort(owner, backlog);

    @Test
    void shouldGiveUrgentBeforeNormalAndEachInOrder() {
        put("a", false);
        put("u", true);
        put("b", false);
        put("v", true);
        assertThat(drain()).containsExactly("u", "v", "a", "b");
    }

    @Test
    void shouldRefuseAnotherThreadThanTheOwner() {
        put("a", false);
        owner.current = false;
        assertThatThrownBy(port::dequeue).isInstanceOf(KernelPanic.class).hasMessageContaining("owner");
        assertThatThrownBy(port::next).isInstanceOf(KernelPanic.class).hasMessageContaining("owner");
        assertThatThrownBy(port::poll).isInstanceOf(KernelPanic.class).hasMessageContaining("owner");
        assertThat(port.depth()).isEqualTo(1);
    }

    @Test
    void shouldGiveNothingWhileRescheduleIsWanted() {
        put("a", false);
        owner.reschedule = true;
        assertThat(port.dequeue()).isNull();
        assertThat(port.poll()).isNull();
        assertThat(port.hasWork()).isTrue();
        owner.reschedule = false;
        assertThat(drain()).containsExactly("a");
    }

    @Test
    void shouldScheduleItsThreadWhenSomethingComes() {
        put("a", false);
        assertThat(owner.schedules).isEqualTo(1);
    }

    @Test
    void shouldKeepAkkaMessagesInTurn() {
        put("a", false);
        port.enqueue(ActorRef.noSender(), Envelope.apply("timer", ActorRef.noSender()));
        put("b", false);
        assertThat(drain()).containsExactly("a", "timer", "b");
    }

    @Test
    void shouldGiveAkkaOnlyWhatIsAkkasWhenTheOwnerTakesTheRest() {
        port.ownerTakes();
        put("a", false);
        port.enqueue(ActorRef.noSender(), Envelope.apply("timer", ActorRef.noSender()));
        put("b", false);
        assertThat(port.isAkkaNext()).isFalse();
        assertThat(port.dequeue()).isNull();
        assertThat(port.next().command()).isEqualTo("a");
        assertThat(port.next()).isNull();
        assertThat(port.isAkkaNext()).isTrue();
        assertThat(port.dequeue().message()).isEqualTo("timer");
        assertThat(port.dequeue()).isNull();
        assertThat(port.next().command()).isEqualTo("b");
        assertThat(port.hasWork()).isFalse();
    }

    @Test
    void shouldGiveAkkaTheEndOnceWhateverElseIsWanted() {
        port.ownerTakes();
        put("a", false);
        port.end();
        owner.reschedule = true;
        assertThat(port.dequeue().message()).isSameAs(MsgPort.END);
        assertThat(port.dequeue()).isNull();
        assertThat(port.depth()).isEqualTo(1);
    }

    @Test
    void shouldHandForeignTellsToTheInbox() {
        owner.onCarrier = false;
        port.enqueue(ActorRef.noSender(), Envelope.apply("foreign", ActorRef.noSender()));
        assertThat(owner.foreign).hasSize(1);
        assertThat(port.depth()).isZero();
    }

    @Test
    void shouldRefuseForeignTellWhenInboxIsFull() {
        owner.onCarrier = false;
        owner.inboxFull = true;
        assertThatThrownBy(() -> port.enqueue(ActorRef.noSender(), Envelope.apply("x", ActorRef.noSender())))
                .hasMessageContaining("lwkt.inbox.capacity");
    }

    @Test
    void shouldLetOnlyTheAwaitedReplyThrough() {
        final Msg<String> sent = Msg.init("sent", SELF);
        MsgState.beginSend(sent, new Port<>(1, 70), true);
        port.await(sent);
        put("urgent request", true);
        final int schedules = owner.schedules;
        assertThat(port.hasWork()).isFalse();
        assertThat(port.dequeue()).isNull();

        MsgState.beginReply(sent, NetError.OK, null);
        port.complete(sent);

        assertThat(owner.schedules).isEqualTo(schedules + 1);
        assertThat(sent.isQueued()).isFalse();
        assertThat(drain()).containsExactly("sent", "urgent request");
    }

    @Test
    void shouldNotRunTheThreadForRequestsWhileItWaits() {
        final Msg<String> sent = Msg.init("sent", SELF);
        MsgState.beginSend(sent, new Port<>(1, 70), true);
        port.await(sent);
        put("request", false);
        assertThat(owner.schedules).isZero();
    }

    @Test
    void shouldTakeAwaitedAsynchronousReplyOffTheQueue() {
        final Msg<String> sent = Msg.init("sent", SELF);
        MsgState.beginSend(sent, new Port<>(1, 70), false);
        port.await(sent);
        put("request", false);
        MsgState.beginReply(sent, NetError.OK, null);
        port.complete(sent);
        assertThat(sent.isQueued()).isTrue();
        assertThat(drain()).containsExactly("sent", "request");
        assertThat(sent.isQueued()).isFalse();
    }

    @Test
    void shouldQueueAsynchronousReplyInTurn() {
        final Msg<String> sent = Msg.init("sent", SELF);
        MsgState.beginSend(sent, new Port<>(1, 70), false);
        put("before", false);
        MsgState.beginReply(sent, NetError.OK, null);
        port.complete(sent);
        put("after", false);
        assertThat(sent.flags()).isEqualTo(Msg.DONE | Msg.REPLY | Msg.QUEUED);
        assertThat(drain()).containsExactly("before", "sent", "after");
    }

    @Test
    void shouldStopPollingAtAReply() {
        final Msg<String> sent = Msg.init("sent", SELF);
        MsgState.beginSend(sent, new Port<>(1, 70), false);
        put("request", false);
        MsgState.beginReply(sent, NetError.OK, null);
        port.complete(sent);
        assertThat(port.poll().command()).isEqualTo("request");
        assertThat(port.poll()).isNull();
        assertThat(port.depth()).isEqualTo(1);
    }

    @Test
    void shouldRefuseSecondWait() {
        final Msg<String> sent = Msg.init("sent", SELF);
        port.await(sent);
        assertThatThrownBy(() -> port.await(sent)).hasMessageContaining("already waiting");
        assertThatThrownBy(port::poll).hasMessageContaining("while waiting");
    }

    @Test
    void shouldGiveUpWhatWaitsWhenTheThreadEnds() {
        final Msg<String> request = put("request", false);
        final Msg<String> sent = Msg.init("sent", SELF);
        MsgState.beginSend(sent, new Port<>(1, 70), false);
        MsgState.beginReply(sent, NetError.OK, null);
        port.complete(sent);

        port.cleanUp(ActorRef.noSender(), null);

        assertThat(owner.abandoned).containsExactly(request);
        assertThat(sent.flags()).isEqualTo(Msg.DONE | Msg.REPLY);
        assertThat(port.put(inFlight("late", false))).isFalse();
        assertThat(backlog.messages()).isZero();
    }

    @Test
    void shouldCountWhatWaits() {
        put("a", false);
        put("b", false);
        assertThat(backlog.messages()).isEqualTo(2);
        drain();
        assertThat(backlog.messages()).isZero();
        assertThat(port.depth()).isZero();
        assertThat(port.highWater()).isEqualTo(2);
    }

    private Msg<String> put(final String command, final boolean urgent) {
        final Msg<String> msg = inFlight(command, urgent);
        assertThat(port.put(msg)).isTrue();
        return msg;
    }

    private static Msg<String> inFlight(final String command, final boolean urgent) {
        final Msg<String> msg = Msg.init(command, new Port<>(1, 71));
        if (urgent) {
            msg.urgent();
        }
        MsgState.beginSend(msg, SELF, false);
        return msg;
    }

    private List<Object> drain() {
        final List<Object> commands = new ArrayList<>();
        for (Envelope next = port.dequeue(); next != null; next = port.dequeue()) {
            commands.add(next.message() instanceof Msg<?> msg ? msg.command() : next.message());
        }
        return commands;
    }

    private static final class Owner implements PortOwner {
        private final List<Envelope> foreign = new ArrayList<>();
        private final List<Msg<?>> abandoned = new ArrayList<>();
        private boolean current = true;
        private boolean onCarrier = true;
        private boolean reschedule;
        private boolean inboxFull;
        private int schedules;

        @Override
        public boolean isCurrent() {
            return current;
        }

        @Override
        public boolean onCarrier() {
            return onCarrier;
        }

        @Override
        public boolean wantsReschedule() {
            return reschedule;
        }

        @Override
        public void schedule() {
            schedules++;
        }

        @Override
        public boolean offerForeign(final MsgPort to, final Envelope envelope) {
            return !inboxFull && foreign.add(envelope);
        }

        @Override
        public void taken(final Object message) {}

        @Override
        public void forward(final Msg<?> msg, final Port<?> target) {}

        @Override
        public void reply(final Msg<?> msg, final NetError error, final Object result) {}

        @Override
        public void abandon(final Msg<?> msg) {
            abandoned.add(msg);
        }

        @Override
        public void abandonHeld(final Msg<?> msg) {
            abandoned.add(msg);
        }

        @Override
        public long turnNs() {
            return 0;
        }
    }
}
