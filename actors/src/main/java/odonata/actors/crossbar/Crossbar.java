package odonata.actors.crossbar;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicReferenceArray;
import odonata.protocol.errno.Kassert;

/**
 * One CPU's end of the crossbar: its outbound rings, its view of the inbound ones, and its wake-up flag.
 *
 * <p>Full rings: a sender at thread level waits from half full until below a quarter; inside the execution of an entry it
 * may use all slots but one. While it waits it takes from its own inbound rings, which is the whole proof that two CPUs that
 * fill each other's rings cannot deadlock. At thread level it executes what it takes; inside an execution it only puts it
 * aside, so that nothing recurses.
 *
 * <p>Wake-ups: {@code ipimask} says which sources have entries, {@code npoll} that the CPU is awake or about to be. A sender
 * publishes entry, fence, mask, and wakes only if it turns {@code npoll} from 0 to 1; who has nothing on a ring turns it to 2. The CPU clears {@code npoll}, fences and
 * looks again before it sleeps. A passive send publishes entry and mask and leaves {@code npoll} alone: who is awake sees it,
 * who sleeps sees it when something wakes him, at the latest {@link #sendBehindPassive}. In virtual time one thread drives all ends, so that neither fence nor
 * atomic operation is needed; and entries are told at once, as each has its time.
 * Source: {@code sys/kern/lwkt_ipiq.c}.
 *
 * <p>Thread: the carrier, except where said. Slots are positions in the machine; the last is the uplink.
 */
public final class Crossbar {
    private static final VarHandle NPOLL;
    private static final VarHandle MASK = MethodHandles.arrayElementVarHandle(long[].class);
    private static final int AWAKE = 1;
    private static final int ASLEEP = 0;
    private static final int NUDGED = 2;

