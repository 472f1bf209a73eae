package odonata.actors.tcp;

import odonata.actors.port.Msg;
import odonata.actors.socket.MsgFlag;
import odonata.actors.socket.PollFd;
import odonata.actors.socket.SockAddr;
import odonata.actors.socket.SockOpt;
import odonata.actors.tcp.TcpMsg.Ask;
import odonata.actors.tcp.TcpMsg.Await;
import odonata.actors.tcp.TcpMsg.GetOption;
import odonata.actors.tcp.TcpMsg.Recv;
import odonata.actors.tcp.TcpMsg.Send;
import odonata.actors.tcp.TcpMsg.SetOption;
import odonata.protocol.errno.NetError;
import odonata.protocol.tcp.machine.TcpInfo;
import odonata.protocol.tcp.machine.TcpState;

/** Bytes through sockets ({@code sosend}, {@code soreceive}), readiness, options. */
final class TcpTransfers {
    private static final byte[] END = {};

    private final TcpCpu tcp;
    private final TcpAbroad abroad;
    private final TcpUrgent urgent;

    TcpTransfers(final TcpCpu tcp, final TcpAbroad abroad) {
        this.tcp = tcp;
        urgent = new TcpUrgent(tcp);
        this.abroad = abroad;
    }

    void send(final Msg<Send> msg) {
        final TcpSocket so = msg.command().so();
        tcp.serve(so, msg, msg.command().mayWait(), () -> sent(msg));
        tcp.settle(so);
    }

    private boolean sent(final Msg<Send> msg) {
        final Send send = msg.command();
        final TcpSocket so = send.so();
        final Uio uio = send.uio();
        final NetError error = sendError(so);
        if (error != NetError.OK) {
            finish(msg, error);
            return true;
        }
        final boolean eof = send.flags().contains(MsgFlag.MSG_EOF);
        final int taken = send.flags().contains(MsgFlag.MSG_OOB)
                ? tcp.with(so).sendUrgent(so.tcb, uio.data(), uio.offset(), uio.resid(), tcp.nowUs())
                : tcp.with(so)
                        .send(
                                so.tcb,
                                uio.data(),
                                uio.offset(),
                                uio.resid(),
                                eof || send.flags().contains(MsgFlag.MSG_MORE),
                                tcp.nowUs());
        tcp.td.copied(taken);
        uio.advance(taken);
        if (uio.resid() > 0 && send.mayWait()) {
            return false;
        }
        if (eof) {
            endStream(so, uio);
        }
        finish(msg, NetError.EAGAIN);
        return true;
    }

    /** What was held back for the FIN goes with it, or without when not all was taken. */
    private void endStream(final TcpSocket so, final Uio uio) {
        if (uio.resid() == 0) {
            so.cantSend = true;
            tcp.with(so).shutdown(so.tcb, tcp.nowUs());
        } else {
            tcp.with(so).flush(so.tcb, tcp.nowUs());
        }
    }

    /** What has been taken counts more than why no more was. */
    private static void finish(final Msg<Send> msg, final NetError error) {
        final Uio uio = msg.command().uio();
        if (uio.taken() > 0 || uio.resid() == 0) {
            msg.reply(NetError.OK, uio.taken());
        } else {
            if (error == msg.command().so().error()) {
                msg.command().so().takeError();
            }
            msg.reply(error);
        }
    }

    private static NetError sendError(final TcpSocket so) {
        if (so.error() != NetError.OK) {
            return so.error();
        }
        if (so.cantSend || so.gone) {
            return NetError.EPIPE;
        }
        return so.connected ? NetError.OK : NetError.ENOTCONN;
    }

    /** A send that waited is given up: what was taken is on its way. */
    void abortSend(final Msg<Send> msg) {
        finish(msg, NetError.EINTR);
    }

    void recv(final Msg<Recv> msg) {
        final TcpSocket so = msg.command().so();
        tcp.serve(so, msg, msg.command().mayWait(), () -> received(msg));
        tcp.settle(so);
    }

    private boolean received(final Msg<Recv> msg) {
        final Recv recv = msg.command();
        final TcpSocket so = recv.so();
        if (recv.flags().contains(MsgFlag.MSG_OOB)) {
            TcpUrgent.receive(msg);
            return true;
        }
        final int there = so.tcb == null || so.cantReceive ? 0 : Math.min(TcpUrgent.readable(so), TcpUrgent.toMark(so));
        if (there > 0 && (there >= wanted(recv) || isEnd(so))) {
            msg.reply(NetError.OK, take(so, recv, Math.min(there, recv.most())));
            return true;
        }
        if (so.error() != NetError.OK) {
            msg.reply(so.takeError());
        } else if (so.tcb == null) {
            msg.reply(NetError.ENOTCONN);
        } else if (isEnd(so) || recv.most() == 0) {
            msg.reply(NetError.OK, END);
        } else if (recv.mayWait()) {
            return false;
        } else {
            msg.reply(NetError.EAGAIN);
        }
        return true;
    }

    /**
     * With MSG_WAITALL all of it, else the low-water mark; not more than is before the mark of urgent data, nor than half a buffer, then the
     * window may be closed.
     */
    private static int wanted(final Recv recv) {
        final int wanted = recv.flags().contains(MsgFlag.MSG_WAITALL)
                ? recv.most()
                : Math.min(recv.most(), recv.so().options.get(SockOpt.SO_RCVLOWAT));
        final int most = Math.min(TcpUrgent.toMark(recv.so()), halfOf(recv.so(), SockOpt.SO_RCVBUF));
        return recv.mayWait() ? Math.max(1, Math.min(wanted, most)) : 1;
    }

