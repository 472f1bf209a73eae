package odonata.actors.proc;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import odonata.actors.cpu.Callout;
import odonata.actors.cpu.Cpu;
import odonata.actors.cpu.ThreadClass;
import odonata.actors.lwkt.LwktThread;
import odonata.actors.lwkt.Pri;
import odonata.actors.port.Msg;
import odonata.actors.port.MsgState;
import odonata.actors.port.Port;
import odonata.actors.usched.CpuChoice;
import odonata.actors.usched.Lwp;
import odonata.actors.usched.Policies;
import odonata.actors.usched.SchedParam;
import odonata.actors.usched.Usched;
import odonata.actors.usched.UschedCpu;
import odonata.actors.usched.UserClass;
import odonata.protocol.errno.Kassert;
import odonata.protocol.errno.NetError;

/** The processes of one CPU, their scheduler with its clock, and their system calls. Owner: the CPU's carrier. */
public final class ProcCpu implements UschedCpu {
    private static final long SECOND_NS = 1_000_000_000L;

    private final Procs machine;
    private final Cpu cpu;
    private final int slot;
    private final Policies usched;
    private final Affinity all;
    private final CpuChoice choice;
    private final SysPort sysPort;
    private final UpcPort upcPort = new UpcPort(this::ended);
    private final Port<Object> upcAddress;
    private final TreeMap<Integer, Proc> procs = new TreeMap<>();

    /** The processes that were made here and live, on whichever CPU. */
    private final Map<Integer, Child> made = new HashMap<>();

    private final List<Consumer<Proc>> exitHooks = new ArrayList<>();
    private final Callout tick;
    private boolean resched;
    private long nextDecayNs;
    private int numbers;

    /** A process, and the CPU on which it was started, which the address of its port names. */
    private record Child(Proc proc, ProcCpu home) {}

    ProcCpu(
            final Procs machine,
            final Cpu cpu,
            final int slot,
            final Affinity all,
            final List<Usched.Policy> policies) {
        this.machine = machine;
        this.cpu = cpu;
        this.slot = slot;
        this.all = all;
        usched = new Policies(this, policies);
        choice = new CpuChoice(all.cpus().size(), slot);
        tick = cpu.callout(this::tick);
        sysPort = new SysPort();
        cpu.register(Port.SYSCALL, sysPort);
        upcAddress = cpu.register(0, upcPort);
        new SysCalls(this).register();
        new UpcCalls(this).register();
    }

    /** The CPU. */
    public Cpu cpu() {
        return cpu;
    }

    /** Its user scheduler. */
    public Policies usched() {
        return usched;
    }

    /** Its processes by number; one that is on its way to another CPU is nowhere. */
    public List<Proc> procs() {
        return List.copyOf(procs.values());
    }

    /** Starts a process without a parent on this CPU; on its carrier. */
    public <C> Proc exec(final Image<C> image, final Cred cred, final SchedParam param) {
        return exec(image, cred, param, all);
    }

    /** As {@link #exec(Image, Cred, SchedParam)}, a process that runs on this CPU only, as its children: one of several that share the work. */
    public <C> Proc execHere(final Image<C> image, final Cred cred, final SchedParam param) {
        return exec(image, cred, param, new Affinity(Set.of(cpu.id())));
    }

    private <C> Proc exec(final Image<C> image, final Cred cred, final SchedParam param, final Affinity affinity) {
        final Proc proc = new Proc(nextPid(), 0, image.name(), cred, param, new Signals(), affinity);
        usched.resetpriority(proc.lwp());
        made.put(proc.pid(), new Child(proc, this));
        start(proc, image);
        return proc;
    }

    /** Adds a kind of system call (R18), on this CPU; a second handler for it replaces the first. */
    public <R, S extends SysCall<R>> void register(final Class<S> call, final SysHandler<R, S> handler) {
        sysPort.register(call, handler);
    }

