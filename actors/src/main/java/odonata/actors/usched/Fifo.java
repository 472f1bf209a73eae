package odonata.actors.usched;

import java.util.ArrayDeque;
import java.util.function.Predicate;

/** The simplest policy: who is designated stays so until it blocks, then whoever has waited longest. Knows no priority. */
public final class Fifo implements Usched {
    private final UschedCpu cpu;
    private final Seat seat = new Seat();
    private final ArrayDeque<Lwp> queue = new ArrayDeque<>();

    /** A policy with an empty queue. */
    public Fifo(final UschedCpu cpu) {
        this.cpu = cpu;
    }

    @Override
    public boolean acquireCurproc(final Lwp lp) {
        cpu.clearUserResched();
        if (seat.isFree()) {
            seat.give(lp);
        } else if (seat.lp() != lp) {
            setrunqueue(lp);
        }
        return seat.lp() == lp;
    }

    @Override
    public void releaseCurproc(final Lwp lp) {
        if (seat.lp() == lp) {
            seat.free();
            select();
        }
    }

    @Override
    public void setrunqueue(final Lwp lp) {
        lp.queued = true;
        queue.add(lp);
        if (seat.isFree()) {
            select();
        }
    }

    @Override
    public void remrunqueue(final Lwp lp) {
        if (lp.queued) {
            lp.queued = false;
            queue.remove(lp);
        }
    }

    @Override
    public void schedulerclock(final Lwp lp) {}

    @Override
    public void recalculateEstcpu(final Lwp lp) {}

    @Override
    public void resetpriority(final Lwp lp) {}

    @Override
    public void forking(final Lwp parent, final Lwp child) {}

    @Override
    public void exiting(final Lwp lp) {
        remrunqueue(lp);
        releaseCurproc(lp);
    }

    @Override
    public Lwp pull(final Predicate<Lwp> may) {
        for (final Lwp lp : queue) {
            if (may.test(lp)) {
                remrunqueue(lp);
                return lp;
            }
        }
        return null;
    }

    @Override
    public int queued() {
        return queue.size();
    }

    @Override
    public Lwp curproc() {
        return seat.lp();
    }

    @Override
    public int upri() {
        return seat.upri();
    }

    private void select() {
        final Lwp next = queue.peek();
        if (next != null) {
            remrunqueue(next);
            seat.give(next);
            next.schedule();
        }
    }
}
