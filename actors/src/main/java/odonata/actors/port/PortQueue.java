package odonata.actors.port;

/**
 * The queue in a port. Intrusive list of what waits: what is urgent first, and in both first in first out. An element is on at most
 * one. One owner, no synchronisation.
 */
abstract sealed class PortQueue extends HeldList permits MsgPort {
    private Link head;
    private Link lastUrgent;
    private Link tail;
    private int urgent;

    final Link first() {
        return head;
    }

    /** How many are urgent. */
    final int urgent() {
        return urgent;
    }

    final void append(final Link link) {
        if (link.isUrgent()) {
            insert(lastUrgent, link);
            lastUrgent = link;
            urgent++;
        } else {
            insert(tail, link);
        }
    }

    private void insert(final Link before, final Link link) {
        final Link after = before == null ? head : before.next;
        link.queue = this;
        link.prev = before;
        link.next = after;
        if (before == null) {
            head = link;
        } else {
            before.next = link;
        }
        if (after == null) {
            tail = link;
        } else {
            after.prev = link;
        }
    }

    final void takeOut(final Link link) {
        if (link.isUrgent()) {
            urgent--;
        }
        if (link == lastUrgent) {
            lastUrgent = link.prev;
        }
        if (link.prev == null) {
            head = link.next;
        } else {
            link.prev.next = link.next;
        }
        if (link.next == null) {
            tail = link.prev;
        } else {
            link.next.prev = link.prev;
        }
        link.prev = null;
        link.next = null;
        link.queue = null;
    }
}
