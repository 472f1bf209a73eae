package odonata.actors.cpu;

import odonata.actors.port.Msg;
import odonata.protocol.clock.Clock;

/** A CPU under the conductor: its local time, and when it has to run next. */
final class VirtualDriver implements CpuDriver {
    private static final int NOT_IN_HEAP = -1;

    private static final long PS_PER_NS = 1_000;

    private final Conductor conductor;
    private final CostModel costs;
    private final Cpu cpu;
    private long localNs;
    private boolean started;
    private boolean running;
    private boolean asleep;
    private int stalls;
    private long switches;
    private boolean cold;
    private boolean first;

    /** Between its steps a CPU is as late as the whole. */
    private final Clock clock = this::timeNs;

    int heapIndex = NOT_IN_HEAP;
    long nextNs;

    VirtualDriver(final Conductor conductor, final Cpu cpu) {
        this.conductor = conductor;
        this.costs = conductor.costs();
        this.cpu = cpu;
        localNs = conductor.nowNs();
    }

    Cpu cpu() {
        return cpu;
    }

    boolean isBefore(final VirtualDriver other) {
        return nextNs != other.nextNs ? nextNs < other.nextNs : cpu.id() < other.cpu.id();
    }

    /** Runs the CPU's next event: one thread takes one message. While it waits for room elsewhere it only looks at its rings. */
    void step() {
        localNs = Math.max(localNs, nextNs);
        if (stalls > 0) {
            cpu.pollStalled(localNs);
            return;
        }
        running = true;
        if (asleep && cpu.crossbar().awake()) {
            localNs += costs.interruptNs();
            cpu.woken();
        }
        asleep = false;
        cpu.turn(localNs, 1);
        cpu.idle(localNs);
        running = false;
        sleepUnlessRunnable();
    }

    private void sleepUnlessRunnable() {
        asleep = !cpu.isRunnable() && cpu.crossbar().prepareSleep();
    }

    /** When this CPU has to run next; {@link Long#MAX_VALUE} when it has nothing to do. */
    long nextEventNs() {
        final long entries = cpu.crossbar().nextDueNs();
        if (stalls > 0) {
            return entries == Long.MAX_VALUE ? entries : Math.max(localNs, entries);
        }
        if (cpu.isRunnable()) {
            return localNs;
        }
        if (!cpu.inboxIsEmpty()) {
            return Math.max(localNs, conductor.nowNs());
        }
        final long next = Math.min(entries, cpu.nextDeadlineNs());
        return next == Long.MAX_VALUE ? next : Math.max(localNs, next);
    }

    /** The time, or its own where that is later. */
    long notBefore(final long timeNs) {
        return Math.max(localNs, timeNs);
    }

    boolean isRunning() {
        return running && stalls == 0;
    }

    boolean isStarted() {
        return started;
    }

    /** Begins to wait for room; also from within a function that runs while it waits already. */
    void beginStall() {
        stalls++;
    }

    void endStall() {
        stalls--;
    }

    /** Time has passed while the CPU waited. */
    void waitedUntil(final long timeNs) {
        localNs = Math.max(localNs, timeNs);
    }

    @Override
    public Clock clock() {
        return clock;
    }

    @Override
    public boolean onCarrier() {
        return conductor.onCarrier();
    }

    @Override
    public int throughput() {
        return 1;
    }

    @Override
    public boolean isVirtual() {
        return true;
    }

    @Override
    public void ipi() {}

    @Override
    public void due(final long dueNs) {
        conductor.due(this, dueNs);
    }

    @Override
    public void stall(final int round) {
        conductor.stall(this);
    }

    @Override
    public void charge(final long ns) {
        localNs += ns;
    }

    @Override
    public void taken(final CpuThread thread, final Object message) {
        cold = cold && first;
        first = false;
        localNs += costs.messageNs();
        if (started) {
            final Msg<?> msg = message instanceof Msg<?> known ? known : null;
            final Class<?> kind = (msg == null ? message : msg.command()).getClass();
            conductor.trace().add(cpu.id(), localNs, thread, kind, msg != null && msg.isReply());
        }
    }

    @Override
    public void switched(final CpuThread to) {
        switches++;
        cold = to.ranAgo(switches) > costs.cacheThreads();
        first = true;
        localNs += at(costs.switchNs());
    }

    @Override
    public void copied(final int bytes) {
        localNs += (bytes * at(costs.copyPs()) + PS_PER_NS / 2) / PS_PER_NS;
    }

    @Override
    public long ringNs() {
        return clock().nowNs();
    }

    @Override
    public long hopNs() {
        return costs.crossCpuHopNs();
    }

    @Override
    public void sentLocally() {
        localNs += at(costs.sendNs());
    }

    @Override
    public void start() {
        started = true;
        localNs = conductor.nowNs();
        sleepUnlessRunnable();
        conductor.due(this, Long.MIN_VALUE);
    }

    @Override
    public void stop() {
        conductor.stop(this);
        started = false;
    }

    private long at(final CostModel.Price price) {
        return cold ? price.cold() : price.warm();
    }

    private long timeNs() {
        return running ? localNs : Math.max(localNs, conductor.nowNs());
    }
}
