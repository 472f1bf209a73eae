package odonata.actors.crossbar;

/** The CPU to which an end of the crossbar belongs. */
public interface CrossbarHost {

    /** Executes an entry, on the carrier. May send; must not wait. */
    void execute(Object entry);

    /** Entries to take from one ring before the next has its turn, at least 1. */
    int batch();

    /** This CPU has woken the one at a position of the machine. */
    void woke(int slot);

    /** Wakes this CPU; called by the carriers of others. */
    void ipi();

    /** An entry for this CPU will be due; virtual time only, called by other CPUs. */
    void due(long dueNs);

    /** This CPU waits for room in a ring and found nothing to take from its own: let time pass. */
    void stall(int round);

    /** True when this CPU takes nothing any more, so that nobody may wait for it. */
    boolean isGone();
}
