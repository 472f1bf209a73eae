package odonata.actors.usched;

import java.util.function.IntUnaryOperator;

/**
 * On which CPU a new process starts: one that runs no user code, else one that runs a worse thread by at least a queue, else each in
 * turn. A hint from what the CPUs publish, so several choosers may choose the same. Source: {@code bsd4_setrunqueue}.
 */
public final class CpuChoice {
    private final int cpus;
    private int next;

    /** A choice among so many CPUs that looks at the one at position {@code first} first. */
    public CpuChoice(final int cpus, final int first) {
        this.cpus = cpus;
        this.next = first;
    }

    /**
     * Position of the CPU for a thread of this priority.
     *
     * @param upri what {@link Usched#upri} of the CPU at a position says
     */
    public int choose(final int priority, final IntUnaryOperator upri) {
        int chosen = first(upri, UserClass.NOBODY);
        if (chosen < 0) {
            chosen = first(upri, priority + UserQueues.PPQ);
        }
        if (chosen < 0) {
            chosen = next;
        }
        next = (chosen + 1) % cpus;
        return chosen;
    }

    private int first(final IntUnaryOperator upri, final int atLeast) {
        for (int i = 0; i < cpus; i++) {
            final int at = (next + i) % cpus;
            if (upri.applyAsInt(at) >= atLeast) {
                return at;
            }
        }
        return -1;
    }
}
