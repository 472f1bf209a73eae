package odonata.actors.cpu;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import odonata.actors.port.Msg;
import org.agrona.collections.Long2ObjectHashMap;

/** Messages sent to other members whose reply is awaited, by number. One owner. */
final class Outstanding {
    private static final class Sent {
        private final Msg<?> msg;
        private int holderCpu;

        private Sent(final Msg<?> msg, final int holderCpu) {
            this.msg = msg;
            this.holderCpu = holderCpu;
        }
    }

    private final Long2ObjectHashMap<Sent> byId = new Long2ObjectHashMap<>();
    private long lastId;

    /** Notes a message under a new number, never 0 and never given again. */
    long add(final Msg<?> msg, final int targetCpu) {
        byId.put(++lastId, new Sent(msg, targetCpu));
        return lastId;
    }

    /** Takes it out; null when it is not, or no longer, outstanding. */
    Msg<?> remove(final long id) {
        final Sent sent = byId.remove(id);
        return sent == null ? null : sent.msg;
    }

    boolean contains(final long id) {
        return byId.containsKey(id);
    }

    /** Notes who holds it now; false when it is no longer outstanding. */
    boolean moved(final long id, final int newCpu) {
        final Sent sent = byId.get(id);
        if (sent != null) {
            sent.holderCpu = newCpu;
        }
        return sent != null;
    }

    /** Takes out all that are held by these CPUs, in the order of their numbers. */
    List<Msg<?>> removeHeldBy(final Set<Integer> cpus) {
        final List<Long> ids = new ArrayList<>();
        byId.forEach((id, sent) -> {
            if (cpus.contains(sent.holderCpu)) {
                ids.add(id);
            }
        });
        ids.sort(null);
        final List<Msg<?>> taken = new ArrayList<>();
        for (final Long id : ids) {
            taken.add(remove(id));
        }
        return taken;
    }

    int size() {
        return byId.size();
    }
}
