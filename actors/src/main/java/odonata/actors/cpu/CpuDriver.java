package odonata.actors.cpu;

import odonata.protocol.clock.Clock;

/** What makes a CPU run: a carrier thread of its own, or the conductor. */
interface CpuDriver {

    /** The CPU's time. */
    Clock clock();

    /** True when the calling thread is the one that runs the CPU. */
    boolean onCarrier();

    /** Messages of one thread in a row. */
    int throughput();

    /** True in virtual time. */
    boolean isVirtual();

    /** Wakes the CPU; any thread. */
    void ipi();

    /** Something for the CPU is due; on its own carrier, or in virtual time from another CPU. */
    void due(long dueNs);

    /** The CPU waits for room elsewhere; lets time pass. */
    void stall(int round);

    /** Spends virtual time. */
    void charge(long ns);

    /** A thread takes a message, or what it was told by plain Akka means. */
    void taken(CpuThread thread, Object message);

    /** A change to another thread. */
    void switched(CpuThread to);

    /** The thread that runs has copied bytes. */
    void copied(int bytes);

    /** The time for the rings: entries have a due time in virtual time only, and on the wall clock nobody has to read it. */
    long ringNs();

    /** Latency to another CPU of the machine. */
    long hopNs();

    /** A message was put on a port of this CPU. */
    void sentLocally();

    /** Begins to run. */
    void start();

    /** Ends; returns when the CPU does not run any more. */
    void stop();

    /** Makes the driver of a CPU. */
    @FunctionalInterface
    interface Factory {
        /** The driver of {@code cpu}, which is being constructed. */
        CpuDriver driverOf(Cpu cpu);
    }
}
