package odonata.actors.caps;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import odonata.actors.port.Msg;
import odonata.actors.proc.Proc;

/**
 * One end of a service: what waits for its process, and the calls in which its process waits. Owner: the CPU on which the process is.
 */
abstract class Endpoint {
    private final int id;
    private final Proc owner;
    private final ArrayDeque<Item> queue = new ArrayDeque<>();
    private final ArrayDeque<Msg<Caps.Wait>> waiters = new ArrayDeque<>();
    private boolean closed;

    /** What waits; {@code request} is null unless it is an unanswered request. */
    private record Item(CapsMsg msg, Msg<?> request) {}

    Endpoint(final int id, final Proc owner) {
        this.id = id;
        this.owner = owner;
    }

    final int id() {
        return id;
    }

    final Proc owner() {
        return owner;
    }

    final boolean isClosed() {
        return closed;
    }

    final void closes() {
        closed = true;
    }

    final ArrayDeque<Msg<Caps.Wait>> waiters() {
        return waiters;
    }

    final boolean isEmpty() {
        return queue.isEmpty();
    }

    final void add(final CapsMsg msg, final Msg<?> request) {
        queue.add(new Item(msg, request));
    }

    /** The next for its process; null when nothing waits. */
    final CapsMsg take() {
        final Item item = queue.poll();
        if (item == null) {
            return null;
        }
        taken(item.msg(), item.request());
        return item.msg();
    }

    /** Its process has been given a message. */
    abstract void taken(CapsMsg msg, Msg<?> request);

    /** The side that answers. */
    static final class OfService extends Endpoint {
        private final CapsKey key;
        private final Map<Long, Msg<?>> held = new LinkedHashMap<>();

        /** Requests from other members that were not disposed of, with the CPU that each came from. */
        private final Map<Long, Integer> remote = new LinkedHashMap<>();

        OfService(final int id, final Proc owner, final CapsKey key) {
            super(id, owner);
            this.key = key;
        }

        CapsKey key() {
            return key;
        }

        /** A request has come from another member. */
        void from(final int cpu, final long msgId) {
            remote.put(msgId, cpu);
        }

        void disposed(final long msgId) {
            remote.remove(msgId);
        }

        /** The member of a CPU has gone: its requests that were answered, for nobody else will say that they are not needed any more. */
        List<Long> answeredFor(final int cpu) {
            final List<Long> ids = new ArrayList<>();
            remote.forEach((id, from) -> {
                if (from == cpu && !held.containsKey(id) && !isQueued(id)) {
                    ids.add(id);
                }
            });
            return ids;
        }

        private boolean isQueued(final long msgId) {
            return super.queue.stream()
                    .anyMatch(item -> item.request() != null && item.msg().id() == msgId);
        }

        /** A request that its process has and has not answered; null when there is none. */
        Msg<?> held(final long msgId) {
            return held.get(msgId);
        }

        /** Its process answers one that it has. */
        void answered(final long msgId) {
            held.remove(msgId);
        }

        /** All requests that nobody will answer any more. */
        List<Msg<?>> abandon() {
            final List<Msg<?>> left = new ArrayList<>(held.values());
            held.clear();
            for (final Item item : super.queue) {
                if (item.request() != null) {
                    left.add(item.request());
                }
            }
            super.queue.clear();
            return left;
        }

        @Override
        void taken(final CapsMsg msg, final Msg<?> request) {
            if (request != null) {
                held.put(msg.id(), request);
            }
        }
    }

    /** The side that asks. */
    static final class OfClient extends Endpoint {
        private final ServiceRef service;
        private int open;
        private boolean serviceGone;

        OfClient(final int id, final Proc owner, final ServiceRef service) {
            super(id, owner);
            this.service = service;
        }

        ServiceRef service() {
            return service;
        }

        /** A request leaves; false when too many have and their replies were not taken. */
        boolean put() {
            if (open == Caps.MOST_OPEN) {
                return false;
            }
            open++;
            return true;
        }

        boolean isServiceGone() {
            return serviceGone;
        }

        void serviceGone() {
            serviceGone = true;
        }

        /** Nothing will come any more. */
        boolean isOver() {
            return serviceGone && open == 0;
        }

        @Override
        void taken(final CapsMsg msg, final Msg<?> request) {
            open--;
        }
    }
}
