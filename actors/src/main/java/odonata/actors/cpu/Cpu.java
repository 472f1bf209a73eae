package odonata.actors.cpu;

import akka.actor.typed.Behavior;
import java.util.List;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import odonata.actors.crossbar.Crossbar;
import odonata.actors.port.Backlog;
import odonata.actors.port.Msg;
import odonata.actors.port.Port;
import odonata.actors.port.SyncPort;
import odonata.protocol.clock.Clock;
import odonata.protocol.errno.Kassert;
import odonata.protocol.errno.KernelPanic;
import odonata.protocol.errno.NetError;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One emulated CPU ({@code struct globaldata}): its scheduler, its ports, its end of the crossbar, its actor system.
 *
 * <p>Everything in it runs on one carrier thread; methods without another word may be called there only, or by the thread that
 * creates the machine before {@link Machine#start}. Preemption happens at message boundaries only.
 */
public final class Cpu {
    private static final Logger LOG = LoggerFactory.getLogger(Cpu.class);

    private final int id;
    private final Machine machine;
    private final CpuSettings settings;
    private final CpuDriver driver;
    private final int throughput;
    private final PanicHandler panicHandler;
    private final Crossbar crossbar;
    private final Transport transport;
    private final Ipiq ipiq;
    private final CpusyncQueue cpusyncs = new CpusyncQueue(this);
    private final PortTable ports;
    private final Migrations migrations;
    private final SleepQueue sleepQueue;
    private final ThreadStore store;
    private final PairCounters pairs = new PairCounters(this);
    private final CpuCounters counters = new CpuCounters(pairs);
    private final Backlog backlog = new Backlog();
    private final RunQueue runQueue = new RunQueue();
    private final CalloutQueue callouts = new CalloutQueue(this);
    private final Inbox inbox;
    private final Accounting accounting;
    private final CpuAkka akka;

    private CpuThread curthread;
    private CpuThread lastThread;
    private boolean resched;
    private boolean interruptWaits;
    private boolean inTurn;
    private boolean tokensBusy;
    private long tokenFreeNs = Long.MAX_VALUE;
    private volatile boolean halted;
    private long turnNs;
    private long switches;
    private long messages;
    private Ktr ktr;

    Cpu(
            final int id,
            final int slot,
            final Machine machine,
            final Crossbar[] ends,
            final CpuDriver.Factory drivers,
            final CpuSettings settings,
            final PanicHandler panicHandler) {
        this.id = id;
        this.machine = machine;
        this.settings = settings;
        this.panicHandler = panicHandler;
        driver = drivers.driverOf(this);
        throughput = driver.throughput();
        accounting = new Accounting(settings.accounting(), counters, driver.clock(), driver.isVirtual());
        crossbar = new Crossbar(
                slot, ends, new CpuHost(this), settings.ringCapacity(), settings.uplinkCapacity(), driver.isVirtual());
        ends[slot] = crossbar;
        inbox = new Inbox(this, crossbar, settings.inbox());
        ipiq = new Ipiq(this, crossbar);
        ports = new PortTable(id);
        transport = new Transport(this, machine, ports);
        migrations = new Migrations(this, ports, transport);
        sleepQueue = new SleepQueue(this, slot, machine.sleepMasks());
        store = new ThreadStore(this, ports);
        turnNs = driver.clock().nowNs();
        ktr = settings.ktr() == 0 ? null : new Ktr(this, settings.ktr());
        akka = new CpuAkka(this);
        akka.boot();
    }

    /** Cluster-wide id. */
    public int id() {
        return id;
    }

    /** Member that hosts it. */
    public int member() {
        return machine.member();
    }

    /** Its clock: wall clock, or its local virtual time. Any thread. */
    public Clock clock() {
        return driver.clock();
    }

    /** Spends virtual time; nothing on the wall clock. A point at which the running thread may be preempted. */
    public void charge(final long ns) {
        driver.charge(ns);
        if (ns > 0 && curthread != null) {
            splz();
        }
    }

    /** The thread that runs has copied bytes: spends what {@link CostModel} says; like {@link #charge}. */
    public void copied(final int bytes) {
        driver.copied(bytes);
        if (bytes > 0 && curthread != null) {
            splz();
        }
    }

    /** Its settings. Any thread. */
    public CpuSettings settings() {
        return settings;
    }

    /** Its counters. Any thread. */
    public CpuCounters counters() {
        return counters;
    }

    /** Its end of the crossbar. */
    public Crossbar crossbar() {
        return crossbar;
    }

    /** Functions for other CPUs. */
    public Ipiq ipiq() {
        return ipiq;
    }

    /** Carries messages; what {@code Td} uses, and synchronous ports may. */
    public Transport transport() {
        return transport;
    }

    /** Threads that sleep on an identity. */
    public SleepQueue sleepQueue() {
        return sleepQueue;
    }

    /** Where the structures of its threads come from. */
    public ThreadStore store() {
        return store;
    }

    /** The machine it is part of. Any thread. */
    public Machine machine() {
        return machine;
    }

    /** The thread that runs now; null between threads. */
    public CpuThread curthread() {
        return curthread;
    }

    /** The thread that ran last, and runs on unless another is chosen; null before the first. */
    public CpuThread lastThread() {
        return lastThread;
    }

    /** The CPU on whose actor system a behaviour runs; to be called while the actor starts. */
    public static Cpu of(final akka.actor.typed.ActorSystem<?> system) {
        return CpuSetup.of(system.settings().setup());
    }

    /**
     * Creates a thread. Messages may be sent to it at once.
     *
     * @param name for people; any text
     * @param pri 1..31, see {@code Pri}
     * @param portIndex 1..63, or 0 for the next free number
     */
    public <C> Port<C> spawn(
            final String name,
            final int pri,
            final int portIndex,
            final ThreadClass threadClass,
            final Behavior<Msg<C>> behavior) {
        return store.create(store.alloc(name, pri, portIndex, threadClass), behavior);
    }

    /** Registers a port without a thread. {@code portIndex} 0: the next free number. */
    public <C> Port<C> register(final int portIndex, final SyncPort<C> port) {
        Kassert.check(onCarrier(), "port registered by a foreign thread; use Cpu.inject");
        final int index = ports.reserve(portIndex);
        ports.set(index, port);
        return new Port<>(id, index);
    }

    /** Removes a port without a thread. */
    public void unregister(final Port<?> port) {
        Kassert.check(ports.get(port.index()) instanceof SyncPort<?>, "%s is not a synchronous port", port);
        ports.clear(port.index());
    }

    /** A callout that runs its function between threads, like a soft interrupt; it may send, must not wait. */
    public Callout callout(final Runnable function) {
        return callouts.callout(function);
    }

    /** Runs a function on the carrier, between threads; any thread may ask. Refused when the inbox is full. */
    public void inject(final Runnable function) {
        if (!offerInbox(new Inbox.Injected(function))) {
            throw new RejectedExecutionException(
                    "inbox of CPU " + id + " full: raise lwkt.inbox.capacity or inject less");
        }
    }

    /** Sends a message from a foreign thread; false when the inbox is full. Its reply port must be one of this machine. */
    public <C> boolean injectMsg(final Port<? super C> port, final Msg<C> msg) {
        return offerInbox(new Inbox.Injected(() -> transport.sendMsg(msg, port)));
    }

    /** {@link Ipiq#send}. */
    public void sendIpi(final int targetCpu, final IpiFunc function) {
        ipiq.send(targetCpu, function);
    }

    /** True when a panic has stopped it: it takes from its rings, but runs no thread any more. Any thread. */
    public boolean isStopped() {
        return halted;
    }

    /** True in the middle of a turn, also while it waits there for room elsewhere: its gauges are those of the turn before. */
    public boolean isInTurn() {
        return inTurn;
    }

    /** True while its ports hold more than {@code lwkt.port.highwater} messages: take no packets from devices. */
    public boolean overloaded() {
        return backlog.messages() > settings.highwater();
    }

    /** Counts messages that a thread took but put aside as waiting: they push back on senders as those on ports do. */
    public void putAside(final int delta) {
        backlog.add(delta);
    }

    /** The ring from the uplink's receiving agent; used by that agent's thread. */
    public UplinkRing uplinkRing() {
        return new CpuUplinkRing(this);
    }

    /** Puts a request of another member, with the flags of its original, on a port here; on the carrier. */
    public <C> void deliverRemote(
            final int portIndex,
            final C command,
            final int originCpu,
            final long msgId,
            final int replyIndex,
            final int flags) {
        transport.deliverRemote(Msg.proxy(command, originCpu, msgId, replyIndex, flags), portIndex);
    }

    /** Completes a message sent to another member; a late or unknown number is discarded. On the carrier. */
    public void completeRemote(final long msgId, final NetError error, final Object result) {
        transport.completeRemote(msgId, error, result);
    }

    /** Notes that a message is now held by another CPU. On the carrier. */
    public void forwardedRemote(final long msgId, final int newCpu) {
        transport.forwardedRemote(msgId, newCpu);
    }

    /** Another member's originator wants its message to end early, if it is here. On the carrier. */
    public void abortRemote(final int originCpu, final long msgId) {
        transport.aborts().arrived(originCpu, msgId);
    }

    /** Completes with EHOSTDOWN what waits for a reply of these CPUs. On the carrier. */
    public void hostDown(final Set<Integer> cpus) {
        transport.hostDown(cpus);
    }

    /** Stops serving because of a defect: no thread runs any more, the panic handler is told, once. */
    public void panic(final Throwable cause) {
        if (!halted) {
            halted = true;
            resched = true;
            LOG.error("panic: cpu {} halted, running {}", id, curthread, cause);
            panicHandler.panicked(this, cause);
        }
    }

    /**
     * A thread's body has thrown. That is its death, and the CPU goes on: what the thread holds is replied EFAULT when its actor
     * stops. But it is a panic when a rule of the kernel was broken, memory is at an end, the CPU cannot do without the thread, or
     * other CPUs are stopped for it.
     */
    public void died(final CpuThread thread, final Throwable cause) {
        thread.died();
        if (cause instanceof KernelPanic
                || (cause instanceof VirtualMachineError && !(cause instanceof StackOverflowError))
                || thread.threadClass().isEssential()
                || cpusyncs.isMaster(thread)) {
            panic(cause);
        } else if (!halted) {
            counters.add(CpuCounter.DEATHS, 1);
            LOG.error("thread died: {}", thread, cause);
            panicHandler.threadDied(thread, cause);
        }
    }

    /** Records from now on in this ring; null: no more. */
    public void ktr(final Ktr ring) {
        ktr = ring;
    }

    /** What is recorded; null when nothing is. */
    public Ktr ktr() {
        return ktr;
    }

    /** Lets threads of equal or higher priority run before the current one takes its next message. */
    public void yieldCurrent() {
        resched = true;
    }

    /**
     * Makes a thread of this machine runnable, wherever it is; harmless if it is. A descheduled one goes on with what waits on
     * its port. On the carrier.
     */
    public void schedule(final Port<?> thread) {
        transport.toOwner(thread, there -> there.scheduleHere(thread));
    }

    private void scheduleHere(final Port<?> thread) {
        if (ports.find(thread) instanceof CpuThread here) {
            here.descheduled(false);
            here.schedule();
            preemptionPoint();
        }
    }

    /**
     * Takes a thread off the run queue until somebody schedules it; the running one when its handler is over. Only meaningful
     * for oneself, or for a thread that is known not to race. On the carrier.
     */
    public void deschedule(final Port<?> thread) {
        transport.toOwner(thread, there -> there.descheduleHere(thread));
    }

    private void descheduleHere(final Port<?> thread) {
        if (ports.find(thread) instanceof CpuThread here) {
            here.descheduled(true);
            unschedule(here);
        }
    }

    /** Takes a thread that has nothing to do any more off the run queue; the running one when it has stopped. */
    void unschedule(final CpuThread thread) {
        if (thread != curthread && !thread.isPreempted() && !thread.hasWork() && runQueue.removeIfThere(thread)) {
            thread.release();
        }
    }

    /**
     * First half of a move by others ({@code lwkt_giveaway}): a thread of this CPU, which is descheduled and waits for nothing,
     * leaves it. What comes for it waits on its port until another CPU has it. On the carrier.
     */
    public void giveaway(final Port<?> thread) {
        migrations.giveaway(thread);
    }

    /**
     * Second half ({@code lwkt_acquire}): {@code whenHere} is called when a thread that was given away is off its CPU and on this one.
     * It is descheduled still, unless somebody has scheduled it meanwhile. Threads use {@code Td}. On the carrier.
     */
    public void acquire(final Port<?> thread, final Runnable whenHere) {
        migrations.acquire(thread, whenHere);
    }

    /**
     * The running thread goes to another CPU of the machine when its handler is over; {@code whenThere} is called there. Threads use
     * {@code Td}. On the carrier.
     */
    public void setCpuSelf(final int target, final Runnable whenThere) {
        migrations.setCpuSelf(curthread, target, whenThere);
    }

    /** Changes the priority of a thread of this CPU; does not switch. On the carrier. */
    public void setPri(final CpuThread thread, final int pri) {
        Kassert.check(
                onCarrier() && thread.cpu() == this, "setpri of %s from CPU %d: only its own CPU may", thread, id);
        final boolean queued = runQueue.removeIfThere(thread);
        thread.pri(pri);
        if (queued) {
            runQueue.add(thread);
        }
    }

    /** What its threads are doing, in order of creation; on the carrier, where between two threads none runs. */
    public List<ThreadState> threads() {
        return counters.threads().stream()
                .filter(CpuThread.class::isInstance)
                .map(thread -> ((CpuThread) thread).state())
                .toList();
    }

    /** The actor of a thread has ended: so has the thread, and its port is free, unless it goes on elsewhere. */
    void ended(final CpuThread thread) {
        if (thread.migration() != null) {
            migrations.detached(thread);
            return;
        }
        runQueue.removeIfThere(thread);
        store.exited(thread);
    }

    @Override
    public String toString() {
        return "cpu " + id;
    }

    // What the parts of the CPU need of each other.

    CpuDriver driver() {
        return driver;
    }

    int throughput() {
        return throughput;
    }

    CpuAkka akka() {
        return akka;
    }

    Migrations migrations() {
        return migrations;
    }

    PairCounters pairs() {
        return pairs;
    }

    Backlog backlog() {
        return backlog;
    }

    CalloutQueue callouts() {
        return callouts;
    }

    CpusyncQueue cpusyncs() {
        return cpusyncs;
    }

    boolean onCarrier() {
        return driver.onCarrier();
    }

    boolean wantsReschedule() {
        return resched;
    }

    boolean isHalted() {
        return halted;
    }

    long turnNs() {
        return turnNs;
    }

    void enqueue(final CpuThread thread) {
        if (runQueue.add(thread)) {
            tokensBusy = false;
            if (curthread != null && thread.pri() > curthread.pri()) {
                resched = true;
                interruptWaits |= thread.isInterrupt();
            }
            if (!inTurn) {
                driver.due(Long.MIN_VALUE);
            }
        }
    }

    /** What the rings brought meanwhile is looked at, and interrupt threads may preempt; nothing inside a critical section. */
    void splz() {
        if (curthread.critCount() == 0 && !crossbar.isExecuting()) {
            crossbar.poll(driver.ringNs());
            interruptWaits = resched;
            preemptionPoint();
        }
    }

    /**
     * Interrupt threads that wait, and are more urgent than the running thread, run now, nested in it, until they have nothing
     * more to do or wait themselves. Not in a critical section, nor inside an ipi function, nor between interlock and deinterlock
     * of a cpusync, nor when they need a token that is held: then they run afterwards, at the latest at the next switch. The
     * preempted thread keeps its tokens. Source: {@code lwkt_preempt}.
     */
    void preemptionPoint() {
        while (interruptWaits && curthread != null && !halted) {
            final CpuThread next = runQueue.best();
            if (next == null || !next.isInterrupt() || next.pri() <= curthread.pri() || next.isPreempting()) {
                interruptWaits = false;
            } else if (curthread.critCount() > 0
                    || crossbar.isExecuting()
                    || cpusyncs.isHeld()
                    || !next.resumeTokens()) {
                counters.add(CpuCounter.PREEMPT_MISSES, 1);
                interruptWaits = false;
            } else {
                preempt(next);
            }
        }
    }

    private void preempt(final CpuThread next) {
        final CpuThread interrupted = curthread;
        interrupted.preempted(true);
        next.preempting(true);
        counters.add(CpuCounter.PREEMPTIONS, 1);
        do {
            runThread(next);
        } while (next.onRunQueue && runQueue.best() == next && !halted && next.resumeTokens());
        next.suspendTokens();
        next.preempting(false);
        interrupted.preempted(false);
        accounting.begin(interrupted.threadClass());
        lastThread = interrupted;
        curthread = interrupted;
        final CpuThread best = runQueue.best();
        resched = best != null && best.pri() > interrupted.pri();
        interruptWaits = resched && best.isInterrupt();
    }

    void addTask(final Runnable task) {
        inbox.addTask(task);
        if (!inTurn) {
            driver.due(Long.MIN_VALUE);
        }
    }

    boolean offerInbox(final Object item) {
        final boolean taken = inbox.offer(item);
        if (taken) {
            driver.due(Long.MIN_VALUE);
        }
        return taken;
    }

    void sendEntry(final int targetCpu, final Object entry) {
        crossbar.send(machine.slotOf(targetCpu), entry, driver.ringNs() + driver.hopNs());
    }

    void sentLocally() {
        pairs.local();
        driver.sentLocally();
    }

    void messageTaken(final CpuThread thread, final Object message) {
        driver.taken(thread, message);
        final Ktr trace = ktr;
        if (trace != null && message instanceof Msg<?> msg) {
            trace.noteMsg(Ktr.Kind.TAKE, msg, id);
        } else if (trace != null) {
            trace.note(Ktr.Kind.TAKE, message);
        }
    }

    /** An IPI has woken this CPU. */
    void woken() {
        counters.add(CpuCounter.IPIS_RECEIVED, 1);
        final Ktr trace = ktr;
        if (trace != null) {
            trace.note(Ktr.Kind.WOKEN, null);
        }
    }

    void calloutArmed(final long firstNs) {
        if (!inTurn) {
            driver.due(firstNs);
        }
    }

    int pollCrossbar() {
        return crossbar.poll(driver.ringNs());
    }

    /** True when there is something to do without waiting for a time. */
    boolean isRunnable() {
        if (cpusyncs.isHeld()) {
            return cpusyncs.runnable() != null && !tokensBusy;
        }
        return cpusyncs.isWanted() || (runQueue.size() > 0 && !tokensBusy) || inbox.hasTasks();
    }

    /** True when nothing waits in the inbox that may be taken now. */
    boolean inboxIsEmpty() {
        return cpusyncs.isHeld() || inbox.isEmpty();
    }

    /** {@link Inbox#prepareSleep}. */
    boolean prepareSleep() {
        return inbox.prepareSleep(cpusyncs.isHeld());
    }

    /** When the earliest callout that may run is due, or a busy token free; {@link Long#MAX_VALUE} when there is none. */
    long nextDeadlineNs() {
        final long callout = cpusyncs.isHeld() ? Long.MAX_VALUE : callouts.nextNs();
        return tokensBusy ? Math.min(callout, tokenFreeNs) : callout;
    }

    /** One of the tokens that a thread of this CPU waits for cannot be had before; {@link Long#MIN_VALUE}: at any time. */
    void tokenFreeAt(final long timeNs) {
        if (timeNs != Long.MIN_VALUE && timeNs > clock().nowNs()) {
            tokenFreeNs = Math.min(tokenFreeNs, timeNs);
        }
    }

    /** Gives up the tokens of the thread that ran last. */
    void dropTokens() {
        if (lastThread != null) {
            lastThread.suspendTokens();
        }
    }

    /**
     * One turn of the run loop: rings, inbox, callouts, then at most {@code maxThreads} threads, then what was gathered is sent.
     * Stopped by a cpusync, rings only. Returns false when there was nothing to do.
     */
    boolean turn(final long nowNs, final int maxThreads) {
        inTurn = true;
        turnNs = nowNs;
        accounting.upTo(nowNs);
        int work = crossbar.poll(nowNs);
        if (work > 0) {
            accounting.wasNotIdle();
        }
        if (cpusyncs.stopForNext()) {
            work++;
        }
        if (!cpusyncs.isHeld()) {
            work += inbox.takeForeign() + expire(nowNs) + inbox.runTasks();
        }
        int ran = 0;
        while (ran < maxThreads && runNext()) {
            ran++;
        }
        endTurn();
        inTurn = false;
        return work + ran > 0;
    }

    /** Runs everything that can run; while the actor system is created, before any carrier. */
    void runAll() {
        while (!inTurn && turn(driver.clock().nowNs(), Integer.MAX_VALUE)) {
            // until nothing is left
        }
    }

    /** Begins idle time. */
    void idle(final long nowNs) {
        accounting.idle(nowNs);
    }

    /** Takes what is due on the rings while the running thread waits for room elsewhere. */
    void pollStalled(final long nowNs) {
        crossbar.poll(nowNs);
    }

    private int expire(final long nowNs) {
        if (callouts.nextNs() > nowNs) {
            return 0;
        }
        accounting.begin(ThreadClass.KERNEL);
        final Ktr trace = begin(callouts);
        try {
            return callouts.expire(nowNs);
        } catch (final RuntimeException | Error e) {
            panic(e);
            return 1;
        } finally {
            end(trace, callouts);
        }
    }

    /** Runs a function between threads. */
    void runTask(final Runnable task) {
        accounting.begin(ThreadClass.KERNEL);
        final Ktr trace = begin(task);
        try {
            task.run();
        } catch (final RuntimeException | Error e) {
            panic(e);
        }
        end(trace, task);
    }

    /** A function begins that no thread runs. Answers what {@link #end} has to be given. */
    Ktr begin(final Object function) {
        final Ktr trace = ktr;
        if (trace != null) {
            trace.note(Ktr.Kind.FUNCTION, function);
        }
        return trace;
    }

    /** It is over. */
    static void end(final Ktr trace, final Object function) {
        if (trace != null) {
            trace.note(Ktr.Kind.RETURN, function);
        }
    }

    private boolean runNext() {
        final CpuThread thread = choose();
        if (thread == null) {
            return false;
        }
        runThread(thread);
        return true;
    }

    private void runThread(final CpuThread thread) {
        if (thread != lastThread) {
            lastThread = thread;
            switches++;
            driver.switched(thread);
        }
        accounting.begin(thread.threadClass());
        curthread = thread;
        resched = false;
        interruptWaits = false;
        final Ktr trace = ktr;
        if (trace != null) {
            thread.traced();
            trace.note(Ktr.Kind.RUN, thread);
        }
        int served = 1;
        try {
            served = thread.run();
        } catch (final RuntimeException | Error e) {
            panic(e);
        }
        if (trace != null) {
            trace.note(Ktr.Kind.STOP, thread);
        }
        curthread = null;
        messages += served;
        if (thread.hasWork()) {
            runQueue.moveToTail(thread);
        } else {
            runQueue.removeIfThere(thread);
            thread.release();
        }
        if (!thread.onRunQueue || thread.tokensWanted()) {
            thread.suspendTokens();
        }
    }

    /**
     * The best thread whose tokens can be had. Those whose tokens are busy are passed over for later ones, but not for any below
     * {@link RunQueue#LOWEST_KERNEL}; when none is left the CPU has nothing to do until a token is given up.
     */
    private CpuThread choose() {
        final boolean held = cpusyncs.isHeld();
        CpuThread thread = held ? cpusyncs.runnable() : runQueue.best();
        if (thread != lastThread) {
            dropTokens();
        }
        final boolean some = thread != null;
        tokenFreeNs = Long.MAX_VALUE;
        while (thread != null && !thread.resumeTokens() && !machine.isClosing()) {
            counters.add(CpuCounter.TOKEN_COLLISIONS, 1);
            thread = held ? null : runQueue.after(thread);
        }
        tokensBusy = some && thread == null;
        return thread;
    }

    private void endTurn() {
        counters.add(CpuCounter.IPIS_SENT, crossbar.flush());
        transport.flush();
        counters.set(CpuCounter.SWITCHES, switches);
        counters.set(CpuCounter.MESSAGES, messages);
        counters.set(CpuCounter.ENTRIES, crossbar.taken());
        counters.set(CpuCounter.RUN_QUEUE, runQueue.size());
        counters.set(CpuCounter.QUEUE_DEPTH, backlog.messages());
        counters.set(CpuCounter.OUTSTANDING, transport.outstanding());
        pairs.publish();
    }
}
