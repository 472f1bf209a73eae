package odonata.actors.cpu;

import odonata.actors.crossbar.IpiRing;

/** A CPU's ring from the uplink. */
record CpuUplinkRing(Cpu cpu, IpiRing ring) implements UplinkRing {

    CpuUplinkRing(final Cpu cpu) {
        this(cpu, cpu.crossbar().uplinkRing());
    }

    @Override
    public boolean offer(final Object entry) {
        return offer(entry, Long.MIN_VALUE);
    }

    @Override
    public boolean offer(final Object entry, final long dueNs) {
        if (!ring.hasRoom(ring.capacity() - 1)) {
            return false;
        }
        ring.add(entry, dueNs);
        if (cpu.driver().isVirtual()) {
            cpu.crossbar().wakeFromUplink();
            cpu.driver().due(dueNs);
        }
        return true;
    }

    @Override
    public void wake() {
        cpu.crossbar().wakeFromUplink();
    }
}
