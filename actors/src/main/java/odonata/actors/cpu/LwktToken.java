package odonata.actors.cpu;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A serialising token: while a thread runs that holds it, no other thread runs that holds it, on no CPU of the machine. It is no
 * lock: a thread that waits or is switched away from gives up all its tokens, and has them all again before it runs again. So
 * what a token guards may have changed after every wait.
 *
 * <p>One atomic word: EXCLUSIVE 1 while held exclusively, EXCLREQ 2 while somebody waits to hold it so (no new shared holder then),
 * and 4 for each shared holder. Threads get it by {@code Td}. Who finds it busy queues itself and looks again; who gives it up
 * empties the queue and wakes, and if others want it leaves it to them for a moment. Source: {@code sys/kern/lwkt_token.c}.
 */
public final class LwktToken {
    static final int EXCLUSIVE = 1;
    static final int EXCLREQ = 2;
    static final int SHARED = 4;

    private static final AtomicLong MADE = new AtomicLong();
    private static final VarHandle WORD;

    static {
        try {
            WORD = MethodHandles.lookup().findVarHandle(LwktToken.class, "word", int.class);
        } catch (final ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** How long who gave it up leaves it to those who want it; longer than an IPI needs. */
    private static final long POLITE_NS = 10_000;

    private final String name;
    private final long address = MADE.getAndIncrement();
    private final ConcurrentLinkedQueue<TokenSet> waiters = new ConcurrentLinkedQueue<>();
    private final AtomicInteger wanting = new AtomicInteger();
    private volatile int word;

    /** In virtual time, when it was given up by a holder of either kind; it cannot be had before. */
    private long exclusiveUntilNs = Long.MIN_VALUE;

    private long sharedUntilNs = Long.MIN_VALUE;

    /** Who gave it up while others wanted it, and until when it leaves it to them. */
    private volatile TokenSet polite;

    private volatile long politeUntilNs;

    private LwktToken(final String name) {
        this.name = name;
    }

    /** A token that nobody holds; {@code name} is for people. */
    public static LwktToken create(final String name) {
        return new LwktToken(name);
    }

    /** Its name. Any thread. */
    public String name() {
        return name;
    }

    @Override
    public String toString() {
        return name;
    }

    /** Orders tokens: sets of them are taken in ascending order. */
    long address() {
        return address;
    }

    /** Takes it for a thread if it can be had now. */
    boolean take(final boolean exclusive, final TokenSet set) {
        final long ready = readyNs(exclusive, set);
        if (ready != Long.MIN_VALUE && ready > set.nowNs()) {
            return false;
        }
        while (true) {
            final int now = word;
            final int after;
            if (exclusive) {
                if ((now & ~EXCLREQ) != 0) {
                    return false;
                }
                after = EXCLUSIVE;
            } else {
                if ((now & (EXCLUSIVE | EXCLREQ)) != 0) {
                    return false;
                }
                after = now + SHARED;
            }
            if (WORD.compareAndSet(this, now, after)) {
                return true;
            }
        }
    }

    /**
     * The time before which a thread cannot have it: in virtual time others had it until then, or the thread itself had it last and
     * others want it. {@link Long#MIN_VALUE} when time does not matter.
     */
    long readyNs(final boolean exclusive, final TokenSet set) {
        final long free = exclusive ? Math.max(exclusiveUntilNs, sharedUntilNs) : exclusiveUntilNs;
        return polite == set && isWantedBeside(set) ? Math.max(free, politeUntilNs) : free;
    }

    /** Keeps new shared holders away until it was taken exclusively; only while it is held shared. */
    void request() {
        int now = word;
        while (now >= SHARED && (now & EXCLREQ) == 0 && !WORD.compareAndSet(this, now, now | EXCLREQ)) {
            now = word;
        }
    }

    /** Gives it up, by a thread of {@code here}; on its carrier. */
    void drop(final boolean exclusive, final TokenSet set, final Cpu here) {
        if (here.driver().isVirtual()) {
            final long now = here.clock().nowNs();
            exclusiveUntilNs = exclusive ? Math.max(exclusiveUntilNs, now) : exclusiveUntilNs;
            sharedUntilNs = exclusive ? sharedUntilNs : Math.max(sharedUntilNs, now);
        }
        if (isWantedBeside(set)) {
            politeUntilNs =
                    here.clock().nowNs() + Math.max(POLITE_NS, 2 * here.driver().hopNs());
            polite = set;
        }
        WORD.getAndAdd(this, exclusive ? -EXCLUSIVE : -SHARED);
        TokenSet waiter = waiters.poll();
        while (waiter != null) {
            waiter.retry(this, here);
            waiter = waiters.poll();
        }
    }

    void addWaiter(final TokenSet set) {
        waiters.add(set);
    }

    /** Counts the sets that cannot be in force for want of it. */
    void want(final int delta) {
        wanting.addAndGet(delta);
    }

    /** True when another set than this one cannot be in force for want of it. */
    boolean isWantedBeside(final TokenSet set) {
        return wanting.get() > (set.wants(this) ? 1 : 0);
    }

    /** The word, for tests. */
    int word() {
        return word;
    }
}
