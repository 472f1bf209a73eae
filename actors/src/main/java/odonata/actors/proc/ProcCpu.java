package odonata.actors.proc;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import odonata.actors.cpu.Callout;
import odonata.actors.cpu.Cpu;
import odonata.actors.cpu.ThreadClass;
import odonata.actors.lwkt.LwktThread;
import odonata.actors.lwkt.Pri;
import odonata.actors.port.Msg;
import odonata.actors.port.Port;
import odonata.actors.usched.CpuChoice;
import odonata.actors.usched.Lwp;
import odonata.actors.usched.SchedParam;
import odonata.actors.usched.Usched;
import odonata.actors.usched.UschedCpu;
import odonata.protocol.errno.NetError;

/** The processes of one CPU, their scheduler with its clock, and their system calls. Owner: the CPU's carrier. */
public final class ProcCpu implements UschedCpu {
    private static final long SECOND_NS = 1_000_000_000L;

    private final Procs machine;
    private final Cpu cpu;
    private final int slot;
    private final Usched usched;
    private final CpuChoice choice;
    private final SysPort sysPort;
    private final TreeMap<Integer, Proc> procs = new TreeMap<>();

    /** Where the processes are that were made here. */
    private final Map<Integer, ProcCpu> placed = new HashMap<>();

    private final List<Consumer<Proc>> exitHooks = new ArrayList<>();
    private final Callout tick;
    private boolean resched;
    private long nextDecayNs;
    private int made;

    ProcCpu(final Procs machine, final Cpu cpu, final int slot, final int cpus, final Usched.Factory policy) {
        this.machine = machine;
        this.cpu = cpu;
        this.slot = slot;
        usched = policy.create(this);
        choice = new CpuChoice(cpus, slot);
        tick = cpu.callout(this::tick);
        sysPort = new SysPort();
        cpu.register(Port.SYSCALL, sysPort);
        new SysCalls(this).register();
    }

    /** The CPU. */
    public Cpu cpu() {
        return cpu;
    }

    /** Its user scheduler. */
    public Usched usched() {
        return usched;
    }

    /** Its processes by number. */
    public List<Proc> procs() {
        return List.copyOf(procs.values());
    }

    /** Starts a process without a parent on this CPU; on its carrier. */
    public <C> Proc exec(final Image<C> image, final Cred cred, final SchedParam param) {
        final Proc proc = new Proc(nextPid(), 0, image.name(), cred, param, new Signals());
        usched.resetpriority(proc.lwp());
        start(proc, image);
        return proc;
    }

    /** Adds a kind of system call (R18), on this CPU; a second handler for it replaces the first. */
    public <R, S extends SysCall<R>> void register(final Class<S> call, final SysHandler<R, S> handler) {
        sysPort.register(call, handler);
    }

    /** Completes a system call that was kept, or one that returns a value. Answers EASYNC, for a handler to return. */
    public NetError sysReturn(final Msg<?> msg, final NetError error, final Object value) {
        cpu.transport().replyMsg(msg, error, value);
        return NetError.EASYNC;
    }

    /**
     * For a handler that keeps a call which may take long: a signal for the caller ends it with EINTR, after {@code undo}. EASYNC, or
     * EINTR at once when there is a signal already; for the handler to return.
     */
    public NetError sysSleep(final Proc caller, final Msg<?> msg, final Runnable undo) {
        if (!msg.isSync()) {
            return NetError.EASYNC;
        }
        if (caller.signals().isDeliverable()) {
            undo.run();
            return NetError.EINTR;
        }
        caller.sleeps(msg, undo);
        return NetError.EASYNC;
    }

    /**
     * As {@link #sysSleep} for a call that somebody else serves: a signal runs {@code abort}, and the call ends when that one replies, with
     * what it replies. For the handler to return; the call may be over already.
     */
    public NetError sysAbortable(final Proc caller, final Msg<?> msg, final Runnable abort) {
        if (msg.isSync() && !msg.isReply()) {
            caller.sleepsUntilReplied(msg, abort);
            if (caller.signals().isDeliverable()) {
                caller.interrupt();
            }
        }
        return NetError.EASYNC;
    }

    /** Runs for each process of this CPU that has ended. */
    public void onExit(final Consumer<Proc> hook) {
        exitHooks.add(hook);
    }

    /** A number of its own for everything that each CPU of this machine counts from 0. */
    public long numberOf(final long count) {
        return 1 + slot + count * machine.size();
    }

    @Override
    public void needUserResched() {
        resched = true;
    }

    @Override
    public boolean userReschedWanted() {
        return resched;
    }

    @Override
    public void clearUserResched() {
        resched = false;
    }

    @Override
    public long nowNs() {
        return cpu.clock().nowNs();
    }

    /** Makes a child of a process of this CPU; {@code started} runs on this CPU when it exists. */
    void fork(final Proc parent, final Image<?> image, final Consumer<Proc> started) {
        final Proc child = new Proc(
                nextPid(),
                parent.pid(),
                image.name(),
                parent.cred(),
                parent.lwp().param(),
                Signals.inherited(parent.signals()));
        parent.family().born(child.pid());
        usched.forking(parent.lwp(), child.lwp());
        final ProcCpu target = machine.at(choice.choose(
                child.lwp().priority(), other -> machine.at(other).usched.upri()));
        placed.put(child.pid(), target);
        cpu.sendIpi(target.cpu.id(), there -> {
            target.start(child, image);
            there.sendIpi(cpu.id(), back -> started.accept(child));
        });
    }

