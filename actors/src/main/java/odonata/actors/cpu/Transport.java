package odonata.actors.cpu;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import odonata.actors.port.Msg;
import odonata.actors.port.MsgPort;
import odonata.actors.port.MsgState;
import odonata.actors.port.Port;
import odonata.actors.port.SyncPort;
import odonata.protocol.errno.Kassert;
import odonata.protocol.errno.KernelPanic;
import odonata.protocol.errno.NetError;

/**
 * Carries messages and replies from one CPU to where they belong: a port here, the ring to another CPU of the machine, the
 * uplink to other members. Threads use it through {@code Td}, synchronous ports directly. On the carrier only.
 * Source: {@code sys/kern/lwkt_msgport.c}.
 */
public final class Transport {

    /** Stands for what a thread waits for when it is no message. */
    private record Event(String wmesg) implements Wmesg {}

    private final Cpu cpu;
    private final int id;
    private final Machine machine;
    private final PortTable ports;
    private final Outstanding outstanding = new Outstanding();
    private final Aborts aborts;
    private final List<Consumer<Set<Integer>>> mourners = new ArrayList<>(1);
    private boolean uplinkUsed;

    Transport(final Cpu cpu, final Machine machine, final PortTable ports) {
        this.cpu = cpu;
        this.id = cpu.id();
        this.machine = machine;
        this.ports = ports;
        aborts = new Aborts(cpu, this, ports);
    }

    /** Asynchronous send (M2): the reply always arrives on the reply port, also when the target finished at once. */
    public void sendMsg(final Msg<?> msg, final Port<?> target) {
        checkReplyPort(msg);
        MsgState.beginSend(msg, target, false);
        final NetError result = put(msg, target);
        if (result != NetError.EASYNC) {
            settle(msg, result);
        }
        cpu.preemptionPoint();
    }

    /** As {@link #sendMsg(Msg, Port)}; the reply, when the running thread receives it, goes to {@code then}. */
    public <D> void sendMsg(final Msg<D> msg, final Port<?> target, final Consumer<? super Msg<D>> then) {
        currentFor(msg);
        MsgState.then(msg, then);
        sendMsg(msg, target);
    }

    /**
     * Synchronous send (M3): {@code then} runs at once when the target finished at once, without switch or queue; else when
     * the reply is there, and until then the running thread receives nothing else.
     */
    public <D> void doMsg(final Msg<D> msg, final Port<?> target, final Consumer<? super Msg<D>> then) {
        final CpuThread self = currentFor(msg);
        Kassert.check(
                !self.msgPort().isAwaiting(), "doMsg while waiting; send the next from the continuation: %s", msg);
        Kassert.check(!target.equals(self.address()), "doMsg to the own port would wait for ever: %s", msg);
        checkWaitable(msg);
        MsgState.beginSend(msg, target, true);
        final NetError result = put(msg, target);
        if (result != NetError.EASYNC) {
            MsgState.beginReply(msg, result, null);
            MsgState.finish(msg);
        }
        await(self, msg, then);
    }

    /** Waits for a message sent before (M12): as {@link #doMsg} from the point on where it was sent. */
    public <D> void waitMsg(final Msg<D> msg, final Consumer<? super Msg<D>> then) {
        checkWaitable(msg);
        await(currentFor(msg), msg, then);
    }

    /**
     * Waits for something that happens on this CPU: {@code start} is given what to call then, once, on the carrier. As
     * {@link #doMsg}: {@code then} runs at once when it has happened at once, and until it has run the thread receives nothing else.
     *
     * @param wmesg why, for people
     */
    public void await(final String wmesg, final Consumer<Runnable> start, final Runnable then) {
        final Msg<Event> msg = beginEvent(wmesg);
        final CpuThread self = currentFor(msg);
        start.accept(() -> {
            MsgState.beginReply(msg, NetError.OK, null);
            self.msgPort().complete(msg);
        });
        await(self, msg, reply -> then.run());
    }

    /**
     * Lets others run that are as urgent or more urgent; {@code then} runs when the scheduler has come back to the running thread
     * and its tokens can be had, and nothing before it ({@code lwkt_switch} of a thread that stays runnable).
     *
     * @param wmesg why, for people
     */
    public void switchAway(final String wmesg, final Runnable then) {
        final Msg<Event> msg = beginEvent(wmesg);
        MsgState.beginReply(msg, NetError.OK, null);
        MsgState.finish(msg);
        MsgState.then(msg, reply -> then.run());
        currentFor(msg).msgPort().await(msg);
        cpu.yieldCurrent();
    }

