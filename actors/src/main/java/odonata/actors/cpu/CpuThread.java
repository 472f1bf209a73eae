package odonata.actors.cpu;

import akka.actor.typed.Behavior;
import akka.dispatch.Envelope;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.EnumSet;
import java.util.Set;
import odonata.actors.port.Msg;
import odonata.actors.port.MsgPort;
import odonata.actors.port.Port;
import odonata.actors.port.PortOwner;
import odonata.protocol.errno.Kassert;
import odonata.protocol.errno.NetError;

/**
 * A thread as the scheduler sees it: one actor with its port, on one CPU at a time ({@link Migrations}). Threads that Akka made for itself have port index 0.
 */
public final class CpuThread implements PortOwner, ThreadCounters {
    /** So many changes of thread ago that it is cold. */
    private static final long NEVER = Long.MIN_VALUE / 2;

    private static final VarHandle SERVED;
    private static final VarHandle BATCHES;

    static {
        try {
            final MethodHandles.Lookup lookup = MethodHandles.lookup();
            SERVED = lookup.findVarHandle(CpuThread.class, "served", long.class);
            BATCHES = lookup.findVarHandle(CpuThread.class, "batches", long.class);
        } catch (final ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final ThreadRefs refs = new ThreadRefs(this);
    private Cpu cpu;
    private String name;
    private int ordinal;
    private int pri;
    private int portIndex;
    private Port<?> address;
    private ThreadClass threadClass;
    private MsgPort port;
    private long served;
    private long batches;
    private Runnable mailbox;
    private boolean waitsForMailbox;
    private boolean mustRun;
    private boolean open;
    private int servedNow;
    private int sinceRollup;
    private int critCount;
    private boolean descheduled;
    private boolean preempted;
    private boolean preempting;
    private boolean died;
    private boolean exits;
    private boolean traced;
    private TokenSet tokens;
    private long ranAt = NEVER;
    private Runnable release;
    private Runnable end;
    private ThreadBody body;
    private Migration migration;

    CpuThread nextRunnable;
    boolean onRunQueue;

    CpuThread(
            final Cpu cpu,
            final String name,
            final int ordinal,
            final int pri,
            final int portIndex,
            final ThreadClass threadClass) {
        init(cpu, name, ordinal, pri, portIndex, threadClass);
    }

    /**
     * Makes this structure another thread, as {@code lwkt_init_thread} does: nothing is left of the one it was. The port is a new
     * one, because who still has a way to the old one must find that closed. Not while anybody knows the old thread.
     */
    final void init(
            final Cpu newCpu,
            final String newName,
            final int newOrdinal,
            final int newPri,
            final int newPortIndex,
            final ThreadClass newClass) {
        Kassert.check(newPri > 0 && newPri < RunQueue.LEVELS, "priority %d of a thread: allowed are 1..31", newPri);
        cpu = newCpu;
        name = newName;
        ordinal = newOrdinal;
        pri = newPri;
        portIndex = newPortIndex;
        address = new Port<>(newCpu.id(), newPortIndex);
        threadClass = newClass;
        port = new MsgPort(this, newCpu.backlog());
        SERVED.setOpaque(this, 0L);
        BATCHES.setOpaque(this, 0L);
        mailbox = null;
        waitsForMailbox = false;
        mustRun = false;
        open = false;
        servedNow = 0;
        sinceRollup = 0;
        critCount = 0;
        descheduled = false;
        died = false;
        exits = false;
        traced = false;
        tokens = null;
        ranAt = NEVER;
        release = null;
        end = null;
        body = null;
        refs.fresh();
    }

    /** Who refers to this structure beside the thread itself. */
    ThreadRefs refs() {
        return refs;
    }

    /** Its CPU; another one after it has migrated. */
    public Cpu cpu() {
        return cpu;
    }

    /** Its priority. */
    public int pri() {
        return pri;
    }

    /** Number of the thread on its CPU, in order of creation. */
    public int ordinal() {
        return ordinal;
    }

    /** How many changes of thread ago it last ran; {@code switches} is the number of this one, at which it runs again. */
    long ranAgo(final long switches) {
        final long ago = switches - ranAt;
        ranAt = switches;
        return ago;
    }

    /** The address of its port, which stays when it migrates: the CPU is the one on which it was created. */
    public Port<?> address() {
        return address;
    }

    /** Its message port. */
    public MsgPort msgPort() {
        return port;
    }

    /** Begins a critical section; while the thread runs. */
    public void critEnter() {
        Kassert.check(isCurrent(), "crit_enter of %s by another thread", this);
        critCount++;
    }

    /** Ends a critical section; the outermost lets run what became pending. */
    public void critExit() {
        Kassert.check(isCurrent(), "crit_exit of %s by another thread", this);
        Kassert.check(critCount > 0, "crit_exit of %s without crit_enter", this);
        critCount--;
        if (critCount == 0) {
            cpu.splz();
        }
    }

    /** Critical sections that it is in. */
    public int critCount() {
        return critCount;
    }

    /** Its tokens; only while it runs. */
    public TokenSet tokens() {
        Kassert.check(isCurrent(), "tokens of %s asked for while it does not run", this);
        if (tokens == null) {
            tokens = new TokenSet(this);
        }
        return tokens;
    }

    /**
     * What runs when it leaves the run queue ({@code td_release}): it waits for something, has nothing to do, or was descheduled. Not
     * when it is preempted or others run before it.
     */
    public void onRelease(final Runnable function) {
        release = function;
    }

    /** What runs when it has ended. */
    public void onEnd(final Runnable function) {
        end = function;
    }

    /** A callout that goes with the thread from CPU to CPU, and runs on its CPU between threads. */
    public Callout callout(final Runnable function) {
        return cpu.callouts().callout(function, this);
    }

    /** What it does; by its actor, when that starts. A thread without it is any behaviour, run by Akka and bound to its CPU. */
    public void begins(final ThreadBody newBody) {
        body = newBody;
        port.ownerTakes();
    }

    /** What it is and does; on the carrier. */
    public ThreadState state() {
        Kassert.check(onCarrier(), "state of %s asked for by a foreign thread", this);
        final Msg<?> awaited = port.awaited();
        return new ThreadState(
                ordinal,
                name,
                portIndex,
                pri,
                threadClass,
                status(),
                flags(),
                awaited == null ? "" : Wmesg.of(awaited.command()),
                critCount,
                tokenCount(),
                depth(),
                served());
    }

    private ThreadState.Status status() {
        if (refs.hasExited()) {
            return ThreadState.Status.EXITED;
        } else if (preempted) {
            return ThreadState.Status.PREEMPTED;
        } else if (migration != null && cpu.curthread() != this) {
            return ThreadState.Status.MIGRATING;
        } else if (cpu.curthread() == this) {
            return ThreadState.Status.RUNNING;
        } else if (descheduled && !mustRun) {
            return ThreadState.Status.STOPPED;
        } else if (onRunQueue) {
            return ThreadState.Status.RUNNABLE;
        }
        return port.isAwaiting() ? ThreadState.Status.BLOCKED : ThreadState.Status.WAITPORT;
    }

    private Set<TdFlag> flags() {
        final Set<TdFlag> flags = EnumSet.noneOf(TdFlag.class);
        note(flags, cpu.curthread() == this || preempted, TdFlag.RUNNING);
        note(flags, onRunQueue, TdFlag.RUNQ);
        note(flags, preempted, TdFlag.PREEMPT_LOCK);
        note(flags, preempting, TdFlag.PREEMPTING);
        note(flags, descheduled, TdFlag.STOPREQ);
        note(flags, migration != null, TdFlag.MIGRATING);
        final Msg<?> awaited = port.awaited();
        note(flags, awaited != null && !awaited.isDone(), TdFlag.BLOCKED);
        note(flags, awaited != null && awaited.command() instanceof SleepQueue.Sleep, TdFlag.TSLEEPQ);
        note(flags, isInterrupt(), TdFlag.INTTHREAD);
        return flags;
    }

    private static void note(final Set<TdFlag> flags, final boolean is, final TdFlag flag) {
        if (is) {
            flags.add(flag);
        }
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int portIndex() {
        return portIndex;
    }

    @Override
    public ThreadClass threadClass() {
        return threadClass;
    }

    @Override
    public boolean isCurrent() {
        return cpu.curthread() == this && cpu.onCarrier();
    }

    @Override
    public boolean onCarrier() {
        return cpu.onCarrier();
    }

    @Override
    public boolean wantsReschedule() {
        return cpu.wantsReschedule() || descheduled || migration != null || isHalted();
    }

    @Override
    public void schedule() {
        if (mailbox == null) {
            waitsForMailbox = true;
        } else if (!isHalted() && !descheduled && migration == null) {
            cpu.enqueue(this);
        }
    }

    @Override
    public boolean offerForeign(final MsgPort to, final Envelope envelope) {
        return cpu.offerInbox(new ForeignTell(to, envelope));
    }

    @Override
    public void taken(final Object message) {
        servedNow++;
        cpu.messageTaken(this, message);
    }

    @Override
    public void forward(final Msg<?> msg, final Port<?> target) {
        cpu.transport().forwardMsg(msg, target);
    }

    @Override
    public void reply(final Msg<?> msg, final NetError error, final Object result) {
        cpu.transport().replyMsg(msg, error, result);
    }

    @Override
    public void abandon(final Msg<?> msg) {
        cpu.transport().refuse(msg, NetError.ESRCH);
    }

    @Override
    public void abandonHeld(final Msg<?> msg) {
        cpu.transport().refuse(msg, died ? NetError.EFAULT : NetError.ESRCH);
    }

    @Override
    public long turnNs() {
        return cpu.turnNs();
    }

    @Override
    public long depth() {
        return port.depth();
    }

    @Override
    public long highWater() {
        return port.highWater();
    }

    @Override
    public long served() {
        return (long) SERVED.getOpaque(this);
    }

    @Override
    public long batches() {
        return (long) BATCHES.getOpaque(this);
    }

    @Override
    public long oldestWaitNs(final long nowNs) {
        return port.depth() == 0 ? 0 : Math.max(0, nowNs - port.waitingSinceNs());
    }

    @Override
    public String toString() {
        return name + "@" + cpu.id();
    }

    /** Akka wants the actor to run: its mailbox was made, or has system messages. */
    void mailboxReady(final Runnable akkaMailbox) {
        mailbox = akkaMailbox;
        mustRun = true;
        waitsForMailbox = false;
        cpu.enqueue(this);
    }

    /** Takes at most {@code throughput} messages; before them Akka does for the actor what it has to. Returns how many it took. */
    int run() {
        Kassert.check(!waitsForMailbox, "%s runs before it was created", this);
        servedNow = 0;
        if (mustRun || body == null || port.isAkkaNext()) {
            mustRun = false;
            mailbox.run();
            open = body != null && MailboxBridge.isOpen(mailbox);
        }
        if (open) {
            receive();
        }
        SERVED.setOpaque(this, served + servedNow);
        BATCHES.setOpaque(this, batches + 1);
        sinceRollup += servedNow;
        if (body != null && sinceRollup > 0 && migration == null && isBatchEnd()) {
            sinceRollup = 0;
            body.rollup();
        }
        return servedNow;
    }

    /** Until there is nothing, others have their turn, or Akka has something for the actor, which goes before the next message. */
    private void receive() {
        final int most = cpu.throughput();
        while (servedNow < most && !mustRun) {
            final Msg<?> msg = port.next();
            if (msg == null) {
                return;
            }
            body.receive(msg);
            if (isOver()) {
                port.end();
                mailbox.run();
                open = false;
                return;
            }
        }
    }

    /** True for a thread that may interrupt others. */
    boolean isInterrupt() {
        return threadClass == ThreadClass.INTERRUPT;
    }

    boolean isPreempted() {
        return preempted;
    }

    /** A trace has noted this thread, and will look for its name. */
    void traced() {
        traced = true;
    }

    /** Why it may not be given back; empty when it may: it does not run, and will not. */
    String activity() {
        if (cpu.curthread() == this) {
            return "it runs";
        } else if (preempted || preempting) {
            return "it takes part in a preemption";
        } else if (onRunQueue) {
            return "it is on the run queue";
        } else if (migration != null) {
            return "it is on its way to another CPU";
        }
        return mailbox != null && !refs.hasExited() ? "it is alive" : "";
    }

    /** True when, dead, it can be made another thread: nobody may come upon it by the way that led to the old one. */
    boolean isReusable() {
        return !traced && portIndex != 0 && address.cpu() == cpu.id();
    }

    void preempted(final boolean now) {
        preempted = now;
    }

    boolean isPreempting() {
        return preempting;
    }

    void preempting(final boolean now) {
        preempting = now;
    }

    /** Only by the CPU, which keeps its run queue in step. */
    void pri(final int newPri) {
        Kassert.check(newPri > 0 && newPri < RunQueue.LEVELS, "priority %d of %s: allowed are 1..31", newPri, this);
        pri = newPri;
    }

    /** It ends when it has handled the message that it has. */
    public void exits() {
        exits = true;
    }

    /** True when it takes no further message: its actor is to end. */
    public boolean isOver() {
        return exits || died;
    }

    /** True when an exception came out of its body. */
    public boolean hasDied() {
        return died;
    }

    /** An exception came out of its body. */
    void died() {
        died = true;
        if (migration != null) {
            migration = null;
            port.leaves(false);
        }
    }

    /** From now on it takes no message, until it is on another CPU. */
    void leave() {
        migration = new Migration();
        port.leaves(true);
    }

    /** It is off its CPU, and on another one, or anew on the same. There it has no actor yet. */
    void arrive(final Cpu newCpu, final int newOrdinal) {
        Kassert.check(migration != null && !onRunQueue && !preempted && !preempting, "%s changes its CPU", this);
        cpu = newCpu;
        ranAt = NEVER;
        ordinal = newOrdinal;
        mailbox = null;
        migration = null;
        port.leaves(false);
        port.moveTo(newCpu.backlog());
    }

    /** How it leaves its CPU; null while it does not. */
    Migration migration() {
        return migration;
    }

    boolean isMovable() {
        return body != null;
    }

    @SuppressWarnings("unchecked") // what the thread itself made
    Behavior<Msg<Object>> body() {
        return (Behavior<Msg<Object>>) body.elsewhere();
    }

    int tokenCount() {
        return tokens == null ? 0 : tokens.size();
    }

    boolean isDescheduled() {
        return descheduled;
    }

    void descheduled(final boolean now) {
        descheduled = now;
    }

    /** True when it has to run again. */
    boolean hasWork() {
        if (mustRun) {
            return true;
        }
        final boolean work = port.hasWork() && !isHalted() && !descheduled && migration == null;
        if (work) {
            port.restamp();
        }
        return work;
    }

    /** Has all its tokens again; false when one of them is busy. */
    boolean resumeTokens() {
        return tokens == null || tokens.resume();
    }

    /** Gives up all its tokens until they are resumed. */
    void suspendTokens() {
        if (tokens != null) {
            tokens.suspend();
        }
    }

    /** It has left the run queue. */
    void release() {
        if (release != null) {
            release.run();
        }
    }

    /** The thread has ended. */
    void ended() {
        if (tokens != null) {
            tokens.end();
        }
        if (end != null) {
            end.run();
        }
    }

    /** True when another thread waits for one of its tokens. */
    boolean tokensWanted() {
        return tokens != null && tokens.isWanted();
    }

    private boolean isBatchEnd() {
        return !port.isAwaiting()
                && (port.depth() == 0 || sinceRollup >= cpu.settings().rollupBatch());
    }

    private boolean isHalted() {
        return cpu.isHalted() && portIndex != 0;
    }
}
