package odonata.actors.lwkt;

import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import odonata.actors.cpu.Callout;
import odonata.actors.cpu.Cpu;
import odonata.actors.cpu.CpuThread;
import odonata.actors.cpu.Cpusync;
import odonata.actors.cpu.IpiFunc;
import odonata.actors.cpu.Ipiq;
import odonata.actors.cpu.LwktToken;
import odonata.actors.cpu.SleepQueue;
import odonata.actors.cpu.SpinPort;
import odonata.actors.cpu.TokenSet;
import odonata.actors.port.Msg;
import odonata.actors.port.Port;
import odonata.protocol.errno.Kassert;
import odonata.protocol.errno.NetError;

/**
 * A thread's view of itself: the calls of the kernel's tables I and II that the running thread may make. Where the kernel's call
 * would block, ours takes what is to follow. Only the thread itself may use it.
 */
public final class Td {
    private Cpu cpu;
    private final CpuThread thread;
    private final Port<?> port;

    Td(final Cpu cpu, final CpuThread thread) {
        this.cpu = cpu;
        this.thread = thread;
        port = thread.address();
    }

    /** Id of the CPU on which this thread is; see {@link #setCpuSelf}. */
    public int cpu() {
        return cpu.id();
    }

    /** The CPU. */
    public Cpu gd() {
        return cpu;
    }

    /** Member id. */
    public int member() {
        return cpu.member();
    }

    /** Nanoseconds on the CPU's clock. */
    public long now() {
        return cpu.clock().nowNs();
    }

    /** Spends virtual time; nothing on the wall clock. An interrupt thread may preempt this one when it is spent. */
    public void charge(final long ns) {
        cpu.charge(ns);
    }

    /** Spends what copying bytes costs by {@link odonata.actors.cpu.CostModel}; like {@link #charge}. */
    public void copied(final int bytes) {
        cpu.copied(bytes);
    }

    /** Name of the thread. */
    public String name() {
        return thread.name();
    }

    /** Its priority. */
    public int pri() {
        return thread.pri();
    }

    /** Its own port; the same wherever the thread is. */
    @SuppressWarnings("unchecked") // the phantom type is the thread's own
    public <C> Port<C> port() {
        return (Port<C>) port;
    }

    /** A message that is replied to this thread (M1). */
    public <D> Msg<D> initMsg(final D command) {
        return Msg.init(command, port);
    }

    /** A message with an explicit reply port (M8). */
    public <D> Msg<D> initMsg(final D command, final Port<?> replyPort) {
        return Msg.init(command, replyPort);
    }

    /** Asynchronous send (M2): the reply is queued on the reply port, then given to {@link LwktThread#onReply}. */
    public <D> void sendMsg(final Port<? super D> target, final Msg<D> msg) {
        cpu.transport().sendMsg(msg, target);
    }

    /** Asynchronous send whose reply goes to {@code then}; the reply port must be this thread's. */
    public <D> void sendMsg(final Port<? super D> target, final Msg<D> msg, final Consumer<? super Msg<D>> then) {
        cpu.transport().sendMsg(msg, target, then);
    }

    /**
     * Synchronous send (M3): until its reply has gone to {@code then} this thread receives nothing else. When the target answers
     * at once, {@code then} runs before this returns. To be the last thing that a handler does.
     */
    public <D> void doMsg(final Port<? super D> target, final Msg<D> msg, final Consumer<? super Msg<D>> then) {
        cpu.transport().doMsg(msg, target, then);
    }

    /** Gives a held message back (M4). */
    public void replyMsg(final Msg<?> msg, final NetError error) {
        cpu.transport().replyMsg(msg, error, null);
    }

    /** As {@link #replyMsg(Msg, NetError)}, with a value. */
    public void replyMsg(final Msg<?> msg, final NetError error, final Object result) {
        cpu.transport().replyMsg(msg, error, result);
    }