    /** Gives a held message back (M4). */
    public void replyMsg(final Msg<?> msg, final NetError error, final Object result) {
        Kassert.check(msg.wantsReply() || msg.isProxy(), "reply of a message that is never replied: %s", msg);
        checkHolder(msg);
        aborts.left(msg);
        MsgState.beginReply(msg, error, result);
        completeAtReplyPort(msg);
        cpu.preemptionPoint();
    }

    /** Passes a held message on (M11). */
    public void forwardMsg(final Msg<?> msg, final Port<?> target) {
        checkHolder(msg);
        aborts.left(msg);
        MsgState.beginForward(msg, target);
        final NetError result = put(msg, target);
        if (result != NetError.EASYNC) {
            settle(msg, result);
        } else if (target.cpu() != id) {
            passedOn(msg, target.cpu());
        }
        cpu.preemptionPoint();
    }

    /**
     * Runs a function on the CPU where the owner of a port of this machine is, in order with what is sent to the port; at once
     * if that is this CPU. When there is no owner any more, where it was.
     */
    public void toOwner(final Port<?> port, final IpiFunc function) {
        final Object owner = ports.find(port);
        if (owner instanceof Away away) {
            away.pass(function);
        } else if (owner != null || port.cpu() == id) {
            function.run(cpu);
        } else {
            cpu.sendIpi(port.cpu(), there -> there.transport().toOwner(port, function));
        }
    }

    /** A message of another member was passed on to a CPU: its originator has to know. */
    void passedOn(final Msg<?> msg, final int to) {
        if (msg.isProxy() && msg.originId() != 0) {
            notifyForward(msg.originCpu(), msg.originId(), to);
            if (to != id && machine.hosts(to)) {
                notifyForward(msg.originCpu(), msg.originId(), ~id); // it cannot get lost on the way
            }
        }
    }

    /** A message of another member has come here from a CPU that is not its originator: it got on from there, whoever dies now. */
    public void passedOnBy(final int from, final int originCpu, final long msgId) {
        if (msgId != 0 && from != originCpu) {
            notifyForward(originCpu, msgId, ~from);
        }
    }

    /** Wakes a thread of this CPU that sleeps until a message without a target is replied. */
    void wake(final Msg<?> sleep, final NetError error) {
        MsgState.beginReply(sleep, error, null);
        note(Ktr.Kind.REPLY, sleep, id);
        completeHere(sleep);
    }

    /**
     * Asks who holds the message to end it early (M13); the reply comes as ever. For the thread of the reply port; while it
     * waits, for a callout of its CPU.
     */
    public void abortMsg(final Msg<?> msg) {
        checkOriginator(msg);
        if (MsgState.askAbort(msg)) {
            aborts.chase(msg);
        }
    }

    /** Drops a request that waits on the running thread's port: OK, or ENOENT when it does not wait there any more. */
    public NetError dropMsg(final Msg<?> msg) {
        Kassert.check(
                cpu.curthread() != null && ports.find(msg.target()) == cpu.curthread(),
                "drop by another thread than the owner of the port: %s",
                msg);
        return cpu.curthread().msgPort().drop(msg);
    }

    /** Ends a request that cannot be served, without a holder. */
    void refuse(final Msg<?> msg, final NetError error) {
        aborts.left(msg);
        settle(msg, error);
    }

    /** A ring entry or inbox entry that is a message: a request to be put, or a reply by its flag. */
    void arrived(final Msg<?> msg) {
        final boolean abortWaits = MsgState.arrived(msg, id);
        arrivedHere(msg);
        if (abortWaits) {
            aborts.chase(msg);
        }
    }

    /** A request to be put on a port here, or a reply to be completed here. */
    void arrivedHere(final Msg<?> msg) {
        if (msg.isReply()) {
            completeHere(msg);
        } else {
            final NetError result = putHere(msg, msg.target());
            if (result != NetError.EASYNC) {
                settle(msg, result);
            }
        }
    }

