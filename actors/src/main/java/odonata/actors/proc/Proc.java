package odonata.actors.proc;

import java.util.Optional;
import odonata.actors.cpu.CpuThread;
import odonata.actors.port.Msg;
import odonata.actors.port.Port;
import odonata.actors.usched.Lwp;
import odonata.actors.usched.SchedParam;
import odonata.protocol.errno.Kassert;

/**
 * The process context of a user thread ({@code struct proc}): who it is, how it is scheduled, whether it is in user mode. Owner: the
 * carrier of its CPU; before it is started, who makes it.
 */
public final class Proc {
    private final int pid;
    private final Family family = new Family();
    private final Signals signals;
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

    Proc(
            final int pid,
            final int ppid,
            final String name,
            final Cred cred,
            final SchedParam param,
            final Signals signals) {
        this.pid = pid;
        this.ppid = ppid;
        this.name = name;
        this.cred = cred;
        this.signals = signals;
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

    /** Its port. */
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

    Sys.Exited exited() {
        return new Sys.Exited(pid, status, killer);
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

    /** The call in which it waits, undone and to be replied; null when there is none to be replied. */
    Msg<?> interrupt() {
        final Msg<?> call = sleeping;
        final Runnable undo = interrupted;
        final boolean elsewhere = repliedElsewhere;
        sleepsNoMore();
        if (call == null || call.isDone()) {
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

    private void schedule() {
        Kassert.check(chosen != null, "%s was chosen, but waits for nothing", this);
        final Runnable function = chosen;
        chosen = null;
        function.run();
    }
}
