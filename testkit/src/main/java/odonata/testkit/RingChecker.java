package odonata.testkit;

import java.util.HashMap;
import java.util.Map;
import odonata.actors.cpu.Cpu;
import odonata.actors.crossbar.IpiRing;

/**
 * Looks at the rings of the CPU that has just run, and sends functions over them that know whether they arrive as they should.
 *
 * <ul>
 *   <li>I33: no more entries are executed than taken, nor taken than sent; each function runs once, on its target, in order.
 *   <li>I34: the ring is never overrun; at rest nobody waits for room.
 *   <li>I36: no more wake-ups than entries; at rest every entry has been executed.
 * </ul>
 */
public final class RingChecker {
    private final Findings findings;
    private final Map<Integer, Integer> sent = new HashMap<>();
    private final Map<Integer, Integer> arrived = new HashMap<>();
    private long functions;

    /** A checker that has sent nothing. */
    public RingChecker(final Findings findings) {
        this.findings = findings;
    }

    /** Sends a function to another CPU of the machine; on the carrier. */
    public void function(final Cpu from, final int to) {
        final int pair = pair(from.id(), to);
        final int number = sent.merge(pair, 1, Integer::sum);
        from.sendIpi(to, cpu -> arrived(pair, number, to, cpu));
    }

    private void arrived(final int pair, final int number, final int to, final Cpu cpu) {
        functions++;
        findings.check(cpu.id() == to, Invariant.I33, "function %d for cpu %d runs on cpu %d", number, to, cpu.id());
        final int before = arrived.getOrDefault(pair, 0);
        findings.check(
                number == before + 1,
                Invariant.I33,
                "function %d of pair %d to %d follows number %d",
                number,
                pair >> 16,
                to,
                before);
        arrived.put(pair, number);
    }

    /** Looks at all rings to {@code cpu}. */
    public void afterStep(final Cpu cpu) {
        for (int source = 0; source <= cpu.machine().cpus().size(); source++) {
            final IpiRing ring = cpu.crossbar().ringFrom(source);
            if (ring != null) {
                check(cpu, source, ring);
            }
        }
    }

    private void check(final Cpu cpu, final int source, final IpiRing ring) {
        final long in = ring.sent();
        final long out = ring.received();
        if (ring.executed() > out || out > in) {
            findings.report(Invariant.I33, "ring %d to cpu %d: %s", source, cpu.id(), text(ring));
        }
        if (in - out >= ring.capacity()) {
            findings.report(Invariant.I34, "ring %d to cpu %d: %s", source, cpu.id(), text(ring));
        }
        if (ring.ipis() > in) {
            findings.report(Invariant.I36, "ring %d to cpu %d: %s", source, cpu.id(), text(ring));
        }
    }

    /** Nothing is left to do: every entry to {@code cpu} has been executed. */
    public void atRest(final Cpu cpu) {
        afterStep(cpu);
        for (int source = 0; source <= cpu.machine().cpus().size(); source++) {
            final IpiRing ring = cpu.crossbar().ringFrom(source);
            findings.check(
                    ring == null || ring.executed() == ring.sent(),
                    Invariant.I36,
                    "ring %d to cpu %d is left: %s",
                    source,
                    cpu.id(),
                    ring == null ? "" : text(ring));
        }
        for (final Cpu from : cpu.machine().cpus()) {
            final int pair = pair(from.id(), cpu.id());
            findings.check(
                    sent.getOrDefault(pair, 0).equals(arrived.getOrDefault(pair, 0)),
                    Invariant.I33,
                    "of %d functions from cpu %d to cpu %d ran %d",
                    sent.getOrDefault(pair, 0),
                    from.id(),
                    cpu.id(),
                    arrived.getOrDefault(pair, 0));
        }
    }

    /** Functions that ran. */
    public long functions() {
        return functions;
    }

    private static String text(final IpiRing ring) {
        return ring.sent() + " sent, " + ring.received() + " taken, " + ring.executed() + " executed, " + ring.ipis()
                + " wake-ups, capacity " + ring.capacity();
    }

    private static int pair(final int from, final int to) {
        return from << 16 | to;
    }
}