    /** Sends a request or a reply after the thread that it is for. */
    void chase(final Msg<?> msg, final int to) {
        note(msg.isReply() ? Ktr.Kind.REPLY : Ktr.Kind.SEND, msg, to);
        MsgState.inTransit(msg, to);
        final boolean abortable = Aborts.isAbortableProxy(msg);
        final int originCpu = msg.originCpu();
        final long originId = msg.originId();
        cpu.sendEntry(to, msg);
        if (abortable) {
            notifyForward(originCpu, originId, to);
        }
    }

    /** A thread here was given the message by a spin port of any CPU. */
    void received(final Msg<?> msg, final CpuThread thread) {
        final boolean abortWaits = MsgState.arrived(msg, id);
        thread.msgPort().received(msg);
        if (abortWaits) {
            aborts.chase(msg);
        }
    }

    void deliverRemote(final Msg<?> proxy, final int portIndex) {
        final Port<Object> target = new Port<>(id, portIndex);
        MsgState.beginForward(proxy, target);
        MsgState.here(proxy, id);
        final NetError result = putHere(proxy, target);
        if (result != NetError.EASYNC) {
            settle(proxy, result);
        }
    }

    void completeRemote(final long msgId, final NetError error, final Object result) {
        final Msg<?> msg = outstanding.remove(msgId);
        if (msg == null) {
            cpu.counters().add(CpuCounter.LATE_REPLIES, 1);
            return;
        }
        note(Ktr.Kind.ARRIVE, msg, id);
        complete(msg, error, result);
    }

    void forwardedRemote(final long msgId, final int newCpu) {
        if (newCpu < 0) {
            outstanding.left(msgId, ~newCpu);
        } else if (outstanding.moved(msgId, newCpu)
                && !machine.hosts(newCpu)
                && !machine.uplink().reaches(newCpu)) {
            hostDown(Set.of(newCpu));
        } else if (outstanding.isAborted(msgId)) {
            offerAbort(newCpu, id, msgId);
        }
    }

    void hostDown(final Set<Integer> cpus) {
        for (final Msg<?> msg : outstanding.removeDependingOn(cpus)) {
            cpu.counters().add(CpuCounter.HOST_DOWN, 1);
            complete(msg, NetError.EHOSTDOWN, null);
        }
        mourners.forEach(mourner -> mourner.accept(cpus));
    }

    /** Who is told when CPUs of another member are gone; called on the carrier, not in a thread. */
    public void onHostDown(final Consumer<Set<Integer>> mourner) {
        mourners.add(mourner);
    }

    /** True when a CPU of another member can be sent to. */
    public boolean reaches(final int other) {
        return machine.uplink().reaches(other);
    }

    Aborts aborts() {
        return aborts;
    }

    /** Tells the other members, or CPUs of this one, to which an aborted message was sent. */
    void abortRemote(final Msg<?> msg) {
        final long number = msg.originId();
        for (final int to : outstanding.cpusOf(number)) {
            offerAbort(to, id, number);
        }
    }

    int outstanding() {
        return outstanding.size();
    }

    void flush() {
        if (uplinkUsed) {
            uplinkUsed = false;
            machine.uplink().flush(cpu);
        }
    }

    private void complete(final Msg<?> msg, final NetError error, final Object result) {
        MsgState.export(msg, -1, 0);
        MsgState.beginReply(msg, error, result);
        completeAtReplyPort(msg);
    }

    private NetError put(final Msg<?> msg, final Port<?> target) {
        Kassert.check(cpu.onCarrier(), "message sent by a foreign thread; use Cpu.injectMsg: %s", msg);
        final int to = target.cpu();
        if (to == id) {
            cpu.sentLocally();
            MsgState.here(msg, id);
            note(Ktr.Kind.SEND, msg, id);
            return putHere(msg, target);
        }
        if (machine.hosts(to)) {
            note(Ktr.Kind.SEND, msg, to);
            MsgState.inTransit(msg, to);
            cpu.sendEntry(to, msg);
            return NetError.EASYNC;
        }
        Kassert.check(to >= 0, "message sent to %s: %s", target, msg);
        MsgState.here(msg, id);
        return putRemote(msg, to);
    }

