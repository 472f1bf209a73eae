package odonata.actors.cpu;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLongArray;
import odonata.actors.port.Msg;
import odonata.actors.port.MsgState;
import odonata.actors.port.Port;
import odonata.protocol.errno.NetError;

/**
 * Threads of one CPU that sleep on an identity until somebody wakes it. One owner, the carrier; shared by all CPUs of the machine are
 * only the masks that say on which CPUs somebody may sleep, so that a wake-up goes to no others.
 *
 * <p>A sleep is a message without a target whose reply is the wake-up. First in, first out for one identity on one CPU.
 * Source: {@code tsleep}, {@code wakeup} and {@code slpque_cpumasks} in {@code sys/kern/kern_synch.c}.
 */
public final class SleepQueue {
    private static final int SLOTS = 256;

    /**
     * A thread that has gone to sleep, or is about to.
     *
     * @param ident on what; its {@code equals} says who is meant, its {@code hashCode} should be the same in every run
     * @param wmesg why, for people
     */
    public record Sleep(Object ident, String wmesg) implements Wmesg {
        @Override
        public String toString() {
            return wmesg;
        }
    }

    /** For each slot of the hash, a bit for each CPU. */
    static final class Masks {
        private final int words;
        private final AtomicLongArray bits;

        Masks(final int cpus) {
            words = (cpus + Long.SIZE - 1) / Long.SIZE;
            bits = new AtomicLongArray(SLOTS * words);
        }

        private int index(final int hash, final int cpu) {
            return hash * words + cpu / Long.SIZE;
        }

        private void set(final int hash, final int cpu) {
            bits.getAndUpdate(index(hash, cpu), word -> word | 1L << cpu);
        }

        private void clear(final int hash, final int cpu) {
            bits.getAndUpdate(index(hash, cpu), word -> word & ~(1L << cpu));
        }

        private boolean isSet(final int hash, final int cpu) {
            return (bits.get(index(hash, cpu)) & 1L << cpu) != 0;
        }
    }

    private final Cpu cpu;
    private final int slot;
    private final Masks masks;
    private final Map<Object, ArrayDeque<Msg<Sleep>>> sleepers = new HashMap<>();
    private final int[] identsAt = new int[SLOTS];

    SleepQueue(final Cpu cpu, final int slot, final Masks masks) {
        this.cpu = cpu;
        this.slot = slot;
        this.masks = masks;
    }

    /** Threads that sleep on this CPU. */
    public int size() {
        return sleepers.values().stream().mapToInt(ArrayDeque::size).sum();
    }

    /** True when a thread sleeps here, or is about to. */
    boolean holds(final Port<?> thread) {
        return sleepers.values().stream().anyMatch(queue -> queue.stream()
                .anyMatch(sleep -> sleep.replyPort().equals(thread)));
    }

    /** Puts the running thread on the queue; from now on a wake-up counts, also before it waits for the message. */
    public Msg<Sleep> add(final Object ident, final String wmesg, final Port<?> self) {
        final Msg<Sleep> sleep = Msg.init(new Sleep(ident, wmesg), self);
        MsgState.beginSend(sleep, Port.none(), true);
        final ArrayDeque<Msg<Sleep>> queue = sleepers.computeIfAbsent(ident, key -> {
            if (identsAt[hash(key)]++ == 0) {
                masks.set(hash(key), slot);
            }
            return new ArrayDeque<>();
        });
        queue.add(sleep);
        return sleep;
    }

    /** Ends a sleep that nobody has woken; false when it is over. */
    public boolean expire(final Msg<Sleep> sleep) {
        final Object ident = sleep.command().ident();
        final ArrayDeque<Msg<Sleep>> queue = sleepers.get(ident);
        if (queue == null || !queue.remove(sleep)) {
            return false;
        }
        removeIfEmpty(ident, queue);
        wake(sleep, NetError.EAGAIN);
        return true;
    }

    /** Wakes all that sleep on an identity, on every CPU of the machine. */
    public void wakeup(final Object ident) {
        wakeHere(ident, Integer.MAX_VALUE);
        for (int i = 1; i < cpu.machine().size(); i++) {
            final int other = (slot + i) % cpu.machine().size();
            if (masks.isSet(hash(ident), other)) {
                cpu.sendIpi(cpu.machine().cpuAt(other).id(), there -> there.sleepQueue()
                        .wakeHere(ident, Integer.MAX_VALUE));
            }
        }
    }

    /** Wakes one that sleeps on an identity, here if there is one, else on the next CPU that has one. */
    public void wakeupOne(final Object ident) {
        wakeupOne(ident, cpu.machine().size() - 1);
    }

    private void wakeupOne(final Object ident, final int left) {
        if (wakeHere(ident, 1) > 0) {
            return;
        }
        for (int i = 1; i <= left; i++) {
            final int other = (slot + i) % cpu.machine().size();
            if (masks.isSet(hash(ident), other)) {
                final int then = left - i;
                cpu.sendIpi(cpu.machine().cpuAt(other).id(), there -> there.sleepQueue()
                        .wakeupOne(ident, then));
                return;
            }
        }
    }

    private int wakeHere(final Object ident, final int most) {
        final ArrayDeque<Msg<Sleep>> queue = sleepers.get(ident);
        if (queue == null) {
            return 0;
        }
        // Who is woken may sleep again at once: only those who slept before are meant.
        final int count = Math.min(most, queue.size());
        final Iterator<Msg<Sleep>> first = new ArrayDeque<>(queue).iterator();
        for (int i = 0; i < count; i++) {
            queue.poll();
        }
        removeIfEmpty(ident, queue);
        for (int i = 0; i < count; i++) {
            wake(first.next(), NetError.OK);
        }
        return count;
    }

    private void removeIfEmpty(final Object ident, final ArrayDeque<Msg<Sleep>> queue) {
        if (queue.isEmpty()) {
            sleepers.remove(ident);
            if (--identsAt[hash(ident)] == 0) {
                masks.clear(hash(ident), slot);
            }
        }
    }

    private void wake(final Msg<Sleep> sleep, final NetError error) {
        cpu.transport().wake(sleep, error);
    }

    private static int hash(final Object ident) {
        final int h = ident.hashCode() * 0x9E3779B1;
        return h >>> 24;
    }
}
