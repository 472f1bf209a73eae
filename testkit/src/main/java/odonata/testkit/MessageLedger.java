package odonata.testkit;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import odonata.actors.cpu.Cpu;
import odonata.actors.cpu.CpuCounter;
import odonata.actors.cpu.CpuThread;
import odonata.actors.port.Msg;
import odonata.protocol.errno.KernelPanic;
import odonata.protocol.errno.NetError;

/**
 * Books of every message that the load has made. The load's threads report what they send, take, hold and get back.
 *
 * <ul>
 *   <li>I20: what a thread takes was sent to its port, and it runs on its CPU; a foreign hand that reaches into the port is
 *       refused.
 *   <li>I21: each send of a living CPU is completed once, on its CPU, with its own reply; EHOSTDOWN only when a member on its
 *       way is gone.
 *   <li>I24: the numbers of one sender at one port rise in each class; when a normal message is taken no urgent one waits.
 *   <li>I31: each message in flight is in one place; those abroad are as many as the CPU says it waits for, those held are
 *       those that threads say they hold, and a port has room for those queued on it.
 *   <li>I62: each stage of a route is reached once, after the one before.
 * </ul>
 *
 * <p>Thread: the conductor's.
 */
public final class MessageLedger {
    private static final int PROBE_EVERY = 4_096;

    private final Findings findings;
    private final List<Sent> all = new ArrayList<>();
    private final Map<Integer, List<Sent>> inFlight = new TreeMap<>();
    private final Map<Integer, List<CpuThread>> threads = new HashMap<>();
    private final Map<Long, Integer> numbers = new HashMap<>();
    private final Map<Long, Integer> lastTaken = new HashMap<>();
    private final BitSet gone = new BitSet();
    private final BitSet leaving = new BitSet();
    private long steps;
    private long done;
    private long hostDowns;

    private static final class Sent {
        private final Call call;
        private final Msg<?> msg;
        private final boolean sync;
        private int stages;
        private int completions;
        private boolean held;

        @Override
        public String toString() {
            return String.valueOf(call.id());
        }

        Sent(final Call call, final Msg<?> msg, final boolean sync) {
            this.call = call;
            this.msg = msg;
            this.sync = sync;
        }
    }

    /** Empty books. */
    public MessageLedger(final Findings findings) {
        this.findings = findings;
    }

    /** A thread of the load, when it first runs. */
    public void thread(final CpuThread thread) {
        threads.computeIfAbsent(thread.cpu().id(), key -> new ArrayList<>()).add(thread);
    }

    /** A command for a message that is sent next. */
    public Call call(
            final int sender, final int port, final boolean urgent, final boolean reply, final List<Integer> route) {
        final int number = numbers.merge(lane(sender, route.get(0), port, urgent), 1, Integer::sum);
        return new Call(all.size(), sender, port, number, urgent, reply, route);
    }

    /** It is being sent. */
    public void sent(final Call call, final Msg<?> msg, final boolean sync) {
        final Sent sent = new Sent(call, msg, sync);
        all.add(sent);
        if (call.reply() && !gone.get(call.sender())) {
            inFlight.computeIfAbsent(call.sender(), key -> new ArrayList<>()).add(sent);
        }
    }

    /** A thread or a synchronous port of {@code cpu} has taken it. */
    public void taken(final Cpu cpu, final Msg<Call> msg) {
        final Call call = msg.command();
        if (gone.get(cpu.id())) {
            return;
        }
        final Sent sent = all.get(call.id());
        findings.check(
                msg.target().cpu() == cpu.id() && msg.target().index() == call.port(),
                Invariant.I20,
                "cpu %d took %s, sent to %s",
                cpu.id(),
                call,
                msg.target());
        final int stage = call.route().indexOf(cpu.id());
        findings.check(
                stage == sent.stages,
                Invariant.I62,
                "cpu %d took %s at stage %d of its route, due was %d",
                cpu.id(),
                call,
                stage,
                sent.stages);
        sent.stages = Math.max(sent.stages, stage + 1);
        sent.held = true;
        if (stage == 0) {
            final Integer before =
                    lastTaken.put(lane(call.sender(), cpu.id(), call.port(), call.urgent()), call.number());
            findings.check(
                    before == null || before < call.number(),
                    Invariant.I24,
                    "cpu %d took %s after number %d",
                    cpu.id(),
                    call,
                    before);
        }
    }

    /** The thread that runs has taken it: no urgent message may be left behind. */
    public void takenInTurn(final CpuThread thread, final Msg<Call> msg) {
        findings.check(thread.isCurrent(), Invariant.I20, "%s took %s while another thread ran", thread, msg.command());
        findings.check(
                msg.isUrgent() || thread.msgPort().urgentDepth() == 0,
                Invariant.I24,
                "%s took %s while %d urgent messages waited",
                thread,
                msg.command(),
                thread.msgPort().urgentDepth());
        taken(thread.cpu(), msg);
    }

    /** Who had taken it passes it on, replies it, or, when it is not replied, is through with it. */
    public void released(final Call call) {
        all.get(call.id()).held = false;
    }

