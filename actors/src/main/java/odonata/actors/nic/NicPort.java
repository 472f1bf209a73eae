package odonata.actors.nic;

import odonata.protocol.wire.Mbuf;

/** Takes what an interrupt thread pulls out of a device. */
@FunctionalInterface
public interface NicPort {

    /** One received packet; from now on it is the caller's no more. */
    void input(Mbuf mbuf);
}