    /**
     * Completes a system call that was kept, or one that returns a value; on the CPU where it was made, also when its process has gone to
     * another. Answers EASYNC, for a handler to return.
     */
    public NetError sysReturn(final Msg<?> msg, final NetError error, final Object value) {
        final int kept = MsgState.place(msg);
        if (kept == cpu.id()) {
            cpu.transport().replyMsg(msg, error, value);
        } else {
            cpu.sendIpi(kept, there -> there.transport().replyMsg(msg, error, value));
        }
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
                Signals.inherited(parent.signals()),
                parent.affinity());
        child.lwp().inheritPolicy(parent.lwp());
        parent.family().born(child.pid());
        usched.forking(parent.lwp(), child.lwp());
        final ProcCpu target =
                machine.at(choice.choose(child.lwp().priority(), other -> mayRun(child, other), this::upri));
        made.put(child.pid(), new Child(child, target));
        cpu.sendIpi(target.cpu.id(), there -> {
            target.start(child, image);
            there.sendIpi(cpu.id(), back -> started.accept(child));
        });
    }

    /**
     * {@link Usched#acquireCurproc}. Who loses the designation is in the kernel from now on, at the kernel's priority: at that of its user code
     * it might never come to where it is queued, or goes to another CPU.
     */
    boolean acquireCurproc(final Lwp lwp) {
        final Lwp before = usched.curproc();
        final boolean designated = usched.acquireCurproc(lwp);
        if (designated && before != null && before != lwp) {
            cpu.setPri(procs.get(before.pid()).thread(), Pri.KERN_USER);
        }
        armTick();
        return designated;
    }

    /** A thread has left the run queue: it is not designated any more. */
    void releaseCurproc(final Lwp lwp) {
        if (usched.curproc() == lwp) {
            usched.releaseCurproc(lwp);
            pull();
        }
    }

    /** The caller may run on these CPUs only, from now on; if its own is none of them, it leaves that before it is in user mode again. */
    NetError restrict(final Proc proc, final Set<Integer> cpus) {
        if (cpus.isEmpty() || !all.cpus().containsAll(cpus)) {
            return NetError.EINVAL;
        }
        proc.affinity(new Affinity(cpus));
        proc.goesTo(
                cpus.contains(cpu.id())
                        ? null
                        : machine.at(choice.choose(proc.lwp().priority(), other -> mayRun(proc, other), this::upri)));
        return NetError.OK;
    }

    /**
     * Where one that has just been queued here could begin at once, by what the other CPUs publish; null when it has to wait. If the CPU in
     * the address of its port is free, there: what is sent to it takes the shortest way then. A CPU that becomes free looks at the queues after it has published that, so that one of the two sees the other.
     */
    ProcCpu betterFor(final Proc proc) {
        final ProcCpu home = machine.of(cpu.machine().cpu(proc.port().cpu()));
        if (home != this && mayRun(proc, home.slot) && upri(home.slot) == UserClass.NOBODY) {
            return home;
        }
        final int better =
                choice.better(proc.lwp().priority(), other -> other != slot && mayRun(proc, other), this::upri);
        return better < 0 ? null : machine.at(better);
    }

    /** A process goes to another CPU: it is in the user scheduler no more. */
    void leaves(final Proc proc) {
        procs.remove(proc.pid());
        usched.exiting(proc.lwp());
        pull();
    }

    /** A process has come from another CPU, and is in the kernel. */
    void arrives(final Proc proc) {
        proc.place(this);
        procs.put(proc.pid(), proc);
    }

    /** Nobody is designated here, and nobody waits: one that waits elsewhere, where most do, may come. */
    private void pull() {
        if (usched.curproc() != null) {
            return;
        }
        ProcCpu longest = null;
        for (int i = 1; i < machine.size(); i++) {
            final ProcCpu other = machine.at((slot + i) % machine.size());
            if (other.usched.queued() > (longest == null ? 0 : longest.usched.queued())) {
                longest = other;
            }
        }
        if (longest != null) {
            final ProcCpu giver = longest;
            cpu.sendIpi(giver.cpu.id(), there -> giver.give(this));
        }
    }

    /** Its best process that waits and may go to a CPU goes there. */
    private void give(final ProcCpu taker) {
        final Lwp lwp = usched.pull(waiting -> mayRun(procs.get(waiting.pid()), taker.slot));
        if (lwp != null) {
            final Proc proc = procs.get(lwp.pid());
            proc.goesTo(taker);
            proc.schedule();
        }
    }

    private boolean mayRun(final Proc proc, final int other) {
        return proc.affinity().has(machine.at(other).cpu.id());
    }

    private int upri(final int other) {
        return machine.at(other).usched.upri();
    }

    /** This process sends a message through the kernel's gate: if that is a system call, it is its own. */
    void trap(final Proc proc, final Msg<?> msg, final Runnable send) {
        proc.sleepsNoMore();
        sysPort.trap(proc, msg, false);
        send.run();
        sysPort.closeGate();
    }

    /** A process makes a system call that ends with an upcall, unless it ends at once: then the answer is here. */
    Optional<Upc.Returned> sendsys(final Proc proc, final SysCall<?> call, final int upcall, final Object tag) {
        final Msg<SysCall<?>> msg = Msg.init(call, upcAddress);
        sysPort.trap(proc, msg, true);
        cpu.transport().sendMsg(msg, new Port<>(cpu.id(), Port.SYSCALL));
        sysPort.closeGate();
        if (msg.isDone()) {
            return Optional.of(new Upc.Returned(tag, msg.error(), msg.result()));
        }
        upcPort.waits(msg, new UpcPort.Call(proc, upcall, tag));
        return Optional.empty();
    }

    /** Calls an upcall of a process of this machine; {@code answer} runs on this CPU with what came of it. */
    void dispatch(final Cred sender, final Upc.Dispatch call, final Consumer<NetError> answer) {
        onProcess(sender, call.pid(), (there, proc) -> there.upcall(proc, call.upcall(), call.event()), answer);
    }

    private void ended(final UpcPort.Call call, final Upc.Returned how) {
        follow(
                cpu,
                call.caller(),
                (there, caller) -> caller.ifPresent(alive -> there.upcall(alive, call.upcall(), how)));
    }

    private NetError upcall(final Proc proc, final int id, final Object event) {
        checkHere(proc);
        if (!proc.upcalls().post(id, event)) {
            return NetError.ENOENT;
        }
        if (proc.upcalls().isDeliverable()) {
            poke(proc);
        }
        return NetError.OK;
    }

    void exited(final Proc proc) {
        proc.ended();
        usched.exiting(proc.lwp());
        procs.remove(proc.pid());
        pull();
        exitHooks.forEach(hook -> hook.accept(proc));
        if (proc.thread().hasDied()) {
            proc.killedBy(Signal.SIGSEGV);
        }
        proc.family().disband().forEach(child -> onCpuOf(child, (there, orphan) -> orphan.ifPresent(Proc::orphaned)));
        serveWaiters(proc);
        final ProcCpu maker = makerOf(proc.pid());
        cpu.sendIpi(maker.cpu.id(), there -> maker.made.remove(proc.pid()));
        tellParent(proc, proc.exited());
    }

    /** Unless that has ended: then nobody wants to know. */
    private void tellParent(final Proc proc, final Sys.Waited how) {
        if (proc.ppid() != 0) {
            onCpuOf(proc.ppid(), (there, alive) -> alive.ifPresent(parent -> there.childChanged(parent, how)));
        }
    }

    /** Sends a signal to a process of this machine; {@code answer} runs on this CPU with what came of it. On its carrier. */
    public void kill(final Cred sender, final int pid, final Signal signal, final Consumer<NetError> answer) {
        onProcess(
                sender,
                pid,
                (there, proc) -> {
                    there.post(proc, signal);
                    return NetError.OK;
                },
                answer);
    }

    /** Does something to a process, if the sender may: it is root, or of the same user. */
    private void onProcess(
            final Cred sender,
            final int pid,
            final BiFunction<ProcCpu, Proc, NetError> function,
            final Consumer<NetError> answer) {
        if (pid <= 0) {
            answer.accept(NetError.ESRCH);
            return;
        }
        onCpuOf(pid, (there, found) -> {
            final NetError error = found.map(proc -> may(sender, proc) ? function.apply(there, proc) : NetError.EPERM)
                    .orElse(NetError.ESRCH);
            there.cpu.sendIpi(cpu.id(), back -> answer.accept(error));
        });
    }

    private static boolean may(final Cred sender, final Proc proc) {
        return sender.isRoot()
                || sender.uid() == proc.cred().uid()
                || sender.euid() == proc.cred().uid();
    }

    /** A process of this CPU, or one that is about to leave it, gets a signal; if it sleeps where a signal may end that, or waits for its next message, it wakes. */
    private void post(final Proc proc, final Signal signal) {
        checkHere(proc);
        if (signal == Signal.SIGCONT || signal == Signal.SIGKILL) {
            letGoOn(proc, signal);
        }
        if (!proc.signals().post(signal) || proc.isStopped()) {
            return;
        }
        if (proc.isAsleep() && proc.signals().stopsNow(signal)) {
            stop(proc, signal);
            return;
        }
        wake(proc);
    }

    /** It runs no user code until it is told to go on: it is asleep, or on its way to user mode. */
    void stop(final Proc proc, final Signal signal) {
        proc.stops();
        tellParent(proc, new Sys.Waited(proc.pid(), Sys.Waited.Change.STOPPED, 0, Optional.of(signal)));
    }

    private void letGoOn(final Proc proc, final Signal signal) {
        if (!proc.isStopped()) {
            return;
        }
        if (signal == Signal.SIGCONT) {
            tellParent(proc, new Sys.Waited(proc.pid(), Sys.Waited.Change.CONTINUED, 0, Optional.empty()));
        }
        proc.continues();
        if (proc.signals().isDeliverable()) {
            wake(proc);
        }
    }

    /** It has a signal to look for. */
    private void wake(final Proc proc) {
        final Msg<?> sleeping = proc.interrupt();
        if (sleeping != null) {
            sysReturn(sleeping, NetError.EINTR, null);
        } else {
            poke(proc);
        }
    }

    /** If it waits for its next message it goes through the gate to user mode. */
    private void poke(final Proc proc) {
        if (!proc.poked(true)) {
            cpu.transport().sendMsg(Msg.init(ProcThread.Kernel.POKE, Port.none()), kernelPort(proc));
        }
    }

    private void childChanged(final Proc parent, final Sys.Waited how) {
        if (how.change() == Sys.Waited.Change.ENDED) {
            parent.family().ended(how);
        } else {
            parent.family().changed(how);
        }
        serveWaiters(parent);
        post(parent, Signal.SIGCHLD);
    }

    private void serveWaiters(final Proc parent) {
        parent.family().serve((call, child) -> sysReturn(call, child == null ? NetError.ECHILD : NetError.OK, child));
    }

    /**
     * Runs a function on the CPU where a process is, wherever that is by then; without one, if it has ended. The CPU that made it, which its
     * number names, knows it and where it was started, and from there on what is for a process follows its thread.
     */
    private void onCpuOf(final int pid, final BiConsumer<ProcCpu, Optional<Proc>> function) {
        final ProcCpu maker = makerOf(pid);
        cpu.sendIpi(maker.cpu.id(), there -> {
            final Child child = maker.made.get(pid);
            if (child == null) {
                function.accept(maker, Optional.empty());
            } else {
                there.sendIpi(child.home.cpu.id(), home -> follow(home, child.proc, function));
            }
        });
    }

    private void follow(final Cpu home, final Proc proc, final BiConsumer<ProcCpu, Optional<Proc>> function) {
        home.transport()
                .toOwner(
                        proc.port(),
                        here -> function.accept(
                                machine.of(here), Optional.of(proc).filter(Proc::isAlive)));
    }

    private void checkHere(final Proc proc) {
        Kassert.check(proc.place() == this, "signal or upcall for %s on %s, and it is elsewhere", proc, cpu);
    }

    private ProcCpu makerOf(final int pid) {
        return machine.at((pid - 1) % machine.size());
    }

    @SuppressWarnings("unchecked") // the kernel may send to any process
    private static Port<Object> kernelPort(final Proc proc) {
        return (Port<Object>) proc.port();
    }

    private <C> void start(final Proc proc, final Image<C> image) {
        arrives(proc);
        final Port<C> port = cpu.spawn(
                proc.toString(),
                Pri.KERN_USER,
                0,
                ThreadClass.USER,
                LwktThread.behavior(td -> new ProcThread<>(td, proc, image)));
        proc.port(port);
        cpu.transport().sendMsg(Msg.init(ProcThread.Kernel.START, Port.none()), port);
    }

    /** Calls made here that will end with an upcall. */
    int waitingForUpcall() {
        return upcPort.waiting();
    }

    /** Processes made by this CPU that live, on whichever. */
    int made() {
        return made.size();
    }

    private int nextPid() {
        return (int) numberOf(numbers++);
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
