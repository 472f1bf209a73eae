package odonata.actors.socket;

import odonata.protocol.udp.UdpPcb;

/**
 * One UDP socket as {@code netstat} shows it.
 *
 * @param local own end; port 0 without a name
 * @param remote the peer; zeros without one
 * @param recvQ bytes of datagrams that the user has not read
 */
public record UdpLine(SockAddr local, SockAddr remote, long recvQ) {

    static UdpLine of(final UdpSocket so) {
        final UdpPcb pcb = so.pcb();
        return new UdpLine(
                new SockAddr(pcb.laddr(), pcb.lport()), new SockAddr(pcb.faddr(), pcb.fport()), so.waitingBytes());
    }
}
