package odonata.actors.netisr;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import odonata.actors.cpu.Cpu;
import odonata.actors.nic.Nic;
import odonata.actors.nic.NicLine;
import odonata.protocol.wire.Mbuf;

/** The devices of one CPU. Owner: the CPU's carrier. */
final class Ifnets {
    private final Cpu cpu;
    private final NetCounters counters;
    private final Map<Integer, Nic> nics = new HashMap<>();
    private final List<Nic> sending = new ArrayList<>();
    private DeviceTap[] taps = {};

    Ifnets(final Cpu cpu, final NetCounters counters) {
        this.cpu = cpu;
        this.counters = counters;
    }

    void attach(final Nic nic) {
        nics.put(nic.ifIndex(), nic);
    }

    void detach(final Nic nic) {
        nics.remove(nic.ifIndex(), nic);
        sending.remove(nic);
    }

    /** True when this CPU has the device, or a queue of it. */
    boolean has(final int ifIndex) {
        return nics.containsKey(ifIndex);
    }

    List<NicLine> lines() {
        return nics.values().stream().map(NicLine::of).toList();
    }

    void tap(final DeviceTap tap) {
        taps = Arrays.copyOf(taps, taps.length + 1);
        taps[taps.length - 1] = tap;
    }

    void untap(final DeviceTap tap) {
        taps = Arrays.stream(taps).filter(other -> other != tap).toArray(DeviceTap[]::new);
    }

    /** Shows a packet to those who look; nobody does as a rule. */
    void show(final String device, final Mbuf mbuf, final boolean unsummed) {
        for (final DeviceTap tap : taps) {
            tap.passes(device, mbuf, unsummed, cpu.clock().nowNs());
        }
    }

    /** Sends a packet by a device of this CPU, as segments unless {@code segmentSize} is 0. */
    void transmit(final Mbuf mbuf, final int ifIndex, final int segmentSize) {
        final Nic nic = nics.get(ifIndex);
        if (nic == null || !transmit(nic, mbuf, segmentSize)) {
            counters.count(NetCounter.OUTPUT_DROPPED);
            return;
        }
        counters.add(NetCounter.OUTPUT_TSO, segmentSize > 0 ? 1 : 0);
        if (!sending.contains(nic)) {
            sending.add(nic);
        }
    }

    private boolean transmit(final Nic nic, final Mbuf mbuf, final int segmentSize) {
        show(nic.name(), mbuf, segmentSize > 0);
        final long nowNs = cpu.clock().nowNs();
        return segmentSize > 0 ? nic.transmitTso(mbuf, segmentSize, nowNs) : nic.transmit(mbuf, nowNs);
    }

    /** Has the devices send what they gathered: the work of a rollup. */
    void flush() {
        for (int i = 0; i < sending.size(); i++) {
            sending.get(i).flush();
        }
        sending.clear();
    }
}
