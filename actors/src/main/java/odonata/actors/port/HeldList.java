package odonata.actors.port;

/**
 * The requests that a thread has received and neither replied nor passed on, oldest first; those that nobody is told of the end of
 * ({@link Port#none}, {@link Port#adone}) excepted. Intrusive, apart from the queues: an aborted message is on both. On the carrier.
 */
abstract sealed class HeldList permits PortQueue {
    private Msg<?> firstHeld;
    private Msg<?> lastHeld;

    final Msg<?> firstHeld() {
        return firstHeld;
    }

    final void hold(final Msg<?> msg) {
        msg.heldBy = this;
        msg.heldBefore = lastHeld;
        if (lastHeld == null) {
            firstHeld = msg;
        } else {
            lastHeld.heldAfter = msg;
        }
        lastHeld = msg;
    }

    final void unhold(final Msg<?> msg) {
        if (msg.heldBefore == null) {
            firstHeld = msg.heldAfter;
        } else {
            msg.heldBefore.heldAfter = msg.heldAfter;
        }
        if (msg.heldAfter == null) {
            lastHeld = msg.heldBefore;
        } else {
            msg.heldAfter.heldBefore = msg.heldBefore;
        }
        msg.heldBefore = null;
        msg.heldAfter = null;
        msg.heldBy = null;
    }
}
