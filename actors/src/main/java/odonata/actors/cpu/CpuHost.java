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
        try {
            if (entry instanceof Msg<?> msg) {
                cpu.transport().arrived(msg);
            } else {
                ((IpiFunc) entry).run(cpu);
            }
        } catch (final RuntimeException | Error e) {
            cpu.panic(e);
        }
    }

    @Override
    public int batch() {
        final int batch = cpu.settings().ringBatch();
        return cpu.overloaded() ? Math.max(1, batch / OVERLOAD_DIVISOR) : batch;
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
