package odonata.actors.netisr;

import odonata.protocol.wire.Mbuf;

/** Sees each packet where a device of a CPU gives it up or is given it, as {@code bpf_mtap} does. Runs on the CPU's carrier, must not block. */
@FunctionalInterface
public interface DeviceTap {
    /** Name of the device of what a CPU sends to its own system, which has no other device. */
    String LOOPBACK = "lo0";

    /**
     * A packet passes.
     *
     * @param device name of the device
     * @param mbuf the packet, only to be looked at, and not after the call
     * @param unsummed whether it is a large TCP packet whose checksum the device makes
     * @param nowNs time of the CPU's clock
     */
    void passes(String device, Mbuf mbuf, boolean unsummed, long nowNs);
}
