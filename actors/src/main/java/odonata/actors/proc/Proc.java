package odonata.actors.proc;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import odonata.actors.cpu.CpuThread;
import odonata.actors.port.Msg;
import odonata.actors.port.Port;
import odonata.actors.usched.Lwp;
import odonata.actors.usched.SchedParam;
import odonata.protocol.errno.Kassert;

/**
 * The process context of a user thread ({@code struct proc}): who it is, how it is scheduled, whether it is in user mode. It goes with the
 * thread from CPU to CPU. Owner: the carrier of the CPU on which it is; before it is started, who makes it.
 */
public final class Proc {
    private final int pid;
    private final Family family = new Family();
    private final Signals signals;
    private final Upcalls upcalls = new Upcalls();
    private int ppid;
    private final String name;
    private final Lwp lwp;
    private Cred cred;
    private CpuThread thread;
    private Port<?> port = Port.none();
    private Runnable chosen;
    private boolean inUser;
    private boolean alive = true;
    private long userNs;
    private boolean exiting;
    private int status;
    private Optional<Signal> killer = Optional.empty();
    private Msg<?> sleeping;
    private Runnable interrupted;
    private boolean repliedElsewhere;
    private boolean poked;
    private boolean stopped;
    private Runnable continued;
    private final Map<Class<?>, Object> attached = new HashMap<>();
    private ProcCpu place;
    private Affinity affinity;
    private ProcCpu next;

    Proc(
            final int pid,
            final int ppid,
            final String name,
            final Cred cred,
            final SchedParam param,
            final Signals signals,
            final Affinity affinity) {
        this.pid = pid;
        this.ppid = ppid;
        this.name = name;
        this.cred = cred;
        this.signals = signals;
        this.affinity = affinity;
        lwp = new Lwp(pid, param, this::schedule);
    }

    /** Its number, unique in its machine. */
    public int pid() {
        return pid;
    }

    /** Who made it; 0 when the kernel did, or when that has ended. */
    public int ppid() {
        return ppid;
    }

    /** What it executes. */
    public String name() {
        return name;
    }

    /** Who it is. */
    public Cred cred() {
        return cred;
    }

    /** As the user scheduler sees it. */
    public Lwp lwp() {
        return lwp;
    }

    /** The processes of the CPU on which it is; while it is on its way, of the one that it leaves. */
    public ProcCpu place() {
        return place;
    }

    /** Its port; the same wherever it is. */
    public Port<?> port() {
        return port;
    }

    /** Its nice value. */
    public int nice() {
        return lwp.param().nice();
    }

    /** True while it runs user code; an interrupt thread may be running inside it. */
    public boolean inUser() {
        return inUser;
    }

    /** False once it has ended. */
    public boolean isAlive() {
        return alive;
    }

    /** Time charged by {@link UserTd#run}. */
    public long userNs() {
        return userNs;
    }

    @Override
    public String toString() {
        return name + "." + pid;
    }

    Family family() {
        return family;
    }

    Signals signals() {
        return signals;
    }

    Upcalls upcalls() {
        return upcalls;
    }

    void orphaned() {
        ppid = 0;
    }

    /** It ends by itself; the first word counts. */
    void exits(final int newStatus) {
        if (!exiting) {
            exiting = true;
            status = newStatus;
        }
    }

    /** A signal, or a defect, ends it. */
    void killedBy(final Signal signal) {
        if (!exiting) {
            exiting = true;
            killer = Optional.of(signal);
        }
    }

    boolean isExiting() {
        return exiting;
    }

    Sys.Waited exited() {
        return new Sys.Waited(pid, status, killer);
    }

    /** It waits in a call that a signal may end; {@code undo} runs before that. */
    void sleeps(final Msg<?> call, final Runnable undo) {
        sleeping = call;
        interrupted = undo;
    }

    /** As {@link #sleeps}; after {@code undo} who serves the call replies it. */
    void sleepsUntilReplied(final Msg<?> call, final Runnable undo) {
        sleeps(call, undo);
        repliedElsewhere = true;
    }

    /** It calls the kernel anew. */
    void sleepsNoMore() {
        repliedElsewhere = false;
        sleeping = null;
        interrupted = null;
    }

    /** True while it waits in a call that a signal may end. */
    boolean isAsleep() {
        return sleeping != null && !sleeping.isReply();
    }

    /** From now on it runs no user code. */
    void stops() {
        stopped = true;
    }

    /** True while it is stopped. */
    public boolean isStopped() {
        return stopped;
    }

    /** It is on its way to user mode and waits there. */
    void whenContinued(final Runnable function) {
        continued = function;
    }

    /** It goes on. */
    void continues() {
        stopped = false;
        final Runnable function = continued;
        continued = null;
        if (function != null) {
            function.run();
        }
    }

    /**
     * The call in which it waits, undone and to be replied; null when there is none, the reply is on its way, or whoever serves it replies.
     */
    Msg<?> interrupt() {
        final Msg<?> call = sleeping;
        final Runnable undo = interrupted;
        final boolean elsewhere = repliedElsewhere;
        sleepsNoMore();
        if (call == null || call.isReply()) {
            return null;
        }
        undo.run();
        return elsewhere ? null : call;
    }

    /** A message is on its way that makes it look for signals; answers whether one was before. */
    boolean poked(final boolean now) {
        final boolean before = poked;
        poked = now;
        return before;
    }

    /** What a kernel service keeps for this process; it goes with it. */
    public <T> T attached(final Class<T> kind, final Supplier<T> first) {
        return kind.cast(attached.computeIfAbsent(kind, none -> first.get()));
    }

    Affinity affinity() {
        return affinity;
    }

    void affinity(final Affinity newAffinity) {
        affinity = newAffinity;
    }

    /** It is on another CPU now. */
    void place(final ProcCpu newPlace) {
        place = newPlace;
    }

    /** On its way back to user mode it goes to another CPU first. */
    void goesTo(final ProcCpu newNext) {
        next = newNext;
    }

    /** Where it is to go; null when it may stay. */
    ProcCpu next() {
        return next;
    }

    /** CPU on which it goes on in user mode. */
    int goesOnAt() {
        return (next == null ? place : next).cpu().id();
    }

    CpuThread thread() {
        return thread;
    }

    void thread(final CpuThread newThread) {
        thread = newThread;
    }

    void port(final Port<?> newPort) {
        port = newPort;
    }

    void cred(final Cred newCred) {
        cred = newCred;
    }

    void inUser(final boolean now) {
        inUser = now;
    }

    void used(final long ns) {
        userNs += ns;
    }

    void ended() {
        alive = false;
    }

    /** What makes it runnable when the user scheduler chooses it. */
    void whenChosen(final Runnable function) {
        chosen = function;
    }

    /** The user scheduler has chosen it. */
    void schedule() {
        Kassert.check(chosen != null, "%s was chosen, but waits for nothing", this);
        final Runnable function = chosen;
        chosen = null;
        function.run();
    }
}
