package odonata.node.http;

import java.util.List;

/**
 * The network devices of a member.
 *
 * @param member its id; 0 before it has one
 */
public record DevicesView(int member, List<Device> devices) {

    /**
     * One of them; counts are since it was made.
     *
     * @param cpu that pulls it and sends by it; -1: every CPU has its own
     * @param name such as tun0
     * @param ifIndex number, the same on all members
     * @param prefix addresses behind it
     * @param mtu largest packet, bytes
     */
    public record Device(
            int cpu,
            String name,
            int ifIndex,
            String prefix,
            int mtu,
            long ipackets,
            long ibytes,
            long idrops,
            long opackets,
            long obytes,
            long odrops) {}
}
