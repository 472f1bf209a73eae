package odonata.node.trace;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import odonata.actors.cpu.Ktr;
import odonata.node.snapshot.Json;
import odonata.node.trace.TraceView.CpuTrace;
import odonata.node.trace.TraceView.Entry;

/**
 * Writes what members recorded in the Trace Event Format, which Perfetto and {@code chrome://tracing} read: a process for each member,
 * a track for each CPU, slices for threads and functions, in them slices for messages, arrows from where a message was sent, passed on or
 * replied to where it was taken, instants for wake-ups.
 */
public final class ChromeTrace {
    private static final double NS_PER_US = 1e3;
    private static final Comparator<Mark> BY_TIME = Comparator.comparingLong((Mark m) -> m.startNs)
            .thenComparing(m -> m.phase)
            .thenComparing(Comparator.comparingLong((Mark m) -> m.durNs).reversed());

    /** In the order in which events of the same time have to stand. */
    private enum Phase {
        SLICE("X"),
        INSTANT("i"),
        BEGIN_ARROW("s"),
        END_ARROW("f");

        private final String letter;

        Phase(final String letter) {
            this.letter = letter;
        }
    }

    private record Mark(
            Phase phase, int member, int cpu, long startNs, long durNs, String name, String category, long id) {}

    /** A slice that is not over. */
    private static final class Open {
        private final String name;
        private final String category;
        private final long startNs;
        private String message = "";
        private long messageNs;

        private Open(final String name, final String category, final long startNs) {
            this.name = name;
            this.category = category;
            this.startNs = startNs;
        }
    }

    private record End(int member, int cpu, long ns, boolean out, String what) {}

    private final List<Mark> marks = new ArrayList<>();
    private final Map<String, List<End>> ends = new HashMap<>();
    private final List<TraceView> members;
    private long zeroNs = Long.MAX_VALUE;
    private long arrows;

    private ChromeTrace(final List<TraceView> members) {
        this.members = members;
    }

    /** Writes all members to one file. Returns the number of arrows. */
    public static long write(final List<TraceView> members, final OutputStream to) throws IOException {
        final ChromeTrace trace = new ChromeTrace(members);
        trace.collect();
        trace.connect();
        trace.print(to);
        return trace.arrows;
    }

    /** Members with the same clock get the same zero: two readings of the time of day differ by more than a message takes. */
    private void collect() {
        final Map<String, Long> wall = new HashMap<>();
        for (final TraceView member : members) {
            final long offsetNs = wall.computeIfAbsent(member.clock(), clock -> member.wallNs());
            for (final CpuTrace cpu : member.cpus()) {
                collect(member.member(), cpu, offsetNs);
            }
        }
    }

    private void collect(final int member, final CpuTrace cpu, final long offsetNs) {
        final Deque<Open> open = new ArrayDeque<>();
        long ns = 0;
        for (final Entry entry : cpu.events()) {
            ns = entry.t() + offsetNs;
            zeroNs = Math.min(zeroNs, ns);
            switch (entry.kind()) {
                case RUN -> open.push(new Open(entry.what(), "thread", ns));
                case FUNCTION -> open.push(new Open(entry.what(), "function", ns));
                case STOP, RETURN -> {
                    if (!open.isEmpty()) {
                        close(member, cpu.cpu(), open.pop(), ns);
                    }
                }
                case TAKE -> {
                    if (!open.isEmpty()) {
                        endMessage(member, cpu.cpu(), open.peek(), ns);
                        open.peek().message = entry.what();
                        open.peek().messageNs = ns;
                    }
                    end(member, cpu.cpu(), entry, ns, false);
                }
                case SERVE, ARRIVE -> {
                    instant(member, cpu.cpu(), ns, entry.kind() == Ktr.Kind.SERVE ? "served " + entry.what() : "reply");
                    end(member, cpu.cpu(), entry, ns, false);
                }
                case SEND, REPLY -> end(member, cpu.cpu(), entry, ns, true);
                case MIGRATE -> instant(member, cpu.cpu(), ns, entry.what() + " migrates to cpu " + entry.other());
                case IPI -> instant(member, cpu.cpu(), ns, "ipi to cpu " + entry.other());
                case WOKEN -> instant(member, cpu.cpu(), ns, "woken");
            }
        }
        while (!open.isEmpty()) {
            close(member, cpu.cpu(), open.pop(), ns);
        }
    }

