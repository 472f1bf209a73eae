package odonata.actors.cpu;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import odonata.actors.port.Msg;
import org.agrona.collections.Long2ObjectHashMap;

/**
 * Messages sent to other members whose reply is awaited, by number, with every CPU on which they depend. One owner.
 *
 * <p>A message that is passed on depends on both CPUs until it has come to the next: on its way it is lost with either. The notices of the one that passed
 * it on and of the one to which it came are in any order, so what counts is how often it came to a CPU less how often it got on from there.
 */
final class Outstanding {
    private static final class Sent {
        private final Msg<?> msg;
        private Map<Integer, Integer> times;

        private Sent(final Msg<?> msg, final int targetCpu) {
            this.msg = msg;
            this.times = Map.of(targetCpu, 1);
        }

        private boolean dependsOn(final Set<Integer> cpus) {
            return cpus.stream().anyMatch(cpu -> times.getOrDefault(cpu, 0) > 0);
        }

        private void add(final int cpu, final int change) {
            times = new LinkedHashMap<>(times);
            times.merge(cpu, change, Integer::sum);
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
            sent.add(newCpu, 1);
        }
        return sent != null;
    }

    /** Notes that it has come to where that CPU has passed it on. */
    void left(final long id, final int oldCpu) {
        final Sent sent = byId.get(id);
        if (sent != null) {
            sent.add(oldCpu, -1);
        }
    }

    /** True when it is outstanding and was aborted. */
    boolean isAborted(final long id) {
        final Sent sent = byId.get(id);
        return sent != null && sent.msg.isAborted();
    }

    /** The CPUs that it is known to have been sent to, the first one first; none when it is no longer outstanding. */
    List<Integer> cpusOf(final long id) {
        final List<Integer> cpus = new ArrayList<>();
        if (byId.containsKey(id)) {
            byId.get(id).times.forEach((cpu, times) -> {
                if (times > 0) {
                    cpus.add(cpu);
                }
            });
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
