package odonata.actors.cpu;

import java.util.ArrayList;
import java.util.List;
import odonata.actors.port.Msg;
import odonata.actors.port.MsgState;
import odonata.actors.port.Port;
import odonata.protocol.errno.Kassert;

/**
 * Threads that leave one CPU and those that arrive there. What moves is the thread itself: its state, its port with all that waits
 * on it, the messages that it holds, its callouts. What stays are the actor, which ends here and begins anew there, and the
 * address of the port: on the CPU that it names an {@link Away} passes on what comes.
 *
 * <p>The steps, one after the other, never two at the same time: {@link #leave} (the thread takes no message any more); its actor
 * ends ({@link #detached}); all that the thread had sent from here has got to the CPUs that it went to; nothing more will come here for it
 * ({@link Away#stop}); {@link #handOver}; {@link #arrive}.
 *
 * <p>Thread: the carrier. Source: {@code lwkt_giveaway}, {@code lwkt_acquire}, {@code lwkt_setcpu_self} in {@code sys/kern/lwkt_thread.c}.
 */
final class Migrations {
    private final Cpu cpu;
    private final PortTable ports;
    private final Transport transport;

    Migrations(final Cpu cpu, final PortTable ports, final Transport transport) {
        this.cpu = cpu;
        this.ports = ports;
        this.transport = transport;
    }

    /** The running thread goes to another CPU; {@code whenThere} is called on that, before it takes a message. */
    void setCpuSelf(final CpuThread thread, final int target, final Runnable whenThere) {
        Kassert.check(cpu.machine().hosts(target), "%s cannot go to CPU %d: it is of another machine", thread, target);
        checkMayLeave(thread);
        leave(thread);
        thread.migration().acquiredBy(target, whenThere);
    }

    /** Takes a thread of this CPU out of it, until some CPU acquires it. */
    void giveaway(final Port<?> address) {
        final CpuThread thread = here(address, "giveaway");
        Kassert.check(thread.isDescheduled(), "giveaway of %s: deschedule it first", thread);
        Kassert.check(cpu.curthread() != thread && !thread.isPreempted(), "giveaway of %s while it runs", thread);
        Kassert.check(!thread.msgPort().isAwaiting(), "giveaway of %s while it waits", thread);
        checkMayLeave(thread);
        leave(thread);
    }

    /** Takes a thread that was given away to this CPU; {@code whenHere} is called when it has arrived. It is not scheduled. */
    void acquire(final Port<?> address, final Runnable whenHere) {
        final int self = cpu.id();
        transport.toOwner(address, there -> there.migrations().give(address, self, whenHere));
    }

    /** The actor of a leaving thread has ended. */
    void detached(final CpuThread thread) {
        thread.migration().detached();
        goOn(thread);
    }

    /** Nothing more comes here for a thread that is off this CPU: it goes. */
    void handOver(final Port<?> address) {
        final CpuThread thread = here(address, "hand-over");
        final int target = thread.migration().target();
        final Runnable whenThere = thread.migration().whenThere();
        departs(thread, target);
        ports.leave(thread);
        thread.msgPort().forEachRequest(msg -> {
            transport.aborts().gone(msg);
            MsgState.inTransit(msg, target);
        });
        final List<CalloutQueue.Entry> callouts = cpu.callouts().takeOf(thread);
        final IpiFunc arrival = there -> there.migrations().arrive(thread, callouts, whenThere);
        if (address.cpu() == cpu.id()) {
            final Away away = new Away(cpu, address, target);
            ports.set(address.index(), away);
            away.pass(arrival);
        } else {
            cpu.sendEntry(target, arrival);
        }
    }

    private void departs(final CpuThread thread, final int target) {
        Kassert.check(
                thread != cpu.curthread() && thread != cpu.lastThread() && !thread.isPreempted(),
                "%s goes to CPU %d and is not off this one",
                thread,
                target);
        cpu.counters().ended(thread);
        final Ktr trace = cpu.ktr();
        if (trace != null) {
            trace.note(Ktr.Kind.MIGRATE, thread, target);
        }
    }

    /** A thread of another CPU, or of this one, has ended for good; on the CPU that its address names. */
    void ended(final Port<?> address) {
        ports.clear(address.index());
    }