    /** Passes a held message on (M11). */
    public <D> void forwardMsg(final Port<? super D> target, final Msg<D> msg) {
        cpu.transport().forwardMsg(msg, target);
    }

    /** The next request that waits, without waiting (M5); null when none is first in line, or others shall run. */
    @SuppressWarnings("unchecked") // requests on the port have the thread's type
    public <C> Msg<C> getPort() {
        return (Msg<C>) thread.msgPort().poll();
    }

    /** Waits for a message sent before (M12): until {@code then} has run this thread receives nothing else. */
    public <D> void waitMsg(final Msg<D> msg, final Consumer<? super Msg<D>> then) {
        cpu.transport().waitMsg(msg, then);
    }

    /** The next message of a spin port (M6): until {@code then} has it this thread receives nothing else. */
    public <D> void waitPort(final SpinPort<D> from, final Consumer<? super Msg<D>> then) {
        doMsg(from.gets(), initMsg(SpinPort.Get.INSTANCE), reply -> then.accept(from.received(reply, thread)));
    }

    /** True when the message is not in flight: never sent, completed or dropped. Only its originator may ask. */
    public boolean checkMsg(final Msg<?> msg) {
        return msg.isDone();
    }

    /**
     * Asks for an {@link Msg#abortable abortable} message, sent by this thread, to end early (M13). The request follows the
     * message to who holds it; the reply comes as ever, once, with EINTR or with the result if the work had been done. A
     * message that is not in flight, or was aborted before, is left alone.
     */
    public void abortMsg(final Msg<?> msg) {
        cpu.transport().abortMsg(msg);
    }

    /**
     * Drops a {@link Msg#droppable droppable} request that waits on this thread's port: it is done, and nobody replies it.
     *
     * @return OK, or ENOENT when it is not there: received already, or replied
     */
    public NetError dropMsg(final Msg<?> msg) {
        return cpu.transport().dropMsg(msg);
    }

    /**
     * Gets a token exclusively ({@code lwkt_gettoken}): {@code then} runs at once if it can be had, else when the scheduler could get
     * all tokens of this thread; meanwhile others run and this thread receives nothing. Got again, it is to be released as often.
     * To be the last thing that a handler does. Panics: more than {@link TokenSet#MOST}, or held shared.
     *
     * <p>A token stays the thread's over following messages until it is released. It is given up while the thread waits, has no
     * message or is switched away from, and regained before it runs again.
     */
    public void getToken(final LwktToken token, final Runnable then) {
        getToken(token, true, then);
    }

    /** As {@link #getToken}, with other shared holders; exclusively, when the thread holds it so already. */
    public void getTokenShared(final LwktToken token, final Runnable then) {
        getToken(token, false, then);
    }

    /** Gets a token exclusively if it can be had now ({@code lwkt_trytoken}); false, and nothing changed, otherwise. */
    public boolean tryToken(final LwktToken token) {
        return thread.tokens().tryGet(token, true);
    }

    /** Gives back the token that this thread got last ({@code lwkt_reltoken}); any other is a panic. */
    public void relToken(final LwktToken token) {
        thread.tokens().release(token);
    }

    /** Exchanges the two tokens got last ({@code lwkt_token_swap}). */
    public void swapTokens() {
        thread.tokens().swap();
    }

    /** True when this thread has the token: in a handler or continuation nobody else runs who has it, shared ones excepted. */
    public boolean holdsToken(final LwktToken token) {
        return thread.tokens().holds(token);
    }

    /** Waits until a CPU has executed what was sent to it ({@link Ipiq#waitIpiq}); as {@link #waitMsg}. */
    public void waitIpiq(final int target, final long sequence, final Runnable then) {
        cpu.transport().await("ipiq", done -> cpu.ipiq().waitIpiq(target, sequence, done), then);
    }