    private void close(final int member, final int cpu, final Open slice, final long ns) {
        endMessage(member, cpu, slice, ns);
        marks.add(new Mark(Phase.SLICE, member, cpu, slice.startNs, ns - slice.startNs, slice.name, slice.category, 0));
    }

    private void endMessage(final int member, final int cpu, final Open slice, final long ns) {
        if (!slice.message.isEmpty()) {
            marks.add(new Mark(
                    Phase.SLICE, member, cpu, slice.messageNs, ns - slice.messageNs, slice.message, "message", 0));
        }
    }

    private void instant(final int member, final int cpu, final long ns, final String name) {
        marks.add(new Mark(Phase.INSTANT, member, cpu, ns, 0, name, "crossbar", 0));
    }

    private void end(final int member, final int cpu, final Entry entry, final long ns, final boolean out) {
        if (!entry.key().isEmpty()) {
            ends.computeIfAbsent(entry.key(), key -> new ArrayList<>())
                    .add(new End(member, cpu, ns, out, entry.what()));
        }
    }

    /** An arrow from each send, forward or reply to the next time that the same message is taken. */
    private void connect() {
        for (final List<End> of : ends.values()) {
            of.sort(Comparator.comparingLong(End::ns).thenComparing(end -> !end.out));
            End from = null;
            for (final End end : of) {
                if (from != null && !end.out) {
                    arrows++;
                    marks.add(arrow(Phase.BEGIN_ARROW, from));
                    marks.add(arrow(Phase.END_ARROW, end));
                }
                from = end.out ? end : null;
            }
        }
        marks.sort(BY_TIME);
    }

    private Mark arrow(final Phase phase, final End at) {
        return new Mark(phase, at.member, at.cpu, at.ns, 0, at.what, "message", arrows);
    }

    private void print(final OutputStream to) throws IOException {
        try (JsonGenerator json = Json.mapper().createGenerator(to)) {
            json.writeStartObject();
            json.writeStringField("displayTimeUnit", "ns");
            json.writeArrayFieldStart("traceEvents");
            for (final TraceView member : members) {
                name(json, "process_name", member.member(), 0, "member " + member.member());
                for (final CpuTrace cpu : member.cpus()) {
                    name(json, "thread_name", member.member(), cpu.cpu(), "cpu " + cpu.cpu());
                }
            }
            for (final Mark mark : marks) {
                print(json, mark);
            }
            json.writeEndArray();
            json.writeEndObject();
        }
    }

    private void print(final JsonGenerator json, final Mark mark) throws IOException {
        begin(json, mark.phase.letter, mark.name, mark.member, mark.cpu);
        json.writeStringField("cat", mark.category);
        json.writeNumberField("ts", (mark.startNs - zeroNs) / NS_PER_US);
        switch (mark.phase) {
            case SLICE -> json.writeNumberField("dur", mark.durNs / NS_PER_US);
            case INSTANT -> json.writeStringField("s", "t");
            case BEGIN_ARROW -> json.writeNumberField("id", mark.id);
            case END_ARROW -> {
                json.writeNumberField("id", mark.id);
                json.writeStringField("bp", "e");
            }
        }
        json.writeEndObject();
    }

    private static void name(
            final JsonGenerator json, final String what, final int member, final int cpu, final String name)
            throws IOException {
        begin(json, "M", what, member, cpu);
        json.writeObjectFieldStart("args");
        json.writeStringField("name", name);
        json.writeEndObject();
        json.writeEndObject();
    }

    /** Track 0 means the idle task to some viewers: CPU n is track n + 1. */
    private static void begin(
            final JsonGenerator json, final String phase, final String name, final int member, final int cpu)
            throws IOException {
        json.writeStartObject();
        json.writeStringField("ph", phase);
        json.writeStringField("name", name);
        json.writeNumberField("pid", member);
        json.writeNumberField("tid", cpu + 1);
    }
}