    private void arrive(final CpuThread thread, final List<CalloutQueue.Entry> callouts, final Runnable whenHere) {
        final Port<?> address = thread.address();
        final Object before = ports.find(address);
        ports.enter(thread);
        begin(thread, cpu.store().nextOrdinal());
        cpu.counters().created(thread);
        cpu.counters().add(CpuCounter.MIGRATIONS, 1);
        final List<Msg<?>> chased = new ArrayList<>();
        thread.msgPort().forEachRequest(msg -> {
            if (MsgState.arrived(msg, cpu.id())) {
                chased.add(msg);
            }
            transport.aborts().put(msg);
        });
        callouts.forEach(callout -> callout.resetAt(callout.deadlineNs()));
        whenHere.run();
        chased.forEach(transport.aborts()::chase);
        thread.msgPort().forEachRequest(this::tellOriginator);
        if (before instanceof Away away) {
            away.cameHome();
        } else {
            final int self = cpu.id();
            cpu.sendIpi(address.cpu(), home -> home.migrations().moved(address, self));
        }
    }

    /** Another member's originator may want to abort what it sent: it has to know where that is now. */
    private void tellOriginator(final Msg<?> msg) {
        if (Aborts.isAbortableProxy(msg)) {
            transport.passedOn(msg, cpu.id());
        }
    }

    private void moved(final Port<?> address, final int place) {
        if (ports.find(address) instanceof Away away) {
            away.moved(place);
        }
    }

    private void give(final Port<?> address, final int target, final Runnable whenThere) {
        final CpuThread thread = here(address, "acquire");
        Kassert.check(
                thread.migration() != null && !thread.migration().isAcquired(),
                "acquire of %s, which nobody has given away",
                thread);
        thread.migration().acquiredBy(target, whenThere);
        goOn(thread);
    }

    private void leave(final CpuThread thread) {
        thread.leave();
        cpu.unschedule(thread);
        cpu.akka().detach(thread);
    }

    /** When it is off this CPU and known where to. */
    private void goOn(final CpuThread thread) {
        final Migration migration = thread.migration();
        if (!migration.isDetached() || !migration.isAcquired()) {
            return;
        }
        if (migration.target() == cpu.id()) {
            begin(thread, thread.ordinal());
            migration.whenThere().run();
            return;
        }
        final Port<?> address = thread.address();
        transport.flush();
        cpu.ipiq().drain(() -> {
            if (address.cpu() == cpu.id()) {
                handOver(address);
            } else {
                cpu.sendIpi(address.cpu(), home -> home.migrations().stop(address));
            }
        });
    }

    private void stop(final Port<?> address) {
        final Object entry = ports.find(address);
        Kassert.check(entry instanceof Away, "%s wants to leave a CPU, and is not away from CPU %d", address, cpu.id());
        ((Away) entry).stop();
    }

    private void begin(final CpuThread thread, final int ordinal) {
        thread.arrive(cpu, ordinal);
        cpu.akka().spawn(thread, thread.body());
    }

    private CpuThread here(final Port<?> address, final String what) {
        final Object entry = ports.find(address);
        Kassert.check(entry instanceof CpuThread, "%s of %s, which is not on CPU %d", what, address, cpu.id());
        return (CpuThread) entry;
    }

    private void checkMayLeave(final CpuThread thread) {
        Kassert.check(thread.migration() == null, "%s is on its way to another CPU already", thread);
        Kassert.check(
                !thread.threadClass().isEssential() && thread.isMovable(),
                "%s of class %s is bound to its CPU",
                thread,
                thread.threadClass());
        Kassert.check(!thread.isPreempting(), "%s cannot leave its CPU: it has preempted another thread", thread);
        Kassert.check(thread.critCount() == 0, "%s cannot leave its CPU in a critical section", thread);
        Kassert.check(
                thread.tokenCount() == 0, "%s cannot leave its CPU: it holds %d tokens", thread, thread.tokenCount());
        Kassert.check(!cpu.cpusyncs().isMaster(thread), "%s cannot leave its CPU: others are stopped for it", thread);
        Kassert.check(
                !cpu.sleepQueue().holds(thread.address()), "%s cannot leave its CPU: it is on a sleep queue", thread);
    }
}
