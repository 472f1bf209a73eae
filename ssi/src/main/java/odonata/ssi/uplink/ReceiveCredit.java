package odonata.ssi.uplink;

import java.util.concurrent.atomic.AtomicLong;
import odonata.actors.cpu.UplinkRing;

/**
 * What one CPU here has given to one CPU of another member: the other end of {@link SendCredit}.
 *
 * <p>Writers: the receiving agent counts what arrives and what it has allowed, the target CPU's carrier counts what it has
 * taken off its ring. An entry that was lost on the way is counted as taken when a later one is, so no credit leaks.
 *
 * <p>The window grows while the source has to wait for credit although the target keeps up: then it is the round trip that it waits
 * for. It shrinks when the source gives back what it does not use. Never is more allowed than the window holds.
 */
final class ReceiveCredit {
    private final int source;
    private final LocalCpu target;
    private final int base;
    private int window;
    private long givenBackAt;
    private final AtomicLong taken = new AtomicLong();
    private long arrived;
    private long claimed;
    private long allowed;
    private boolean active;

    /** From CPU {@code source} of another member to {@code target} here; the window is never less than {@code base}. */
    ReceiveCredit(final int source, final LocalCpu target, final int base) {
        this.source = source;
        this.target = target;
        this.base = base;
        window = base;
    }

    int source() {
        return source;
    }

    int target() {
        return target.id();
    }

    UplinkRing ring() {
        return target.ring();
    }

    int window() {
        return window;
    }

    /** The source had to wait for credit before it sent what is arriving. Agent. */
    void sourceWaited() {
        if (arrived - taken.getAcquire() <= window / 2) {
            window += target.pool().lend(window, window - base);
        }
    }

    /** The source has given back all credit but a window by leaving out the numbers up to this one. Agent. */
    void givenBack(final long number) {
        givenBackAt = number;
    }

    /** What was given back is lent no more when the target has got that far: until then what came before may be on its ring. */
    private void shrink() {
        if (givenBackAt != 0 && taken.getAcquire() >= givenBackAt) {
            final int needed = (int) Math.max(base, allowed - taken.getAcquire());
            target.pool().giveBack(window - needed);
            window = needed;
            givenBackAt = 0;
        }
    }

    /** The source is dead and all that it sent has been taken off the ring. The target's carrier. */
    void end() {
        target.pool().giveBack(window - base);
    }

    /**
     * Claims an entry by the low 32 bits of its number, until {@link #commit} or {@link #rollback}. Agent.
     *
     * @return its full number; 0 for an entry that was here before, -1 for one beyond the credit
     */
    long claim(final int low) {
        final int step = low - (int) claimed;
        if (step <= 0) {
            return 0;
        }
        if (claimed + step > allowed) {
            return -1;
        }
        claimed += step;
        return claimed;
    }

    /** The entry {@code number} goes onto the ring; returns how many before it never came. Agent. */
    long commit(final long number) {
        final long missing = number - arrived - 1;
        arrived = number;
        return missing;
    }

    /** The claimed entries were dropped. Agent. */
    void rollback() {
        claimed = arrived;
    }

    /** The target has taken the entry off its ring. Carrier. */
    void took(final long number) {
        taken.setRelease(number);
    }

    /** How many entries may be sent in all, by what the target has taken. Agent. */
    long limit() {
        return taken.getAcquire() + window;
    }

    /** True when enough was taken to be worth a credit frame, or when anything was and {@code quiet}. Agent. */
    boolean due(final boolean quiet) {
        shrink();
        final long more = limit() - allowed;
        return more > 0 && (quiet || more >= Math.max(1, window / 4));
    }

    /** The sender is being told {@code total}. Agent, before the frame leaves. */
    void allow(final long total) {
        allowed = Math.max(allowed, total);
    }

    /** True when every entry that arrived was taken and given back. Agent. */
    boolean settled() {
        return allowed == arrived + window;
    }

    /** Puts it on the agent's list of those to be looked at; true when it was there already. Agent. */
    boolean activate() {
        final boolean before = active;
        active = true;
        return before;
    }

    /** Takes it off the list. Agent. */
    void deactivate() {
        active = false;
    }
}
