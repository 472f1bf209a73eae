package odonata.actors.socket;

import odonata.actors.netisr.NetMsg;
import odonata.actors.port.Port;
import odonata.protocol.icmp.IcmpNotice;
import odonata.protocol.udp.UdpPcb;
import odonata.protocol.wire.Mbuf;

/**
 * What a udp_thread is asked besides packets: operations on sockets of its CPU, and what the udp_threads of the cluster tell each other.
 * Errors are those of the BSD protocol switch.
 */
public sealed interface UdpMsg extends NetMsg.Pru {

    /** An operation on a socket of the CPU whose udp_thread gets this; a socket has one at a time, another is refused with EAGAIN. */
    sealed interface OnSocket extends UdpMsg {
        /** The socket. */
        UdpSocket so();
    }

    /** Makes a socket; replied with the {@link UdpSocket}. */
    record Attach(Port<SockMsg> application) implements UdpMsg {}

    /**
     * Gives a socket its own name. EINVAL: it has one; EADDRNOTAVAIL: the address is not ours, or no port is left; EADDRINUSE.
     *
     * @param laddr own address, 0 for any
     * @param lport own port, 0 for any that is free
     */
    record Bind(UdpSocket so, int laddr, int lport, boolean reusePort) implements OnSocket {}

    /** Gives a socket a peer, and a port if it has none. EISCONN; EADDRNOTAVAIL: no such peer, or no port is left; EADDRINUSE; ENETUNREACH. */
    record Connect(UdpSocket so, int faddr, int fport) implements OnSocket {}

    /** Takes the peer away. ENOTCONN. */
    record Disconnect(UdpSocket so) implements OnSocket {}

    /** Joins a multicast group. EINVAL: no port yet, or no group; EADDRINUSE: is in it; ENOBUFS: is in too many. */
    record Join(UdpSocket so, int group) implements OnSocket {}

    /** Leaves a multicast group. EADDRNOTAVAIL: is not in it. */
    record Leave(UdpSocket so, int group) implements OnSocket {}

    /** Ends the socket; what waits in it is lost. */
    record Detach(UdpSocket so) implements OnSocket {}

    /**
     * To the udp_thread of CPU 0, which gives out ports: may this socket have this block? It enters it in its own table and has it entered on
     * every other CPU before it replies the block, with a port if it had none. EADDRINUSE, EADDRNOTAVAIL.
     */
    record PcbRequest(UdpPcb pcb) implements UdpMsg {}

    /** From CPU 0 on through all CPUs in ascending order: enter this block in the own table; the last replies. */
    record PcbInsert(UdpPcb pcb) implements UdpMsg {}

    /** The same, from CPU 0 on, but leave out what the socket has. */
    record PcbRemove(long socket) implements UdpMsg {}

    /** To the CPU of a socket: a datagram for it, already checked. Not replied. */
    record Deliver(long socket, Mbuf packet) implements UdpMsg {}

    /** To the CPU of a socket: an ICMP error about a datagram that it may have sent. Not replied. */
    record Notice(long socket, IcmpNotice notice) implements UdpMsg {}
}
