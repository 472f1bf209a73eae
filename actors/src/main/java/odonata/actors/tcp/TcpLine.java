package odonata.actors.tcp;

import odonata.actors.socket.SockAddr;
import odonata.protocol.tcp.machine.TcpInfo;
import odonata.protocol.tcp.machine.TcpState;

/**
 * One connection or listener as {@code netstat} shows it.
 *
 * @param local own end
 * @param remote the peer; zeros of a listener
 * @param recvQ bytes that the user has not read; of a listener, connections that wait to be accepted
 * @param sendQ bytes that the peer has not acknowledged, or that were not sent yet; of a listener, connections that may wait
 * @param info of the machine
 */
public record TcpLine(SockAddr local, SockAddr remote, int recvQ, int sendQ, TcpInfo info) {

    static TcpLine of(final TcpSocket so) {
        return new TcpLine(
                new SockAddr(so.flow().src(), so.flow().sport()),
                new SockAddr(so.flow().dst(), so.flow().dport()),
                so.tcb.receiveBuffer().available(),
                so.tcb.sendBuffer().length(),
                TcpInfo.of(so.tcb));
    }

    static TcpLine of(final TcpListener listener) {
        return new TcpLine(
                new SockAddr(listener.id.laddr(), listener.id.lport()),
                SockAddr.any(0),
                listener.waiting(),
                listener.limit(),
                TcpInfo.none(TcpState.LISTEN));
    }
}