    private static int halfOf(final TcpSocket so, final SockOpt buffer) {
        return Math.max(1, so.options.get(buffer) / 2);
    }

    private static boolean isReadable(final TcpSocket so) {
        final int mark = Math.min(so.options.get(SockOpt.SO_RCVLOWAT), halfOf(so, SockOpt.SO_RCVBUF));
        return TcpUrgent.readable(so) >= mark;
    }

    private static boolean isEnd(final TcpSocket so) {
        return so.cantReceive || so.gone || so.tcb.atEof();
    }

    private byte[] take(final TcpSocket so, final Recv recv, final int count) {
        final byte[] bytes = urgent.take(so, count, recv.flags().contains(MsgFlag.MSG_PEEK));
        tcp.td.copied(count);
        return bytes;
    }

    void await(final Msg<Await> msg) {
        tcp.serve(msg.command().so(), msg, msg.command().mayWait(), () -> ready(msg));
    }

    private static boolean ready(final Msg<Await> msg) {
        final int bits = readiness(msg.command().so());
        final int asked = bits & (msg.command().events() | PollFd.POLLERR | PollFd.POLLHUP);
        if (asked == 0 && msg.command().mayWait()) {
            return false;
        }
        msg.reply(NetError.OK, asked);
        return true;
    }

    /** {@code sopoll}. */
    private static int readiness(final TcpSocket so) {
        final int error = so.error() == NetError.OK ? 0 : PollFd.POLLERR | PollFd.POLLIN | PollFd.POLLOUT;
        if (so.isListening()) {
            return error | (so.listener.queue.isEmpty() ? 0 : PollFd.POLLIN);
        }
        if (so.tcb == null) {
            return error;
        }
        final boolean end = isEnd(so);
        final boolean closed = so.cantSend || so.gone;
        final int in = end || isReadable(so) ? PollFd.POLLIN : 0;
        final int out = closed || (so.connected && hasRoom(so)) ? PollFd.POLLOUT : 0;
        final int hup = end && closed ? PollFd.POLLHUP : 0;
        final int pri = so.tcb.urgentMark() > 0 ? PollFd.POLLPRI : 0;
        return error | in | out | hup | pri;
    }

    private static boolean hasRoom(final TcpSocket so) {
        return so.tcb.sendBuffer().space()
                >= Math.min(so.options.get(SockOpt.SO_SNDLOWAT), halfOf(so, SockOpt.SO_SNDBUF));
    }

    void ask(final Msg<Ask> msg) {
        final TcpSocket so = msg.command().so();
        switch (msg.command().question()) {
            case SOCKNAME -> msg.reply(NetError.OK, new SockAddr(so.laddr, so.lport));
            case PEERNAME -> peer(msg, so);
            case READABLE -> msg.reply(NetError.OK, so.tcb == null ? 0 : TcpUrgent.readable(so));
            case ATMARK -> msg.reply(NetError.OK, TcpUrgent.atMark(so));
            case INFO ->
                msg.reply(
                        NetError.OK,
                        so.tcb == null
                                ? TcpInfo.none(so.isListening() ? TcpState.LISTEN : TcpState.CLOSED)
                                : TcpInfo.of(so.tcb));
        }
    }

    private static void peer(final Msg<Ask> msg, final TcpSocket so) {
        if (so.connected && !so.gone) {
            msg.reply(NetError.OK, new SockAddr(so.flow().dst(), so.flow().dport()));
        } else {
            msg.reply(NetError.ENOTCONN);
        }
    }

    void getOption(final Msg<GetOption> msg) {
        final TcpSocket so = msg.command().so();
        final SockOpt option = msg.command().option();
        final int value =
                switch (option) {
                    case SO_ERROR -> so.takeError().number();
                    case SO_ACCEPTCONN -> so.isListening() ? 1 : 0;
                    case TCP_MAXSEG -> so.connected ? so.tcb.segmentSize() : segmentSize(so);
                    default -> so.options.get(option);
                };
        msg.reply(NetError.OK, value);
    }

    private int segmentSize(final TcpSocket so) {
        final int set = so.options.get(SockOpt.TCP_MAXSEG);
        return set > 0 ? set : tcp.machine.settings().mssDefault;
    }

    void setOption(final Msg<SetOption> msg) {
        final TcpSocket so = msg.command().so();
        final SockOpt option = msg.command().option();
        if (option == SockOpt.TCP_MAXSEG && so.tcb != null) {
            msg.reply(NetError.EINVAL);
            return;
        }
        so.options = so.options.copy();
        final NetError error = so.options.set(option, msg.command().value());
        if (error == NetError.OK && so.tcb != null && !so.gone) {
            apply(so, option);
        } else if (error == NetError.OK && so.isListening()) {
            so.listener.options = so.options.copy();
            abroad.announce(so.listener, () -> {});
        }
        msg.reply(error);
        tcp.settle(so);
    }

    private void apply(final TcpSocket so, final SockOpt option) {
        so.options.applyTo(so.tcb);
        tcp.with(so).keepAlive(so.tcb, so.options.has(SockOpt.SO_KEEPALIVE), tcp.nowUs());
        if (option == SockOpt.TCP_NODELAY || option == SockOpt.TCP_NOPUSH) {
            tcp.machine.flush(so.tcb, tcp.nowUs());
        }
    }
}