    @SuppressWarnings("unchecked") // the phantom type of the port was checked by the sender
    private NetError putHere(final Msg<?> msg, final Port<?> target) {
        final Object entry = ports.find(target);
        if (entry instanceof CpuThread thread && thread.msgPort().put(msg)) {
            aborts.put(msg);
            return NetError.EASYNC;
        }
        if (entry instanceof Away away) {
            away.pass(msg);
            return NetError.EASYNC;
        }
        if (entry instanceof SyncPort<?> sync) {
            MsgState.received(msg);
            note(Ktr.Kind.SERVE, msg, id);
            final NetError result = ((SyncPort<Object>) sync).put((Msg<Object>) msg);
            if (result == NetError.EASYNC) {
                aborts.kept(msg, sync);
            }
            return result;
        }
        cpu.counters().add(CpuCounter.NO_PORT, 1);
        return NetError.ESRCH;
    }

    private NetError putRemote(final Msg<?> msg, final int to) {
        final boolean tracked = !msg.isProxy() && msg.wantsReply();
        if (MsgState.hasReceipt(msg)) {
            return NetError.EOPNOTSUPP;
        }
        if (!machine.uplink().reaches(to)) {
            return hostDownNow();
        }
        long number = 0;
        if (tracked) {
            number = outstanding.add(msg, to);
            MsgState.export(msg, id, number);
        }
        note(Ktr.Kind.SEND, msg, to);
        final boolean gone = !offer(to, msg, number);
        if (gone && tracked && outstanding.remove(number) == null) {
            return NetError.EASYNC; // completed while waiting for credit
        }
        if (gone) {
            return hostDownNow();
        }
        if (msg.isAborted() && msg.originId() != 0) {
            offerAbort(to, msg.originCpu(), msg.originId());
        }
        return NetError.EASYNC;
    }

    private NetError hostDownNow() {
        cpu.counters().add(CpuCounter.HOST_DOWN, 1);
        return NetError.EHOSTDOWN;
    }

    /** Offers until taken. False when the CPU cannot be reached any more, or what is tracked was completed meanwhile. */
    private boolean offer(final int to, final Object entry, final long tracked) {
        uplinkUsed = true;
        if (machine.uplink().offer(cpu, to, entry)) {
            cpu.pairs().message(to);
            return true;
        }
        cpu.pairs().full(to);
        int round = 0;
        do {
            machine.uplink().flush(cpu);
            if (cpu.pollCrossbar() == 0) {
                cpu.driver().stall(round++);
            }
            if (!machine.uplink().reaches(to)
                    || machine.isClosing()
                    || (tracked != 0 && !outstanding.contains(tracked))) {
                return false;
            }
        } while (!machine.uplink().offer(cpu, to, entry));
        uplinkUsed = true;
        cpu.pairs().message(to);
        return true;
    }

    private void notifyForward(final int originCpu, final long msgId, final int newCpu) {
        if (originCpu == id) {
            forwardedRemote(msgId, newCpu);
        } else if (machine.hosts(originCpu)) {
            cpu.sendEntry(originCpu, (IpiFunc) origin -> origin.forwardedRemote(msgId, newCpu));
        } else if (machine.uplink().reaches(originCpu)) {
            offer(originCpu, new Forwarded(originCpu, msgId, newCpu), 0);
        }
    }

    private void offerAbort(final int to, final int originCpu, final long msgId) {
        if (to == id) {
            aborts.arrived(originCpu, msgId);
        } else if (machine.hosts(to)) {
            cpu.sendEntry(to, (IpiFunc) other -> other.abortRemote(originCpu, msgId));
        } else if (machine.uplink().reaches(to)) {
            offer(to, new Abort(originCpu, msgId), 0);
        }
    }

    /** Ends a request whose put failed: an asynchronous reply by its sender, or nothing if none is wanted. */
    private void settle(final Msg<?> msg, final NetError result) {
        if (msg.isProxy() || msg.wantsReply()) {
            MsgState.export(msg, msg.isProxy() ? msg.originCpu() : -1, msg.isProxy() ? msg.originId() : 0);
            MsgState.beginReply(msg, result, null);
            completeAtReplyPort(msg);
        } else {
            MsgState.finish(msg);
        }
    }

    private void completeAtReplyPort(final Msg<?> msg) {
        if (msg.isProxy()) {
            note(Ktr.Kind.REPLY, msg, msg.originCpu());
            completeProxy(msg);
            return;
        }
        final Port<?> port = msg.replyPort();
        note(Ktr.Kind.REPLY, msg, port.cpu() < 0 ? id : port.cpu());
        if (port.cpu() == id) {
            completeHere(msg);
        } else if (port.isAdone()) {
            MsgState.finish(msg);
        } else {
            MsgState.inTransit(msg, port.cpu());
            cpu.sendEntry(port.cpu(), msg);
        }
    }

