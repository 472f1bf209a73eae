package odonata.actors.tcp;

import odonata.actors.port.Msg;
import odonata.actors.socket.SockOpt;
import odonata.actors.tcp.TcpMsg.Close;
import odonata.actors.tcp.TcpMsg.Shutdown;
import odonata.protocol.errno.NetError;
import odonata.protocol.tcp.machine.TcpState;

/** The ends of sockets: shutdown, close with its lingering, abort. */
final class TcpCloses {
    /** The port of the socket is to be given back by the CPU that keeps it, then the close is over. */
    private static final int RELEASE = Msg.USER1;

    private static final long NS_PER_S = 1_000_000_000L;

    private final TcpCpu tcp;
    private final TcpListens listens;

    TcpCloses(final TcpCpu tcp, final TcpListens listens) {
        this.tcp = tcp;
        this.listens = listens;
    }

    void shutdown(final Msg<Shutdown> msg) {
        final TcpSocket so = msg.command().so();
        if (so.tcb == null || so.gone) {
            msg.reply(NetError.ENOTCONN);
            return;
        }
        switch (msg.command().how()) {
            case SHUT_RD -> so.cantReceive = true;
            case SHUT_WR -> so.cantSend = true;
            case SHUT_RDWR -> {
                so.cantReceive = true;
                so.cantSend = true;
            }
        }
        if (so.cantSend) {
            tcp.with(so).shutdown(so.tcb, tcp.nowUs());
        }
        msg.reply(NetError.OK);
        tcp.settle(so);
    }

    /** True when the message is on its way through CPUs that do not own the socket. */
    static boolean isUnderWay(final Msg<?> msg) {
        return TcpListens.isOnChain(msg) || (msg.user() & RELEASE) != 0;
    }

    void onWay(final Msg<Close> msg) {
        if ((msg.user() & RELEASE) != 0) {
            tcp.ports.release(msg.command().so(), msg.command().so().lport);
            msg.reply(NetError.OK);
        } else if (listens.onCloseChain(msg)) {
            releasePort(msg);
        }
    }

    void close(final Msg<Close> msg) {
        final TcpSocket so = msg.command().so();
        so.detached = true;
        so.takeWaiters().forEach(waiter -> waiter.msg().reply(NetError.EBADF));
        if (so.isListening()) {
            listens.close(msg);
            if (tcp.isLastCpu()) {
                releasePort(msg);
            }
        } else if (so.tcb == null) {
            releasePort(msg);
        } else {
            disconnect(msg, so);
        }
    }

    /** The port is free when the close is over, so that the next bind finds it so. */
    private void releasePort(final Msg<Close> msg) {
        final TcpSocket so = msg.command().so();
        if (!so.reserved) {
            msg.reply(NetError.OK);
            return;
        }
        so.reserved = false;
        final int keeper = tcp.keeperOf(so.lport);
        if (keeper == tcp.td.cpu()) {
            tcp.ports.release(so, so.lport);
            msg.reply(NetError.OK);
        } else {
            msg.setUser(RELEASE);
            tcp.td.forwardMsg(tcp.on(keeper), msg);
        }
    }

    private void disconnect(final Msg<Close> msg, final TcpSocket so) {
        if (so.gone) {
            tcp.settle(so);
            msg.reply(NetError.OK);
            return;
        }
        if (so.options.get(SockOpt.SO_LINGER) == 0) {
            tcp.abort(so);
            msg.reply(NetError.OK);
            return;
        }
        tcp.with(so).close(so.tcb, tcp.nowUs());
        tcp.settle(so);
        if (so.options.get(SockOpt.SO_LINGER) > 0 && msg.command().mayWait() && !isDisconnected(so)) {
            linger(msg, so);
        } else {
            msg.reply(NetError.OK);
        }
    }

    /** Until the peer has acknowledged all, or the time is up; then the connection goes on alone. */
    private void linger(final Msg<Close> msg, final TcpSocket so) {
        so.lingering = tcp.td.callout(() -> {
            if (so.unpark(msg)) {
                msg.reply(NetError.OK);
            }
        });
        so.lingering.reset(so.options.get(SockOpt.SO_LINGER) * NS_PER_S);
        so.park(msg, () -> {
            if (isDisconnected(so)) {
                so.lingering.stop();
                msg.reply(NetError.OK);
                return true;
            }
            return false;
        });
    }

    /** {@code soisdisconnected}: the FIN, and all that came before it, has been acknowledged. */
    private static boolean isDisconnected(final TcpSocket so) {
        return so.gone || so.tcb.state() == TcpState.FIN_WAIT_2 || so.tcb.state() == TcpState.TIME_WAIT;
    }
}
