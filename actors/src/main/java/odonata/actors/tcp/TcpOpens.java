package odonata.actors.tcp;

import java.util.function.Consumer;
import odonata.actors.netisr.NetCounter;
import odonata.actors.netisr.NetMsg;
import odonata.actors.port.Msg;
import odonata.actors.tcp.TcpMsg.Open;
import odonata.protocol.errno.NetError;
import odonata.protocol.flow.FlowKey;

/**
 * The first step of an active open, on the CPU that owns the flow: here, or at another member (5.6). There the socket is another object
 * (docs/sockets.md): a socket without a connection never leaves its member, so that what cannot be opened stays what it was.
 */
final class TcpOpens {
    private final TcpCpu tcp;
    private final TcpAbroad abroad;

    TcpOpens(final TcpCpu tcp, final TcpAbroad abroad) {
        this.tcp = tcp;
        this.abroad = abroad;
    }

    /** Its connection is in the table of this CPU, and its SYN is sent. EADDRINUSE: there is one already. */
    NetError open(final TcpSocket so, final FlowKey flow) {
        if (tcp.conns.find(flow).isPresent()) {
            return NetError.EADDRINUSE;
        }
        tcp.open(so, flow);
        tcp.conns.add(so);
        tcp.with(so).connect(so.tcb, tcp.iss.next(flow, tcp.nowUs()), tcp.nowUs());
        tcp.settle(so);
        return NetError.OK;
    }

    /**
     * Asks a CPU of another member to open it. EADDRINUSE: there is a connection already. Else the socket is at that member; if that died
     * meanwhile, with it.
     */
    void askToOpen(final TcpSocket so, final FlowKey flow, final int owner, final Consumer<NetError> then) {
        so.opening = true;
        so.flow(flow);
        so.mapVersion(tcp.net.partition().version());
        tcp.nameFor(so);
        final NetMsg open = new Open(so, so.home, TcpCargo.write(so.options));
        tcp.td.sendMsg(tcp.on(owner), tcp.td.initMsg(open), reply -> {
            so.opening = false;
            if (reply.error() != NetError.EADDRINUSE) {
                leave(so);
            }
            then.accept(reply.error());
            tcp.held.release();
        });
    }

    private void leave(final TcpSocket so) {
        tcp.tell(tcp.keeperOf(so.lport), new TcpMsg.Connected(so, so.lport));
        final var waiters = tcp.give(so, tcp.port());
        so.leave(tcp.port(), tcp.net.partition().version());
        tcp.passOn(waiters, tcp.port());
    }

    /** As the owner of the flow; another one gets it by the map, as it would a packet. */
    void onOpen(final Msg<Open> msg) {
        final TcpSocket ref = msg.command().ref();
        abroad.steer(msg, ref, () -> msg.reply(opened(msg.command())), () -> onOpen(msg));
    }

    private NetError opened(final Open open) {
        if (!tcp.isHere(open.home()) && !tcp.reaches(open.home())) {
            return NetError.EHOSTDOWN;
        }
        try {
            final TcpSocket so = new TcpSocket(tcp.port(), tcp.cargo.readOptions(open.options()));
            so.id(open.ref().id());
            so.home = open.home();
            so.reserved = true;
            final NetError error = open(so, open.ref().flow());
            if (error == NetError.OK) {
                tcp.name(so);
            }
            return error;
        } catch (final IllegalArgumentException e) {
            tcp.net.counters().count(NetCounter.UNEXPECTED);
            return NetError.EINVAL;
        }
    }
}
