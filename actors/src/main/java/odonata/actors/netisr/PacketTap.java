package odonata.actors.netisr;

import odonata.protocol.wire.Mbuf;

/** Sees each packet in the moment in which it is served, as {@code bpf_mtap} does. Runs on the CPU's carrier, must not block. */
@FunctionalInterface
public interface PacketTap {

    /**
     * A packet is being served.
     *
     * @param cpu CPU that serves it
     * @param mbuf the packet, only to be looked at
     * @param bucket its bucket, {@link Partition#UNHASHED} when it has none
     */
    void served(int cpu, Mbuf mbuf, int bucket);

    /** Looks at nothing. */
    static PacketTap none() {
        return (cpu, mbuf, bucket) -> {};
    }
}
