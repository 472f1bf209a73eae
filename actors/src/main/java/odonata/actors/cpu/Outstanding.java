package odonata.actors.cpu;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import odonata.actors.port.Msg;
import org.agrona.collections.Long2ObjectHashMap;

/**
 * Messages sent to other members whose reply is awaited, by number, with every CPU they are known to have been sent to. One owner.
 *
 * <p>A message that is passed on depends on all of them: the notices of the CPUs that passed it on come in any order, and while it
 * is on its way from one to the next it is lost with either.
 */
final class Outstanding {
    private static final class Sent {
        private final Msg<?> msg;
        private final int targetCpu;
        private List<Integer> passedTo = List.of();

        private Sent(final Msg<?> msg, final int targetCpu) {
            this.msg = msg;
            this.targetCpu = targetCpu;
        }

        private boolean dependsOn(final Set<Integer> cpus) {
            return cpus.contains(targetCpu) || passedTo.stream().anyMatch(cpus::contains);
        }

        private void passed(final int cpu) {
            if (passedTo.isEmpty()) {
                passedTo = new ArrayList<>(1);
            }
            passedTo.add(cpu);
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

    /** Notes that it was passed on to that CPU; false when it is no longer outstanding. */
    boolean moved(final long id, final int newCpu) {
        final Sent sent = byId.get(id);
        if (sent != null) {
            sent.passed(newCpu);
        }
        return sent != null;
    }

    /** True when it is outstanding and was aborted. */
    boolean isAborted(final long id) {
        final Sent sent = byId.get(id);
        return sent != null && sent.msg.isAborted();
    }

    /** The CPUs that it is known to have been sent to, the first one first; none when it is no longer outstanding. */
    List<Integer> cpusOf(final long id) {
        final Sent sent = byId.get(id);
        final List<Integer> cpus = new ArrayList<>();
        if (sent != null) {
            cpus.add(sent.targetCpu);
            cpus.addAll(sent.passedTo);
        }
        return cpus;
    }

    /** Takes out all that one of these CPUs holds, or may hold, or has passed on; in the order of their numbers. */
    List<Msg<?>> removeDependingOn(final Set<Integer> cpus) {
        final List<Long> ids = new ArrayList<>();
        byId.forEach((id, sent) -> {
            if (sent.dependsOn(cpus)) {
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
