package odonata.actors.cpu;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import odonata.protocol.errno.Kassert;

/**
 * Drives many CPUs, of one or more machines, in virtual time: always runs the CPU whose next event is earliest, ties by CPU id.
 *
 * <p>Each CPU has its own local time, which goes forward by what its threads are charged. Same seed and configuration, same
 * trace, bit for bit: nothing here reads the wall clock. A CPU that waits for room in a ring or for credit lets the others run
 * in the meantime, nested on the Java stack, and goes on at the time at which it got it.
 *
 * <p>Thread: one at a time; the one that calls {@link #step} or {@link #runUntil} is the carrier of all CPUs.
 */
public final class Conductor {
    private static final long TERMINATE_LIMIT = 1_000_000;

    private final CostModel costs;
    private final CpuHeap heap = new CpuHeap();
    private final List<VirtualDriver> drivers = new ArrayList<>();
    private final Externals externals = new Externals();
    private final Trace trace = new Trace();
    private Consumer<Cpu> afterStep = cpu -> {};
    private volatile Thread carrier = Thread.currentThread();
    private volatile boolean foreignWork;
    private long nowNs;
    private long steps;

    private Conductor(final CostModel costs) {
        this.costs = costs;
    }

    /** A conductor at time 0. */
    public static Conductor create(final CostModel costs) {
        return new Conductor(costs);
    }

    /** The cost table. */
    public CostModel costs() {
        return costs;
    }

    /** Time of the latest step; no event before it will run any more. */
    public long nowNs() {
        return nowNs;
    }

    /** Steps taken. */
    public long steps() {
        return steps;
    }

    /** Runs a function at a virtual time, before any CPU's step of that time; in the next step when it is past. */
    public void at(final long timeNs, final Runnable event) {
        externals.add(Math.max(timeNs, nowNs), event);
    }

    /** Runs all events up to and including {@code timeNs}; then {@link #nowNs} is at least {@code timeNs}. Returns the steps taken. */
    public long runUntil(final long timeNs) {
        final long before = steps;
        while (nextNs() <= timeNs) {
            step();
        }
        nowNs = Math.max(nowNs, timeNs);
        return steps - before;
    }

    /** Runs until nothing is left to do. Fails when that takes more than {@code maxSteps}. Returns the steps taken. */
    public long runUntilQuiet(final long maxSteps) {
        final long before = steps;
        while (step()) {
            Kassert.check(steps - before <= maxSteps, "not quiet after %d steps", maxSteps);
        }
        return steps - before;
    }

    /** Runs the earliest event. False when nothing is left to do. */
    public boolean step() {
        becomeCarrier();
        lookForForeignWork();
        if (!externals.isEmpty() && (heap.isEmpty() || externals.nextNs() <= heap.first().nextNs)) {
            nowNs = Math.max(nowNs, externals.nextNs());
            steps++;
            externals.remove().run();
            return true;
        }
        if (heap.isEmpty()) {
            return false;
        }
        run(heap.first());
        return true;
    }

    /** Time of the earliest event; {@link Long#MAX_VALUE} when there is none. */
    public long nextNs() {
        becomeCarrier();
        lookForForeignWork();
        final long cpus = heap.isEmpty() ? Long.MAX_VALUE : heap.first().nextNs;
        return Math.min(cpus, externals.nextNs());
    }

    /** Called after every step with the CPU that ran; also while another CPU waits in the middle of its step. */
    public void afterEachStep(final Consumer<Cpu> checker) {
        afterStep = checker;
    }

    /** 64-bit hash over (cpu, time, thread, kind) of all messages taken so far. */
    public long traceHash() {
        return trace.hash();
    }

    /** Keeps the first {@code mostEvents} messages taken from now on, to compare two runs that differ. */
    public void record(final int mostEvents) {
        trace.record(mostEvents);
    }

    /** The messages kept. */
    public List<TraceEvent> events() {
        return trace.events();
    }

    VirtualDriver driverOf(final Cpu cpu) {
        final VirtualDriver driver = new VirtualDriver(this, cpu);
        drivers.add(driver);
        return driver;
    }

    /** It is nearly always the same thread, and to write a volatile field is a fence, twice in each step. */
    private void becomeCarrier() {
        final Thread current = Thread.currentThread();
        if (carrier != current) {
            carrier = current;
        }
    }

    boolean onCarrier() {
        return Thread.currentThread() == carrier;
    }

    Trace trace() {
        return trace;
    }

    /** Something is due for a CPU; its step in progress asks itself when it ends. */
    void due(final VirtualDriver driver, final long dueNs) {
        if (!onCarrier()) {
            foreignWork = true;
        } else if (driver.isStarted() && !driver.isRunning()) {
            if (dueNs == Long.MIN_VALUE) {
                driver.waitedUntil(nowNs);
                heap.set(driver, driver.nextEventNs());
            } else {
                heap.setEarlier(driver, driver.notBefore(dueNs));
            }
        }
    }

    /** One CPU waits for room or credit: the others have their earliest event, then it looks again. */
    void stall(final VirtualDriver driver) {
        driver.beginStall();
        heap.set(driver, driver.nextEventNs());
        final boolean progress = step();
        heap.remove(driver);
        driver.endStall();
        Kassert.check(progress, "%s waits for room, and nothing is left that could make it", driver.cpu());
        driver.waitedUntil(nowNs);
    }

    /** Ends the actors of a CPU and forgets it. */
    void stop(final VirtualDriver driver) {
        becomeCarrier();
        driver.cpu().akka().terminate();
        long turns = 0;
        while (!driver.cpu().akka().isTerminated() && turns++ < TERMINATE_LIMIT) {
            driver.cpu().turn(driver.clock().nowNs(), 1);
        }
        heap.remove(driver);
        drivers.remove(driver);
    }

    /** It keeps its place meanwhile, which is the first: nothing is due earlier than what runs. */
    private void run(final VirtualDriver driver) {
        nowNs = Math.max(nowNs, driver.nextNs);
        steps++;
        driver.step();
        heap.set(driver, driver.nextEventNs());
        afterStep.accept(driver.cpu());
    }

    private void lookForForeignWork() {
        if (foreignWork) {
            foreignWork = false;
            for (final VirtualDriver driver : drivers) {
                due(driver, Long.MIN_VALUE);
            }
        }
    }
}