    static {
        try {
            NPOLL = MethodHandles.lookup().findVarHandle(Crossbar.class, "npoll", int.class);
        } catch (final ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private record Deferred(IpiRing ring, Object entry) {}

    private final int slot;
    private final int capacity;
    private final int uplinkCapacity;
    private final boolean timed;
    private final Crossbar[] machine;
    private final CrossbarHost host;
    private final AtomicReferenceArray<IpiRing> inbound;
    private final IpiRing[] outbound;
    private final long[] ipimask;
    private final boolean[] isDirty;
    private final int[] dirty;
    private final boolean[] hasPassive;
    private final ArrayDeque<Deferred> deferred = new ArrayDeque<>();
    private int dirtyCount;
    private int depth;
    private long taken;

    @SuppressWarnings("unused") // by VarHandle
    private volatile int npoll = AWAKE;

    /**
     * An end without rings; they come when a pair first talks, that of the uplink when somebody asks for it.
     *
     * @param slot position of this CPU
     * @param machine all ends by position, this one included once made
     * @param capacity slots of a ring between two CPUs
     * @param uplinkCapacity slots of the ring from the uplink
     * @param timed virtual time: entries have a due time and are taken in its order
     */
    public Crossbar(
            final int slot,
            final Crossbar[] machine,
            final CrossbarHost host,
            final int capacity,
            final int uplinkCapacity,
            final boolean timed) {
        final int n = machine.length;
        this.slot = slot;
        this.machine = machine;
        this.host = host;
        this.capacity = capacity;
        this.uplinkCapacity = uplinkCapacity;
        this.timed = timed;
        inbound = new AtomicReferenceArray<>(n + 1);
        outbound = new IpiRing[n];
        ipimask = new long[n / Long.SIZE + 1];
        isDirty = new boolean[n];
        dirty = new int[n];
        hasPassive = new boolean[n];
    }

    /**
     * Appends an entry for another CPU of the machine, waiting as the class comment says if its ring is too full.
     *
     * @return its sequence number: it has been executed when {@link IpiRing#executed} of the ring is not below it. 0 when the
     *     CPU is gone
     */
    public long send(final int target, final Object entry, final long dueNs) {
        final IpiRing ring = ring(target);
        if (!ring.hasRoom(limit()) && !awaitRoom(target, ring)) {
            return 0;
        }
        append(target, ring, entry, dueNs);
        return ring.sent();
    }

    /**
     * As {@link #send}, without waking the target: it takes the entry when it looks next. From a quarter of the ring on it is an
     * ordinary send.
     */
    public long sendPassive(final int target, final Object entry, final long dueNs) {
        final IpiRing ring = ring(target);
        if (!ring.hasRoom(capacity >> 2)) {
            return send(target, entry, dueNs);
        }
        ring.addPassive(entry, dueNs);
        hasPassive[target] = true;
        VarHandle.fullFence();
        machine[target].mark(slot);
        return ring.sent();
    }

    /** As {@link #send}, but fails instead of waiting: false, and nothing sent, from two thirds of the ring on. */
    public boolean sendNowait(final int target, final Object entry, final long dueNs) {
        final IpiRing ring = ring(target);
        if (!ring.hasRoom(capacity * 2 / 3)) {
            ring.countFull();
            return false;
        }
        append(target, ring, entry, dueNs);
        return true;
    }

    /**
     * Sends an entry to each CPU that may still have passive entries of this one which it has not seen. Returns how many.
     * To be called within one tick of a passive send.
     */
    public int sendBehindPassive(final Object entry, final long dueNs) {
        int n = 0;
        for (int target = 0; target < hasPassive.length; target++) {
            if (hasPassive[target]) {
                hasPassive[target] = false;
                if (outbound[target].occupancy() > 0) {
                    send(target, entry, dueNs);
                    n++;
                }
            }
        }
        return n;
    }

    /** Tells the CPUs sent to since the last time; wakes those that are asleep. Returns the number of wake-ups. */
    public int flush() {
        if (dirtyCount == 0) {
            return 0;
        }
        if (!timed) {
            VarHandle.fullFence();
        }
        int woken = 0;
        for (int i = 0; i < dirtyCount; i++) {
            final int target = dirty[i];
            isDirty[target] = false;
            if (wakeTarget(target)) {
                woken++;
            }
        }
        dirtyCount = 0;
        return woken;
    }

    /**
     * Takes what is there and due: from each ring at most a batch. Executes it, unless called while an entry is being executed,
     * then only puts it aside. Returns the number taken. The time is looked at only where entries are due at one.
     */
    public int poll(final long nowNs) {
        final long before = taken;
        runDeferred();
        if (timed) {
            pollByDueTime(nowNs);
        } else {
            pollBySource();
        }
        return (int) (taken - before);
    }

    /** Entries ever taken. */
    public long taken() {
        return taken;
    }

    /** When the next entry may be seen; {@link Long#MAX_VALUE} if there is none. */
    public long nextDueNs() {
        if (depth == 0 && !deferred.isEmpty()) {
            return Long.MIN_VALUE;
        }
        return timed ? firstWakeNs() : firstDueNs();
    }

    /** Announces that the CPU will sleep. False when something has come meanwhile: then it stays awake. */
    public boolean prepareSleep() {
        if (timed) {
            NPOLL.set(this, ASLEEP);
        } else {
            NPOLL.setVolatile(this, ASLEEP);
            VarHandle.fullFence();
        }
        if (hasEntries()) {
            awake();
            return false;
        }
        return true;
    }

    /** The CPU is awake: senders need not wake it. True when one of them had woken it. */
    public boolean awake() {
        if (timed) {
            final boolean woken = (int) NPOLL.get(this) == AWAKE;
            NPOLL.set(this, AWAKE);
            return woken;
        }
        return (int) NPOLL.getAndSet(this, AWAKE) == AWAKE;
    }

    /** Wakes the CPU if it sleeps, for something that is on no ring; any thread. It is no IPI: {@link #awake} answers false. */
    public void nudge() {
        if (timed) {
            if ((int) NPOLL.get(this) == ASLEEP) {
                NPOLL.set(this, NUDGED); // the conductor sees to it that the CPU looks
            }
            return;
        }
        VarHandle.fullFence();
        if (NPOLL.compareAndSet(this, ASLEEP, NUDGED)) {
            host.ipi();
        }
    }

    /** The uplink's agent has put something into {@link #uplinkRing}. */
    public void wakeFromUplink() {
        VarHandle.fullFence();
        notifyFrom(machine.length);
    }

    /** The ring from the uplink, made when first asked for; one producer, the receiving agent. Any thread. */
    public IpiRing uplinkRing() {
        final IpiRing known = inbound.get(machine.length);
        if (known != null) {
            return known;
        }
        inbound.compareAndSet(machine.length, null, new IpiRing(uplinkCapacity, timed));
        return inbound.get(machine.length);
    }

    /** The ring from this CPU to another; null when they have never talked. Any thread. */
    public IpiRing ringTo(final int target) {
        return machine[target].inbound.get(slot);
    }

    /** The ring from another CPU (or the uplink) to this one; null when they have never talked. Any thread. */
    public IpiRing ringFrom(final int source) {
        return inbound.get(source);
    }

    /** True while an entry is being executed. */
    public boolean isExecuting() {
        return depth > 0;
    }

    private IpiRing ring(final int target) {
        final IpiRing known = outbound[target];
        if (known != null) {
            return known;
        }
        Kassert.check(target != slot, "ring of CPU slot %d to itself", target);
        final IpiRing made = new IpiRing(capacity, timed);
        outbound[target] = made;
        machine[target].inbound.set(slot, made);
        return made;
    }

    private void append(final int target, final IpiRing ring, final Object entry, final long dueNs) {
        ring.add(entry, dueNs);
        if (timed) {
            wakeTarget(target);
            machine[target].host.due(dueNs);
        } else if (!isDirty[target]) {
            isDirty[target] = true;
            dirty[dirtyCount++] = target;
        }
    }

    private int limit() {
        return depth == 0 ? Math.max(1, capacity >> 1) : capacity - 1;
    }

    private boolean awaitRoom(final int target, final IpiRing ring) {
        ring.countFull();
        final int enough = depth == 0 ? Math.max(1, capacity >> 2) : capacity - 1;
        int round = 0;
        while (!ring.hasRoom(enough)) {
            if (machine[target].host.isGone()) {
                return false;
            }
            flush();
            wakeTarget(target);
            if (poll(timed ? Long.MIN_VALUE : 0) == 0) {
                host.stall(round++);
            } else {
                round = 0;
            }
        }
        return true;
    }

    /** Wakes a CPU that was sent to; false when it is awake. */
    private boolean wakeTarget(final int target) {
        if (!machine[target].notifyFrom(slot)) {
            return false;
        }
        outbound[target].countIpi();
        host.woke(target);
        return true;
    }

    private void mark(final int source) {
        final int word = source >>> 6;
        final long bit = 1L << source;
        if (timed) {
            ipimask[word] |= bit;
        } else if (((long) MASK.getVolatile(ipimask, word) & bit) == 0) {
            MASK.getAndBitwiseOr(ipimask, word, bit);
        }
    }

    private boolean notifyFrom(final int source) {
        mark(source);
        if (!mayWake()) {
            return false;
        }
        host.ipi();
        return true;
    }

    private boolean mayWake() {
        if (timed) {
            final boolean asleep = (int) NPOLL.get(this) == ASLEEP;
            if (asleep) {
                NPOLL.set(this, AWAKE);
            }
            return asleep;
        }
        return (int) NPOLL.getVolatile(this) != AWAKE && NPOLL.compareAndSet(this, ASLEEP, AWAKE);
    }

    private boolean hasEntries() {
        if (!deferred.isEmpty()) {
            return true;
        }
        for (int word = 0; word < ipimask.length; word++) {
            if ((long) MASK.getVolatile(ipimask, word) != 0) {
                return true;
            }
        }
        return false;
    }

    private void pollBySource() {
        for (int word = 0; word < ipimask.length; word++) {
            if ((long) MASK.getOpaque(ipimask, word) != 0) {
                long bits = (long) MASK.getAndSet(ipimask, word, 0L);
                while (bits != 0) {
                    final int source = (word << 6) + Long.numberOfTrailingZeros(bits);
                    bits &= bits - 1;
                    drain(source);
                }
            }
        }
    }

    private void drain(final int source) {
        final IpiRing ring = inbound.get(source);
        int left = host.batch();
        while (left > 0 && !ring.isEmpty()) {
            takeOne(ring);
            left--;
        }
        if (!ring.isEmpty()) {
            MASK.getAndBitwiseOr(ipimask, source >>> 6, 1L << source);
        }
    }

    private void pollByDueTime(final long nowNs) {
        int left = host.batch();
        while (left-- > 0) {
            final IpiRing ring = firstDue();
            if (ring == null || ring.firstDueNs() > nowNs) {
                return;
            }
            takeOne(ring);
        }
    }

    private long firstDueNs() {
        final IpiRing first = firstDue();
        return first == null ? Long.MAX_VALUE : first.firstDueNs();
    }

    private long firstWakeNs() {
        long first = Long.MAX_VALUE;
        for (int word = 0; word < ipimask.length; word++) {
            long bits = ipimask[word];
            while (bits != 0) {
                final int source = (word << 6) + Long.numberOfTrailingZeros(bits);
                bits &= bits - 1;
                first = Math.min(first, inbound.get(source).firstWakeNs());
            }
        }
        return first;
    }

    /** The ring whose first entry is due first, by time then by source; clears the marks of empty ones on the way. */
    private IpiRing firstDue() {
        IpiRing best = null;
        long bestDue = Long.MAX_VALUE;
        for (int word = 0; word < ipimask.length; word++) {
            long bits = ipimask[word];
            while (bits != 0) {
                final long bit = bits & -bits;
                bits ^= bit;
                final IpiRing ring = inbound.get((word << 6) + Long.numberOfTrailingZeros(bit));
                final long due = ring.firstDueNs();
                if (ring.isEmpty()) {
                    ipimask[word] &= ~bit;
                } else if (best == null || due < bestDue) {
                    best = ring;
                    bestDue = due;
                }
            }
        }
        return best;
    }

    private void takeOne(final IpiRing ring) {
        final Object entry = ring.take();
        taken++;
        if (depth > 0) {
            deferred.add(new Deferred(ring, entry));
        } else {
            execute(ring, entry);
            runDeferred();
        }
    }

    private void execute(final IpiRing ring, final Object entry) {
        depth++;
        host.execute(entry);
        depth--;
        ring.completed();
    }

    private void runDeferred() {
        while (depth == 0 && !deferred.isEmpty()) {
            final Deferred next = deferred.poll();
            execute(next.ring(), next.entry());
        }
    }
}
