package odonata.actors.cpu;

import java.util.ArrayList;
import java.util.List;

/** What happened in virtual time: a running 64-bit hash over every message taken, and on request the events themselves. */
final class Trace {
    private static final long FACTOR = 0x9E3779B97F4A7C15L;

    /** Hash of the stable part of a class name: what the JVM appends to lambdas differs from run to run. */
    private static final ClassValue<Long> KINDS = new ClassValue<>() {
        @Override
        protected Long computeValue(final Class<?> type) {
            final String name = type.getName();
            final int lambda = name.indexOf("$$Lambda");
            long hash = FACTOR;
            for (final char c : (lambda < 0 ? name : name.substring(0, lambda)).toCharArray()) {
                hash = mix(hash, c);
            }
            return hash;
        }
    };

    private final List<TraceEvent> events = new ArrayList<>();
    private int limit;
    private long hash;

    void add(final int cpu, final long timeNs, final CpuThread thread, final Class<?> kind, final boolean reply) {
        long h = mix(hash, cpu);
        h = mix(h, timeNs);
        h = mix(h, thread.ordinal() * 2L + (reply ? 1 : 0));
        hash = mix(h, KINDS.get(kind));
        if (events.size() < limit) {
            events.add(new TraceEvent(cpu, timeNs, thread.name(), kind.getSimpleName(), reply));
        }
    }

    long hash() {
        return hash;
    }

    void record(final int mostEvents) {
        limit = mostEvents;
    }

    List<TraceEvent> events() {
        return List.copyOf(events);
    }

    private static long mix(final long h, final long value) {
        final long x = (h ^ value) * FACTOR;
        return x ^ (x >>> 29);
    }
}
