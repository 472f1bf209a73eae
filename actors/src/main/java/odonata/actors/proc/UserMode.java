package odonata.actors.proc;

import java.util.Set;
import odonata.actors.cpu.Cpu;
import odonata.actors.lwkt.Pri;
import odonata.actors.usched.Lwp;
import odonata.protocol.errno.Kassert;

/**
 * The boundary between kernel and user mode of one process.
 *
 * <p>User code runs only while the process is designated, at a priority below all kernel threads. The designation is kept in the
 * kernel, and given up when the thread really blocks (passive release). In the kernel the thread keeps its user priority until it
 * blocks; woken, it runs at that of the kernel until it is back. Source: {@code userret}, {@code userexit} and
 * {@code lwkt_passive_release}.
 */
final class UserMode {
    /** Calls that return at once, one from the continuation of the other, until the Java stack is unwound. */
    private static final int MOST_NESTED = 64;

    private final Proc proc;
    private final Lwp lwp;
    private final int userPri;
    private final Runnable exit;
    private int nested;

    /** {@code exit} ends the thread when its handler is over. */
    UserMode(final Proc proc, final Runnable exit) {
        this.exit = exit;
        this.proc = proc;
        this.lwp = proc.lwp();
        userPri = switch (lwp.param().userClass()) {
            case REALTIME -> Pri.USER_REAL;
            case NORMAL -> Pri.USER_NORM;
            case IDLE -> Pri.USER_IDLE;
        };
    }

    /**
     * Back to user mode, now or when the user scheduler and LWKT let it, on this CPU or another. The last thing that the kernel does for a
     * thread.
     */
    void userret(final Runnable user) {
        if (proc.isStopped() && !proc.isExiting()) {
            cpu().transport().await("stopped", proc::whenContinued, () -> userret(user));
        } else if (proc.next() != null && !proc.isExiting()) {
            migrate(user);
        } else if (mayStay()) {
            goOn(user);
        } else {
            acquire(user);
        }
    }

    /** Designated now; else where it can begin sooner; else queued here until it is chosen, or another CPU takes it. */
    private void acquire(final Runnable user) {
        if (place().acquireCurproc(lwp)) {
            goOn(user);
            return;
        }
        final ProcCpu better = place().betterFor(proc);
        if (better == null) {
            cpu().transport().await("usched", proc::whenChosen, () -> chosen(user));
        } else {
            proc.goesTo(better);
            migrate(user);
        }
    }

    private void chosen(final Runnable user) {
        if (proc.next() == null) {
            acquire(user);
        } else {
            migrate(user);
        }
    }

    /** Leaves the CPU; in between the process is in no user scheduler. What comes for it finds it on the old one, then on the new. */
    private void migrate(final Runnable user) {
        final ProcCpu to = proc.next();
        final Cpu from = cpu();
        proc.goesTo(null);
        place().leaves(proc);
        from.transport()
                .await(
                        "setcpu",
                        there -> from.setCpuSelf(to.cpu().id(), () -> {
                            to.arrives(proc);
                            there.run();
                        }),
                        () -> userret(user));
    }

    private void goOn(final Runnable user) {
        if (proc.thread().pri() != userPri || proc.thread().wantsReschedule() || nested == MOST_NESTED) {
            cpu().setPri(proc.thread(), userPri);
            cpu().transport().switchAway("user", () -> userret(user));
        } else if (proc.signals().isDeliverable() && !proc.isExiting()) {
            deliver(user);
        } else if (proc.upcalls().isDeliverable() && !proc.isExiting()) {
            runUser(proc.upcalls().take());
            goOnAfter(user);
        } else {
            runUser(user);
        }
    }

    private void runUser(final Runnable user) {
        enterUser();
        nested++;
        try {
            user.run();
        } finally {
            nested--;
            proc.inUser(false);
        }
    }

    /** A signal comes before what the program was to do ({@code postsig}): its end, its stop, or a function of its own. */
    private void deliver(final Runnable user) {
        final Signals signals = proc.signals();
        final Signal signal = signals.take();
        if (signals.actionOf(signal) instanceof SigAction.Catch caught) {
            final Set<Signal> before = signals.blocked();
            final Set<Signal> meanwhile = signals.blocked();
            meanwhile.add(signal);
            signals.block(meanwhile);
            runUser(() -> caught.handler().accept(signal));
            signals.block(before);
            goOnAfter(user);
        } else if (signal.isStop()) {
            place().stop(proc, signal);
            userret(user);
        } else {
            proc.killedBy(signal);
            exit.run();
        }
    }

    /** A signal or an upcall was delivered: the program goes on, unless it has called exit. */
    private void goOnAfter(final Runnable user) {
        if (!proc.isExiting()) {
            userret(user);
        }
    }

    /** True when nobody else shall run user code on this CPU now. */
    boolean mayStay() {
        return place().usched().curproc() == lwp && !place().userReschedWanted() && proc.next() == null;
    }

    /** The process calls the kernel. */
    void enterKernel() {
        Kassert.check(
                proc.inUser() && cpu().curthread() == proc.thread(),
                "call of %s by somebody else, or after its end",
                proc);
        proc.inUser(false);
    }

    /** The call returns at once. */
    void enterUser() {
        proc.inUser(true);
    }

    /** A slice of user time, in user mode; then other threads may run. */
    void slice(final long ns, final Runnable then) {
        proc.used(ns);
        cpu().charge(ns);
        enterKernel();
        cpu().transport().switchAway("user", () -> userret(then));
    }

    /** The thread has left the run queue. */
    void release() {
        if (!lwp.isQueued()) {
            lwp.blocked(place().nowNs());
            place().releaseCurproc(lwp);
        }
        cpu().setPri(proc.thread(), Pri.KERN_USER);
    }

    private ProcCpu place() {
        return proc.place();
    }

    private Cpu cpu() {
        return proc.place().cpu();
    }
}
