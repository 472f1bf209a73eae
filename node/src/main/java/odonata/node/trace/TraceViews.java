package odonata.node.trace;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import odonata.actors.cpu.Cpu;
import odonata.actors.cpu.CpuThread;
import odonata.actors.cpu.Ktr;
import odonata.actors.cpu.Wmesg;
import odonata.actors.port.Msg;
import odonata.node.trace.TraceView.CpuTrace;
import odonata.node.trace.TraceView.Entry;

/** Gives names to what was recorded, and to messages the keys by which their events are found on other CPUs. */
public final class TraceViews {
    private final int member;
    private final IdentityHashMap<Msg<?>, String> keys = new IdentityHashMap<>();
    private final List<CpuTrace> cpus = new ArrayList<>();

    /** For the CPUs of one member, in their order. */
    public TraceViews(final int member) {
        this.member = member;
    }

    /** Adds what a CPU recorded; any thread. */
    public TraceViews add(final Cpu cpu, final long lost, final List<Ktr.Event> events) {
        cpus.add(new CpuTrace(
                cpu.id(),
                lost,
                events.stream()
                        .map(e -> new Entry(e.timeNs(), e.kind(), what(e), key(e), e.other()))
                        .toList()));
        return this;
    }

    /** All of them. */
    public TraceView view(final String clock, final long wallNs) {
        return new TraceView(member, clock, wallNs, List.copyOf(cpus));
    }

    private String key(final Ktr.Event event) {
        if (!(event.subject() instanceof Msg<?> msg) || event.kind() == Ktr.Kind.FUNCTION) {
            return "";
        }
        if (event.originId() != 0) {
            return event.originCpu() + "." + event.originId();
        }
        return keys.computeIfAbsent(msg, key -> "m" + member + "." + keys.size());
    }

    private static String what(final Ktr.Event event) {
        final Object subject = event.subject();
        if (subject == null) {
            return "";
        } else if (subject instanceof CpuThread thread) {
            return thread.name();
        } else if (!(subject instanceof Msg<?> msg)) {
            return nameOf(subject.getClass());
        } else if (event.kind() == Ktr.Kind.FUNCTION || event.kind() == Ktr.Kind.RETURN) {
            return "ring: " + nameOf(msg.command().getClass());
        } else {
            return msg.command() instanceof Wmesg words
                    ? words.wmesg()
                    : nameOf(msg.command().getClass());
        }
    }

    /** Of a lambda the class in which it stands: what the JVM appends differs from run to run. */
    private static String nameOf(final Class<?> type) {
        final String name = type.getName();
        final int lambda = name.indexOf("$$Lambda");
        final String stable = lambda < 0 ? name : name.substring(0, lambda);
        return stable.substring(Math.max(stable.lastIndexOf('.'), stable.lastIndexOf('$')) + 1)
                + (lambda < 0 ? "" : " function");
    }
}
