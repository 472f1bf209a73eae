package odonata.actors.cpu;

/** Counters of one thread and its port. One writer, the CPU; readable from any thread. */
public interface ThreadCounters {
    /** Name of the thread. */
    String name();

    /** Port index; 0 when it has none. */
    int portIndex();

    /** What the thread is for. */
    ThreadClass threadClass();

    /** Messages waiting now. */
    long depth();

    /** Most messages that ever waited. */
    long highWater();

    /** Messages taken. */
    long served();

    /** Times it was run; {@code served / batches} is the mean batch. */
    long batches();

    /** Nanoseconds for which its port has not been empty or the thread not been run, at {@code nowNs} of the CPU's clock. */
    long oldestWaitNs(long nowNs);
}
