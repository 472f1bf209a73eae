package odonata.actors.port;

/**
 * The requests that a thread has received and neither replied nor passed on, oldest first; those that nobody is told of the end of
 * ({@link Port#none}, {@link Port#adone}) excepted. Intrusive, apart from the queues: an aborted message is on both. On the carrier.
 */
final class HeldList {
    private Msg<?> head;
    private Msg<?> tail;

    Msg<?> head() {
        return head;
    }

    void add(final Msg<?> msg) {
        msg.heldBy = this;
        msg.heldBefore = tail;
        if (tail == null) {
            head = msg;
        } else {
            tail.heldAfter = msg;
        }
        tail = msg;
    }

    void remove(final Msg<?> msg) {
        if (msg.heldBefore == null) {
            head = msg.heldAfter;
        } else {
            msg.heldBefore.heldAfter = msg.heldAfter;
        }
        if (msg.heldAfter == null) {
            tail = msg.heldBefore;
        } else {
            msg.heldAfter.heldBefore = msg.heldBefore;
        }
        msg.heldBefore = null;
        msg.heldAfter = null;
        msg.heldBy = null;
    }
}
