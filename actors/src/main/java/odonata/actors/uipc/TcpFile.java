package odonata.actors.uipc;

import java.util.Set;
import java.util.function.BiConsumer;
import odonata.actors.socket.MsgFlag;
import odonata.actors.socket.PollFd;
import odonata.actors.socket.SockAddr;
import odonata.actors.socket.SockCall;
import odonata.actors.socket.SockEntry.Pending;
import odonata.actors.socket.SockFile;
import odonata.actors.socket.SockOpt;
import odonata.actors.tcp.TcpMsg;
import odonata.actors.tcp.TcpSocket;
import odonata.actors.tcp.Uio;
import odonata.protocol.errno.NetError;
import odonata.protocol.tcp.machine.TcpInfo;

/** A TCP socket behind a descriptor: each operation is one message to where the socket is now ({@code tcp_usrreq.c}). */
final class TcpFile extends SockFile {
    private static final int IN_OUT = PollFd.POLLIN | PollFd.POLLOUT;

    private final Requests requests;
    private final TcpSocket so;
    private boolean connected;

    TcpFile(final Requests requests, final TcpSocket so) {
        this.requests = requests;
        this.so = so;
    }

    private void connected(final boolean now) {
        requests.connections((now ? 1 : 0) - (connected ? 1 : 0));
        connected = now;
    }

    /** A socket that has died with a member is one whose peer has reset it. */
    @SuppressWarnings("unchecked") // the tcp_thread replies what the command says
    private <R> Pending ask(final TcpMsg command, final BiConsumer<NetError, R> done) {
        return requests.ask(
                so.soPort(),
                command,
                (error, result) -> done.accept(error == NetError.EHOSTDOWN ? NetError.ECONNRESET : error, (R) result));
    }

    @Override
    public Pending bind(final SockAddr addr, final BiConsumer<NetError, Void> done) {
        return ask(new TcpMsg.Bind(so, addr), done);
    }

    @Override
    public Pending listen(final int backlog, final BiConsumer<NetError, Void> done) {
        return ask(new TcpMsg.Listen(so, backlog), done);
    }

    @Override
    public Pending accept(final BiConsumer<NetError, Incoming> done) {
        return this.<TcpSocket>ask(
                new TcpMsg.Accept(so, !isNonblocking()),
                (error, child) -> done.accept(error, error == NetError.OK ? incoming(child) : null));
    }

    private Incoming incoming(final TcpSocket child) {
        final SockAddr peer = new SockAddr(child.flow().dst(), child.flow().dport());
        final TcpFile file = new TcpFile(requests, child);
        file.connected(true);
        return new Incoming(file, peer);
    }

    @Override
    public Pending connect(final SockAddr addr, final BiConsumer<NetError, Void> done) {
        connected(true);
        return ask(new TcpMsg.Connect(so, addr, !isNonblocking()), done);
    }

    @Override
    public Pending send(
            final byte[] data,
            final int offset,
            final int length,
            final Set<MsgFlag> flags,
            final SockAddr to,
            final BiConsumer<NetError, Integer> done) {
        if (length <= SendCall.PIECE) {
            return send(new Uio(data, offset, length), flags, done);
        }
        return new SendCall(this::send, data, offset, length, flags, done).begin();
    }

    private Pending send(final Uio uio, final Set<MsgFlag> flags, final BiConsumer<NetError, Integer> done) {
        return ask(new TcpMsg.Send(so, uio, flags, mayWait(flags)), done);
    }

    @Override
    public Pending receive(
            final int length, final Set<MsgFlag> flags, final BiConsumer<NetError, SockCall.Received> done) {
        return this.<byte[]>ask(
                new TcpMsg.Recv(so, length, flags, mayWait(flags)),
                (error, bytes) -> done.accept(
                        error, error == NetError.OK ? new SockCall.Received(bytes, SockAddr.any(0)) : null));
    }

    @Override
    public Pending shutdown(final SockCall.How how, final BiConsumer<NetError, Void> done) {
        return ask(new TcpMsg.Shutdown(so, how), done);
    }

    @Override
    public Pending close(final boolean wait, final BiConsumer<NetError, Void> done) {
        connected(false);
        return requests.ask(so.soPort(), new TcpMsg.Close(so, wait && !isNonblocking()), (error, result) -> {
            if (error == NetError.EHOSTDOWN) {
                requests.tell(so.soPort(), new TcpMsg.Release(so, so.flow().sport()));
            }
            done.accept(error == NetError.EHOSTDOWN ? NetError.OK : error, null);
        });
    }

    @Override
    public Pending getOption(final SockOpt option, final BiConsumer<NetError, Integer> done) {
        return ask(new TcpMsg.GetOption(so, option), done);
    }

    @Override
    public Pending setOption(final SockOpt option, final int value, final BiConsumer<NetError, Void> done) {
        return ask(new TcpMsg.SetOption(so, option, value), done);
    }

    @Override
    public Pending info(final BiConsumer<NetError, TcpInfo> done) {
        return ask(new TcpMsg.Ask(so, TcpMsg.Question.INFO), done);
    }

    @Override
    public Pending sockname(final BiConsumer<NetError, SockAddr> done) {
        return ask(new TcpMsg.Ask(so, TcpMsg.Question.SOCKNAME), done);
    }

    @Override
    public Pending peername(final BiConsumer<NetError, SockAddr> done) {
        return ask(new TcpMsg.Ask(so, TcpMsg.Question.PEERNAME), done);
    }

    @Override
    public Pending readable(final BiConsumer<NetError, Integer> done) {
        return ask(new TcpMsg.Ask(so, TcpMsg.Question.READABLE), done);
    }

    @Override
    public Pending atMark(final BiConsumer<NetError, Boolean> done) {
        return ask(new TcpMsg.Ask(so, TcpMsg.Question.ATMARK), done);
    }

    @Override
    public Pending await(final int events, final boolean wait, final BiConsumer<NetError, Integer> done) {
        return this.<Integer>ask(new TcpMsg.Await(so, events, wait), (error, bits) -> {
            if (error == NetError.ECONNRESET) {
                done.accept(NetError.OK, (events & IN_OUT) | PollFd.POLLERR | PollFd.POLLHUP);
            } else {
                done.accept(error, bits);
            }
        });
    }
}
