package odonata.actors.cpu;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import odonata.protocol.errno.Kassert;
import odonata.protocol.errno.KernelPanic;

/**
 * The tokens of one thread ({@code td_toks}): a stack of references, and whether they are in force. They are while the thread runs
 * and as long as it goes on with its next message; when it waits, has no message, is switched away from, or another thread wants
 * one of them after a message, all are given up. Before it runs again all are taken, in ascending order of the tokens' addresses,
 * or none.
 *
 * <p>Nobody keeps a token while it waits for another, so there is no deadlock; and since all take in one order, of those that get
 * in each other's way the one that holds the highest goes on.
 *
 * <p>Thread: the carrier. Threads use {@code Td}. Source: {@code sys/kern/lwkt_token.c}.
 */
public final class TokenSet {
    /** References a thread can have at most ({@code LWKT_MAXTOKENS}). */
    public static final int MOST = 32;

    private static final VarHandle QUEUED_AT;

    static {
        try {
            QUEUED_AT = MethodHandles.lookup().findVarHandle(TokenSet.class, "queuedAt", LwktToken.class);
        } catch (final ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** A token of the set, once, however often it was got. */
    private static final class Hold {
        private final LwktToken token;
        private final boolean exclusive;
        private int references = 1;

        private Hold(final LwktToken token, final boolean exclusive) {
            this.token = token;
            this.exclusive = exclusive;
        }
    }

    private final CpuThread thread;
    private final Hold[] stack = new Hold[MOST];
    private final List<Hold> byAddress = new ArrayList<>();
    private int size;
    private boolean inForce = true;
    private LwktToken wanted;

    /** The token at whose queue this set waits to be told. */
    private volatile LwktToken queuedAt;

    TokenSet(final CpuThread thread) {
        this.thread = thread;
    }

    /** Gets a token once more. False when others hold it: then it is in the set, and the whole set has been given up. */
    public boolean get(final LwktToken token, final boolean exclusive) {
        if (push(token, exclusive)) {
            return true;
        }
        final Hold busy = stack[size - 1];
        if (waitFor(busy)) {
            want(null);
            return true;
        }
        inForce = false;
        for (final Hold hold : byAddress) {
            if (hold != busy) {
                drop(hold);
            }
        }
        return false;
    }

    /** Gets a token if it can be had now; else the set is as before. */
    public boolean tryGet(final LwktToken token, final boolean exclusive) {
        final boolean taken = push(token, exclusive);
        if (!taken) {
            pop();
        }
        return taken;
    }

    /** Gives back the token that was got last, which must be this one. */
    public void release(final LwktToken token) {
        if (size == 0 || stack[size - 1].token != token) {
            final Object last = size == 0 ? "none" : stack[size - 1].token;
            throw panic("lwkt_reltoken", token, "the last it got is " + last + ": release in exact reverse order");
        }
        final Hold hold = pop();
        if (hold.references == 0 && inForce) {
            drop(hold);
        }
    }

    /** Exchanges the two got last, so that the other can be released first. */
    public void swap() {
        Kassert.check(
                size >= 2, "lwkt_token_swap: thread %s on %s: it has %d, needed are two", thread, thread.cpu(), size);
        final Hold top = stack[size - 1];
        stack[size - 1] = stack[size - 2];
        stack[size - 2] = top;
    }

    /** True when the thread has got it and not released it. */
    public boolean holds(final LwktToken token) {
        return find(token) != null;
    }

    /** References, each token counted as often as it was got. */
    public int size() {
        return size;
    }

    /** True when it is not in force for want of this token. */
    boolean wants(final LwktToken token) {
        return wanted == token;
    }

    /** The time on the CPU's clock. */
    long nowNs() {
        return thread.cpu().clock().nowNs();
    }

    /** Takes all, or none. True when they are in force. */
    boolean resume() {
        if (inForce) {
            return true;
        }
        for (int i = 0; i < byAddress.size(); i++) {
            final Hold hold = byAddress.get(i);
            if (!take(hold) && !waitFor(hold)) {
                for (int taken = i - 1; taken >= 0; taken--) {
                    drop(byAddress.get(taken));
                }
                return false;
            }
        }
        inForce = true;
        want(null);
        return true;
    }

    /** Gives all up until {@link #resume}. */
    void suspend() {
        if (inForce && size > 0) {
            inForce = false;
            for (final Hold hold : byAddress) {
                drop(hold);
            }
        }
    }

    /** The thread has ended. */
    void end() {
        suspend();
        want(null);
    }

    /** True when another thread waits for one of them. */
    boolean isWanted() {
        for (int i = 0; i < byAddress.size(); i++) {
            if (byAddress.get(i).token.isWantedBeside(this)) {
                return true;
            }
        }
        return false;
    }

    /** A token for which this set waits has been given up by {@code here}: its CPU has to look. On the carrier of {@code here}. */
    void retry(final LwktToken token, final Cpu here) {
        QUEUED_AT.compareAndSet(this, token, null);
        // refused only when there is so much on the ring that the CPU looks anyway
        here.ipiq().sendNowait(thread.cpu().id(), Ipiq.LOOK);
    }

    /** Queues this set to be told when the token is free, and looks once more. True when it has been taken meanwhile. */
    private boolean waitFor(final Hold hold) {
        if (hold.exclusive && byAddress.size() == 1) {
            hold.token.request();
        }
        want(hold.token);
        if (queuedAt != hold.token) {
            queuedAt = hold.token;
            hold.token.addWaiter(this);
        }
        VarHandle.fullFence();
        thread.cpu().tokenFreeAt(hold.token.readyNs(hold.exclusive, this));
        return take(hold);
    }

    private boolean take(final Hold hold) {
        return hold.token.take(hold.exclusive, this);
    }

    private void drop(final Hold hold) {
        hold.token.drop(hold.exclusive, this, thread.cpu());
    }

    /** Notes for which token the set waits; while it does, those who have it give it up after each message. */
    private void want(final LwktToken token) {
        if (wanted != token) {
            if (wanted != null) {
                wanted.want(-1);
            }
            if (token != null) {
                token.want(1);
            }
            wanted = token;
        }
    }

    /** Adds a reference; false when the token is new to the set and cannot be had now. */
    private boolean push(final LwktToken token, final boolean exclusive) {
        if (size == MOST) {
            throw panic("lwkt_gettoken", token, "it has " + MOST + " already, the most a thread can have");
        }
        final Hold known = find(token);
        if (known != null) {
            if (exclusive && !known.exclusive) {
                throw panic("lwkt_gettoken", token, "it holds it shared: release it before getting it exclusively");
            }
            known.references++;
            stack[size++] = known;
            return true;
        }
        final Hold hold = new Hold(token, exclusive);
        stack[size++] = hold;
        int at = byAddress.size();
        while (at > 0 && byAddress.get(at - 1).token.address() > token.address()) {
            at--;
        }
        byAddress.add(at, hold);
        return inForce && take(hold);
    }

    private Hold pop() {
        final Hold hold = stack[--size];
        stack[size] = null;
        hold.references--;
        if (hold.references == 0) {
            byAddress.remove(hold);
        }
        return hold;
    }

    private Hold find(final LwktToken token) {
        for (int i = 0; i < byAddress.size(); i++) {
            if (byAddress.get(i).token == token) {
                return byAddress.get(i);
            }
        }
        return null;
    }

    private KernelPanic panic(final String call, final LwktToken token, final String rule) {
        return new KernelPanic(call + ": thread " + thread + " on " + thread.cpu() + ", token " + token + ": " + rule);
    }
}