    boolean acquireCurproc(final Lwp lwp) {
        final boolean designated = usched.acquireCurproc(lwp);
        armTick();
        return designated;
    }

    /** This process sends a message through the kernel's gate: if that is a system call, it is its own. */
    void trap(final Proc proc, final Msg<?> msg, final Runnable send) {
        proc.sleepsNoMore();
        sysPort.trap(proc, msg);
        send.run();
        sysPort.closeGate();
    }

    void exited(final Proc proc) {
        proc.ended();
        usched.exiting(proc.lwp());
        procs.remove(proc.pid());
        exitHooks.forEach(hook -> hook.accept(proc));
        if (proc.thread().hasDied()) {
            proc.killedBy(Signal.SIGSEGV);
        }
        proc.family().disband().forEach(child -> onCpuOf(child, there -> there.orphaned(child)));
        serveWaiters(proc);
        final ProcCpu maker = makerOf(proc.pid());
        cpu.sendIpi(maker.cpu.id(), there -> maker.placed.remove(proc.pid()));
        final Sys.Exited how = proc.exited();
        final int parent = proc.ppid();
        if (parent != 0) {
            onCpuOf(parent, there -> there.childEnded(parent, how));
        }
    }

    /** Sends a signal to a process of this machine; {@code answer} runs on this CPU with what came of it. */
    void kill(final Cred sender, final int pid, final Signal signal, final Consumer<NetError> answer) {
        if (pid <= 0) {
            answer.accept(NetError.ESRCH);
            return;
        }
        onCpuOf(pid, there -> {
            final NetError error = there.killed(sender, pid, signal);
            there.cpu.sendIpi(cpu.id(), back -> answer.accept(error));
        });
    }

    private NetError killed(final Cred sender, final int pid, final Signal signal) {
        final Proc proc = procs.get(pid);
        if (proc == null) {
            return NetError.ESRCH;
        }
        if (!sender.isRoot()
                && sender.uid() != proc.cred().uid()
                && sender.euid() != proc.cred().uid()) {
            return NetError.EPERM;
        }
        post(proc, signal);
        return NetError.OK;
    }

    /** A process of this CPU gets a signal; if it sleeps where a signal may end that, or waits for its next message, it wakes. */
    private void post(final Proc proc, final Signal signal) {
        if (!proc.signals().post(signal)) {
            return;
        }
        final Msg<?> sleeping = proc.interrupt();
        if (sleeping != null) {
            sysReturn(sleeping, NetError.EINTR, null);
        } else if (!proc.poked(true)) {
            cpu.transport().sendMsg(Msg.init(ProcThread.Kernel.SIGNAL, Port.none()), kernelPort(proc));
        }
    }

    /** The parent has ended: the kernel takes its place, and waits for nobody. */
    private void orphaned(final int pid) {
        final Proc proc = procs.get(pid);
        if (proc != null) {
            proc.orphaned();
        }
    }

    /** Unless the parent has ended too: then nobody wants to know. */
    private void childEnded(final int parent, final Sys.Exited how) {
        final Proc proc = procs.get(parent);
        if (proc != null) {
            proc.family().ended(how);
            serveWaiters(proc);
            post(proc, Signal.SIGCHLD);
        }
    }

    private void serveWaiters(final Proc parent) {
        parent.family().serve((call, child) -> sysReturn(call, child == null ? NetError.ECHILD : NetError.OK, child));
    }

    /** The CPU that made a process, which its number names, knows on which it is. */
    private void onCpuOf(final int pid, final Consumer<ProcCpu> function) {
        final ProcCpu maker = makerOf(pid);
        cpu.sendIpi(maker.cpu.id(), there -> {
            final ProcCpu place = maker.placed.getOrDefault(pid, maker);
            there.sendIpi(place.cpu.id(), here -> function.accept(place));
        });
    }

    private ProcCpu makerOf(final int pid) {
        return machine.at((pid - 1) % machine.size());
    }

    @SuppressWarnings("unchecked") // the kernel may send to any process
    private static Port<Object> kernelPort(final Proc proc) {
        return (Port<Object>) proc.port();
    }

    private <C> void start(final Proc proc, final Image<C> image) {
        procs.put(proc.pid(), proc);
        final Port<C> port = cpu.spawn(
                proc.toString(),
                Pri.KERN_USER,
                0,
                ThreadClass.USER,
                LwktThread.behavior(td -> new ProcThread<>(td, this, proc, image)));
        proc.port(port);
        cpu.transport().sendMsg(Msg.init(ProcThread.Kernel.START, Port.none()), port);
    }

    /** Processes made by this CPU that live, on whichever. */
    int placed() {
        return placed.size();
    }

    private int nextPid() {
        return (int) numberOf(made++);
    }

    /** The clock ticks while somebody is designated, at multiples of its period. */
    private void armTick() {
        if (usched.curproc() != null && !tick.isPending()) {
            if (nowNs() >= nextDecayNs) {
                nextDecayNs = nowNs() + SECOND_NS;
            }
            tick.reset(Usched.TICK_NS - nowNs() % Usched.TICK_NS);
        }
    }

    private void tick() {
        final Lwp lwp = usched.curproc();
        if (lwp != null && cpu.lastThread() == procs.get(lwp.pid()).thread()) {
            usched.schedulerclock(lwp);
        }
        if (nowNs() >= nextDecayNs) {
            nextDecayNs = nowNs() + SECOND_NS;
            for (final Proc proc : procs.values()) {
                if (proc.lwp().isQueued() || usched.curproc() == proc.lwp()) {
                    usched.recalculateEstcpu(proc.lwp());
                }
            }
        }
        armTick();
    }
}
