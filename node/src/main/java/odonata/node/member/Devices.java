package odonata.node.member;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import odonata.actors.net.Netstack;
import odonata.actors.netisr.DeviceTap;
import odonata.actors.netisr.Ifnet;
import odonata.actors.netisr.NetCounter;
import odonata.actors.nic.NicCounters;
import odonata.actors.nic.NicLine;
import odonata.node.http.DevicesView;

/** Network devices as the JSON interface shows them. */
final class Devices {
    private Devices() {}

    static DevicesView viewOf(
            final int member, final Map<Integer, List<NicLine>> lines, final Map<Integer, Netstack> stacks) {
        final List<DevicesView.Device> all = new ArrayList<>();
        lines.forEach((cpu, devices) -> devices.forEach(device -> all.add(viewOf(cpu, device))));
        final long packets = stacks.values().stream()
                .mapToLong(stack -> stack.counters().get(NetCounter.OUTPUT_LOOPBACK))
                .sum();
        all.add(new DevicesView.Device(
                -1, DeviceTap.LOOPBACK, 0, "127.0.0.0/8", Ifnet.MAX_MTU, packets, 0, 0, packets, 0, 0));
        return new DevicesView(member, all);
    }

    private static DevicesView.Device viewOf(final int cpu, final NicLine line) {
        final NicCounters counters = line.counters();
        return new DevicesView.Device(
                cpu,
                line.name(),
                line.ifIndex(),
                line.prefix().toString(),
                line.mtu(),
                counters.ipackets(),
                counters.ibytes(),
                counters.idrops(),
                counters.opackets(),
                counters.obytes(),
                counters.odrops());
    }
}
