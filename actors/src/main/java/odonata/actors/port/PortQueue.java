package odonata.actors.port;

/** Intrusive first-in first-out list. An element is on at most one. One owner, no synchronisation. */
final class PortQueue {
    private Link head;
    private Link tail;
    private int size;

    Link head() {
        return head;
    }

    int size() {
        return size;
    }

    void add(final Link link) {
        link.queue = this;
        link.prev = tail;
        if (tail == null) {
            head = link;
        } else {
            tail.next = link;
        }
        tail = link;
        size++;
    }

    void remove(final Link link) {
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
        size--;
    }
}