    private void completeProxy(final Msg<?> msg) {
        final int origin = msg.originCpu();
        if (msg.originId() == 0) {
            MsgState.finish(msg);
            return;
        }
        if (origin == id) {
            completeRemote(msg.originId(), msg.error(), msg.result());
        } else if (machine.hosts(origin)) {
            final long number = msg.originId();
            final NetError error = msg.error();
            final Object result = msg.result();
            cpu.sendEntry(origin, (IpiFunc) other -> other.completeRemote(number, error, result));
        } else if (machine.uplink().reaches(origin)) {
            offer(origin, msg, 0);
        }
        MsgState.finish(msg);
    }

    /** Completes a message that is replied here, unless an abort request still follows it: then that completes it. */
    void completeHere(final Msg<?> msg) {
        final Object entry = ports.find(msg.replyPort());
        if (entry instanceof Away away) {
            away.pass(msg);
            return;
        }
        if (MsgState.holdsReply(msg)) {
            return;
        }
        if (entry instanceof CpuThread thread) {
            thread.msgPort().complete(msg);
        } else {
            MsgState.finish(msg);
            if (entry instanceof SyncPort<?> sync) {
                note(Ktr.Kind.SERVE, msg, id);
                sync.reply(msg);
            } else {
                cpu.counters().add(CpuCounter.NO_PORT, 1);
            }
        }
    }

    private void note(final Ktr.Kind kind, final Msg<?> msg, final int other) {
        final Ktr trace = cpu.ktr();
        if (trace != null) {
            trace.noteMsg(kind, msg, other);
        }
    }

    private <D> void await(final CpuThread self, final Msg<D> msg, final Consumer<? super Msg<D>> then) {
        final MsgPort port = self.msgPort();
        if (msg.isDone()) {
            port.remove(msg);
            MsgState.then(msg, null);
            then.accept(msg);
        } else {
            Kassert.check(
                    msg.command() instanceof Event || !cpu.cpusyncs().isMaster(self),
                    "%s waits between interlock and deinterlock of a cpusync: %s",
                    self,
                    msg);
            MsgState.then(msg, then);
            port.await(msg);
        }
    }

    private Msg<Event> beginEvent(final String wmesg) {
        final CpuThread self = cpu.curthread();
        Kassert.check(self != null, "wait outside of a thread");
        Kassert.check(
                !self.msgPort().isAwaiting(),
                "%s waits already; what shall follow belongs into its continuation",
                self);
        final Msg<Event> msg = Msg.init(new Event(wmesg), self.address());
        MsgState.beginSend(msg, self.address(), true);
        return msg;
    }

    private CpuThread currentFor(final Msg<?> msg) {
        final CpuThread self = cpu.curthread();
        Kassert.check(self != null, "wait for a message outside of a thread: %s", msg);
        Kassert.check(
                !cpu.crossbar().isExecuting(), "%s waits inside an ipi function: %s; let a thread do it", self, msg);
        Kassert.check(msg.replyPort().equals(self.address()), "wait for a message that is replied elsewhere: %s", msg);
        return self;
    }

    private static void checkWaitable(final Msg<?> msg) {
        Kassert.check(!msg.isDroppable(), "wait for a message that may be dropped: %s", msg);
    }

    private void checkOriginator(final Msg<?> msg) {
        final Object owner = ports.find(msg.replyPort());
        final boolean may = owner instanceof SyncPort<?> || cpu.curthread() == null || cpu.curthread() == owner;
        final boolean here = owner == null ? msg.replyPort().cpu() == id : !(owner instanceof Away);
        Kassert.check(here && may && cpu.onCarrier(), "abort of a message that is replied elsewhere: %s", msg);
    }

    private void checkReplyPort(final Msg<?> msg) {
        final int replyCpu = msg.replyPort().cpu();
        Kassert.check(
                replyCpu < 0 || replyCpu == id || machine.hosts(replyCpu), "reply port on another machine: %s", msg);
    }

    private void checkHolder(final Msg<?> msg) {
        if (MsgState.holder(msg) instanceof CpuThread holder && holder != cpu.curthread()) {
            throw new KernelPanic(
                    cpu.curthread() + " passes on or replies a message that " + holder + " holds: " + msg);
        }
    }
}