    /** Barrier over the other CPUs of the machine ({@link Ipiq#synchronize}); as {@link #waitMsg}. */
    public void synchronizeIpiqs(final Runnable then) {
        cpu.transport().await("barrier", cpu.ipiq()::synchronize, then);
    }

    /**
     * Stops CPUs ({@link Cpusync}): when {@code then} runs they run nothing but their rings, and this CPU nothing but this thread,
     * until {@link #cpusyncDeinterlock}. In between this thread may send, not wait.
     */
    public void cpusyncInterlock(final Cpusync sync, final Runnable then) {
        cpu.transport().await("cpusync", done -> sync.interlock(cpu, done), then);
    }

    /** Lets each of the CPUs run the function and go on; {@code then} runs when all have. */
    public void cpusyncDeinterlock(final Cpusync sync, final Runnable then) {
        cpu.transport().await("cpusync", sync::deinterlock, then);
    }

    /** Runs a function on each CPU of a set while all of them are stopped ({@code lwkt_cpusync_simple}). */
    public void cpusyncSimple(final Set<Integer> mask, final IpiFunc function, final Runnable then) {
        cpu.transport().await("cpusync", done -> Cpusync.create(mask, function).simple(cpu, done), then);
    }

    /** Lets threads of equal or higher priority run before this one takes its next message (T6). */
    @SuppressWarnings("NamedLikeContextualKeyword") // the kernel's word
    public void yield() {
        cpu.yieldCurrent();
    }

    /** Runs a function in this thread after a delay, as a message in turn with the others. */
    public Callout after(final long delayNs, final Runnable function) {
        final Callout callout = callout(function);
        callout.reset(delayNs);
        return callout;
    }

    /** Sends a command to this thread after a delay; a reply to it tells nobody. */
    public Callout after(final long delayNs, final Object command) {
        final Callout callout =
                thread.callout(() -> thread.cpu().transport().sendMsg(Msg.init(command, Port.adone()), port));
        callout.reset(delayNs);
        return callout;
    }

    /** A callout of this thread, not yet armed, to be used again and again. Once stopped it does not run. */
    public Callout callout(final Runnable function) {
        return new TdCallout(thread, function);
    }

    /**
     * Sleeps on a wait queue until it is signalled (T7); not at all when its generation is not {@code sampled} any more. Until
     * {@code then} has run, with the generation to be used next time, this thread receives nothing. Wake-ups collapse: test the
     * condition again. To be the last thing that a handler does.
     *
     * @param wmesg why, for people
     * @param sampled {@link WaitQueue#gen} before the condition was tested
     */
    public void block(final WaitQueue queue, final String wmesg, final long sampled, final LongConsumer then) {
        queue.block(this, wmesg, sampled, then);
    }

    /** Advances the generation of a wait queue and wakes up to {@code count} of its threads, the oldest first (T8). */
    public void signal(final WaitQueue queue, final int count) {
        queue.signal(cpu, count);
    }

    /**
     * Sleeps until somebody wakes {@code ident}, then OK, or the time is up, then EAGAIN (the kernel's EWOULDBLOCK). To be the last
     * thing that a handler does.
     *
     * @param timeoutNs 0: no limit
     */
    public void tsleep(final Object ident, final String wmesg, final long timeoutNs, final Consumer<NetError> then) {
        tsleep(tsleepInterlock(ident, wmesg), timeoutNs, then);
    }

    /**
     * Puts this thread on the sleep queue of {@code ident} without sleeping yet: a wake-up from now on ends the
     * {@link #tsleep(Msg, long, Consumer)} that must follow.
     */
    public Msg<SleepQueue.Sleep> tsleepInterlock(final Object ident, final String wmesg) {
        return cpu.sleepQueue().add(ident, wmesg, port);
    }