    /** Its reply is there. */
    public void completed(final Cpu cpu, final Msg<?> msg) {
        if (gone.get(cpu.id()) || !(msg.command() instanceof Call call)) {
            return;
        }
        final Sent sent = all.get(call.id());
        sent.completions++;
        done++;
        findings.check(
                sent.completions == 1 && msg == sent.msg && cpu.id() == call.sender(),
                Invariant.I21,
                "completion %d of %s on cpu %d",
                sent.completions,
                call,
                cpu.id());
        findings.check(msg.isSync() == sent.sync, Invariant.I21, "%s came back by the wrong way", call);
        checkOutcome(call, sent, msg);
        inFlight.getOrDefault(call.sender(), List.of()).remove(sent);
    }

    private void checkOutcome(final Call call, final Sent sent, final Msg<?> msg) {
        if (msg.error() == NetError.OK) {
            final Object due = call.port() == Load.SYNC_PORT ? null : Integer.valueOf(call.id());
            findings.check(
                    sent.stages == call.route().size() && Objects.equals(due, msg.result()),
                    Invariant.I21,
                    "%s was replied %s after %d stages",
                    call,
                    msg.result(),
                    sent.stages);
        } else {
            hostDowns++;
            findings.check(
                    msg.error() == NetError.EHOSTDOWN && mayFail(call),
                    Invariant.I21,
                    "%s was replied %s, and nobody on its way is gone",
                    call,
                    msg.error());
        }
    }

    private boolean mayFail(final Call call) {
        return call.route().stream().anyMatch(leaving::get);
    }

    /** These CPUs are about to go: what is under way to or through them may fail. */
    public void leaving(final Collection<Integer> cpus) {
        cpus.forEach(leaving::set);
    }

    /** These CPUs are gone: nobody waits for what they had sent. */
    public void gone(final Collection<Integer> cpus) {
        leaving(cpus);
        cpus.forEach(gone::set);
        cpus.forEach(inFlight::remove);
        cpus.forEach(threads::remove);
    }

    /** Looks at the messages and ports of the CPU that has just run. */
    public void afterStep(final Cpu cpu) {
        if (gone.get(cpu.id())) {
            return;
        }
        steps++;
        long abroad = 0;
        for (final Cpu origin : cpu.machine().cpus()) {
            for (final Sent sent : inFlight.getOrDefault(origin.id(), List.of())) {
                abroad += sent.msg.originId() != 0 && sent.msg.originCpu() == cpu.id() ? 1 : 0;
                if (origin == cpu) {
                    checkPlace(sent);
                }
            }
        }
        final long awaited = cpu.counters().get(CpuCounter.OUTSTANDING);
        if (!cpu.isInTurn() && abroad != awaited) {
            findings.report(
                    Invariant.I31, "cpu %d waits for %d messages abroad, there are %d", cpu.id(), awaited, abroad);
        }
        if (steps % PROBE_EVERY == 0) {
            threads.getOrDefault(cpu.id(), List.of()).forEach(this::reachIn);
        }
    }

    private void checkPlace(final Sent sent) {
        final Msg<?> msg = sent.msg;
        final boolean transit = (msg.flags() & Msg.INTRANSIT) != 0;
        final boolean abroad = msg.originId() != 0;
        final boolean home = !transit && !abroad && !msg.isQueued() && !msg.isDone();
        final boolean over = msg.isDone() && !msg.isQueued();
        final int places = one(msg.isQueued()) + one(transit) + one(abroad) + one(home) + one(over);
        if (places != 1) {
            findings.report(Invariant.I31, "%s is in %d places", msg, places);
        } else if (home && !msg.isReply() && !sent.held) {
            findings.report(Invariant.I31, "%s is nowhere: no thread says that it holds it", msg);
        } else if (sent.held && !home && !abroad && !msg.isReply()) {
            findings.report(Invariant.I31, "%s is held by a thread and elsewhere too", msg);
        }
    }

    private static int one(final boolean here) {
        return here ? 1 : 0;
    }

    private void reachIn(final CpuThread thread) {
        if (thread.isCurrent()) {
            return;
        }
        try {
            thread.msgPort().dequeue();
        } catch (final KernelPanic refused) {
            return;
        }
        findings.report(Invariant.I20, "a foreign hand reached into the port of %s and was not refused", thread);
    }

    /** Nothing is left to do: every message of a living CPU is done, every port is empty. */
    public void atRest() {
        for (final Sent sent : all) {
            final Call call = sent.call;
            if (gone.get(call.sender())) {
                continue;
            }
            if (call.reply()) {
                findings.check(
                        sent.completions == 1,
                        Invariant.I21,
                        "%d completions of %s: %s",
                        sent.completions,
                        call,
                        sent.msg);
            } else {
                findings.check(
                        sent.stages == call.route().size() || mayFail(call),
                        Invariant.I62,
                        "%s came as far as stage %d of its route",
                        call,
                        sent.stages);
            }
        }
        threads.values()
                .forEach(of -> of.forEach(thread -> findings.check(
                        thread.msgPort().depth() == 0,
                        Invariant.I36,
                        "%d messages wait on the port of %s and nobody runs",
                        thread.msgPort().depth(),
                        thread)));
        findings.check(
                inFlight.values().stream().allMatch(List::isEmpty), Invariant.I31, "messages are left: %s", inFlight);
    }

    /** Messages made. */
    public int made() {
        return all.size();
    }

    /** Messages that came back. */
    public long done() {
        return done;
    }

    /** Of those, with EHOSTDOWN. */
    public long hostDowns() {
        return hostDowns;
    }

    private static long lane(final int sender, final int target, final int port, final boolean urgent) {
        return ((long) sender << 40) | ((long) target << 16) | ((long) port << 1) | (urgent ? 1 : 0);
    }
}
