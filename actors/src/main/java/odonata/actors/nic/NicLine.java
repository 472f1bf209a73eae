package odonata.actors.nic;

import odonata.protocol.ip.Ipv4Prefix;

/**
 * One device as {@code netstat -i} shows it.
 *
 * @param name for people
 * @param ifIndex cluster-wide number
 * @param prefix what is reached through it
 * @param mtu largest packet, bytes
 * @param counters packets and bytes so far; any thread may read them
 */
public record NicLine(String name, int ifIndex, Ipv4Prefix prefix, int mtu, NicCounters counters) {

    /** Of a device; on the carrier of its CPU. */
    public static NicLine of(final Nic nic) {
        return new NicLine(nic.name(), nic.ifIndex(), nic.prefix(), nic.mtu(), nic.counters());
    }
}
