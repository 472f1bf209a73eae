package odonata.actors.usched;

import java.util.function.IntPredicate;
import java.util.function.IntUnaryOperator;

/**
 * On which CPU a process runs: one that runs no user code, else one that runs a worse thread by at least a queue, else each in turn. A
 * hint from what the CPUs publish, so several choosers may choose the same. Source: {@code bsd4_setrunqueue}.
 */
public final class CpuChoice {
    private static final int NONE = -1;

    private final int cpus;
    private int next;

    /** A choice among so many CPUs that looks at the one at position {@code first} first. */
    public CpuChoice(final int cpus, final int first) {
        this.cpus = cpus;
        this.next = first;
    }

    /**
     * Position of the CPU for a new thread of this priority.
     *
     * @param may true for the positions at which it may run; there must be one
     * @param upri what {@link Usched#upri} of the CPU at a position says
     */
    public int choose(final int priority, final IntPredicate may, final IntUnaryOperator upri) {
        final int better = better(priority, may, upri);
        return better == NONE ? take(first(may)) : better;
    }

    /** As {@link #choose}, for a thread that can stay where it is: -1 when it can begin nowhere at once. */
    public int better(final int priority, final IntPredicate may, final IntUnaryOperator upri) {
        final int free = first(at -> may.test(at) && upri.applyAsInt(at) >= UserClass.NOBODY);
        return take(
                free == NONE ? first(at -> may.test(at) && upri.applyAsInt(at) >= priority + UserQueues.PPQ) : free);
    }

    private int take(final int at) {
        if (at != NONE) {
            next = (at + 1) % cpus;
        }
        return at;
    }

    private int first(final IntPredicate fits) {
        for (int i = 0; i < cpus; i++) {
            final int at = (next + i) % cpus;
            if (fits.test(at)) {
                return at;
            }
        }
        return NONE;
    }
}
