package odonata.actors.cpu;

import odonata.actors.crossbar.CrossbarHost;
import odonata.actors.port.Msg;

/** The CPU as its end of the crossbar sees it. */
final class CpuHost implements CrossbarHost {
    private static final int OVERLOAD_DIVISOR = 16;

    private final Cpu cpu;

    CpuHost(final Cpu cpu) {
        this.cpu = cpu;
    }

    @Override
    public void execute(final Object entry) {
        final Ktr trace = cpu.begin(entry);
        try {
            if (entry instanceof Msg<?> msg) {
                cpu.transport().arrived(msg);
            } else {
                ((IpiFunc) entry).run(cpu);
            }
        } catch (final RuntimeException | Error e) {
            cpu.panic(e);
        }
        Cpu.end(trace, entry);
    }

    @Override
    public int batch() {
        final int batch = cpu.settings().ringBatch();
        return cpu.overloaded() ? Math.max(1, batch / OVERLOAD_DIVISOR) : batch;
    }

    @Override
    public void woke(final int slot) {
        final Ktr trace = cpu.ktr();
        if (trace != null) {
            trace.note(Ktr.Kind.IPI, null, cpu.machine().cpuAt(slot).id());
        }
    }

    @Override
    public void ipi() {
        cpu.driver().ipi();
    }

    @Override
    public void due(final long dueNs) {
        cpu.driver().due(dueNs);
    }

    @Override
    public void stall(final int round) {
        cpu.driver().stall(round);
    }

    @Override
    public boolean isGone() {
        return cpu.machine().isClosing();
    }
}