    /** Sleeps as announced by {@link #tsleepInterlock}. */
    public void tsleep(final Msg<SleepQueue.Sleep> sleep, final long timeoutNs, final Consumer<NetError> then) {
        if (timeoutNs == 0 || sleep.isDone()) {
            waitMsg(sleep, woken -> then.accept(woken.error()));
        } else {
            final Callout limit = cpu.callout(() -> cpu.sleepQueue().expire(sleep));
            limit.reset(timeoutNs);
            waitMsg(sleep, woken -> {
                limit.stop();
                then.accept(woken.error());
            });
        }
    }

    /** Wakes all threads of this machine that sleep on {@code ident}. */
    public void wakeup(final Object ident) {
        cpu.sleepQueue().wakeup(ident);
    }

    /** Wakes one thread of this machine that sleeps on {@code ident}. */
    public void wakeupOne(final Object ident) {
        cpu.sleepQueue().wakeupOne(ident);
    }

    /** Begins a critical section (T9): no interrupt thread preempts this one until it has ended. They nest. */
    public void critEnter() {
        thread.critEnter();
    }

    /** Ends a critical section (T10); the outermost lets run what became pending meanwhile. */
    public void critExit() {
        thread.critExit();
    }

    /** Changes this thread's priority; does not switch. */
    public void setPri(final int pri) {
        cpu.setPri(thread, pri);
    }

    /** Leaves the run queue when this handler is over: what comes waits until somebody {@link #schedule}s this thread. */
    public void deschedule() {
        cpu.deschedule(port);
    }

    /** As {@link #deschedule()} for another thread, one that is known not to race. */
    public void deschedule(final Port<?> other) {
        cpu.deschedule(other);
    }

    /** Makes a thread of this machine runnable, wherever it is. Twice before it runs is once. */
    public void schedule(final Port<?> other) {
        cpu.schedule(other);
    }

    /**
     * Goes to another CPU of this machine ({@code lwkt_setcpu_self}) when this handler is over: {@code then} is the next that runs, there. With
     * the thread go what it holds, what waits on its port, and its callouts; its port stays the same for everybody. To be
     * the last thing that a handler does. Panics: a thread bound to its CPU, in a critical section, with tokens, on a sleep queue.
     */
    public void setCpuSelf(final int target, final Runnable then) {
        Kassert.check(!thread.isOver(), "%s goes to CPU %d after its exit", thread, target);
        if (target == cpu.id()) {
            then.run();
        } else {
            cpu.transport().await("setcpu", there -> cpu.setCpuSelf(target, there), then);
        }
    }

    /** Takes another thread out of this CPU ({@code lwkt_giveaway}): one that is descheduled and waits for nothing. */
    public void giveaway(final Port<?> other) {
        cpu.giveaway(other);
    }

    /**
     * Takes a thread that was given away to this CPU ({@code lwkt_acquire}); {@code then} runs when it is here, descheduled still. To be
     * the last thing that a handler does.
     */
    public void acquire(final Port<?> other, final Runnable then) {
        cpu.transport().await("acquire", here -> cpu.acquire(other, here), then);
    }

    /** Keeps the structure of a thread of this CPU what it is, also when that has ended ({@code lwkt_hold}). */
    public CpuThread hold(final Port<?> other) {
        return cpu.store().hold(other);
    }

    /** Holds it no more ({@code lwkt_rele}); on any CPU of the machine. */
    public void rele(final CpuThread held) {
        cpu.store().rele(held);
    }

    /** Ends this thread after the current handler (T4); what waits on its port is replied ESRCH. */
    public void exit() {
        thread.exits();
    }

    /** The thread has come to another CPU. */
    void arrived() {
        cpu = thread.cpu();
    }

    CpuThread thread() {
        return thread;
    }

    private void getToken(final LwktToken token, final boolean exclusive, final Runnable then) {
        Kassert.check(!thread.msgPort().isAwaiting(), "%s gets %s while it waits", thread, token);
        if (thread.tokens().get(token, exclusive)) {
            then.run();
        } else {
            cpu.transport().switchAway("token", then);
        }
    }
}
