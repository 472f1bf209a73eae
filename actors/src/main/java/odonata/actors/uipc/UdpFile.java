package odonata.actors.uipc;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import odonata.actors.netisr.NetMsg;
import odonata.actors.socket.MsgFlag;
import odonata.actors.socket.PollFd;
import odonata.actors.socket.SockAddr;
import odonata.actors.socket.SockCall;
import odonata.actors.socket.SockEntry.Pending;
import odonata.actors.socket.SockFile;
import odonata.actors.socket.SockOpt;
import odonata.actors.socket.UdpMsg;
import odonata.actors.socket.UdpSocket;
import odonata.protocol.errno.NetError;
import odonata.protocol.tcp.machine.TcpInfo;
import odonata.protocol.udp.UdpDatagram;
import odonata.protocol.wire.Mbuf;

/**
 * A UDP socket behind a descriptor. Its udp_thread is on the CPU of the caller, so what is in the buffer is received without a message; what
 * waits, waits here, until the udp_thread says that something has come.
 */
final class UdpFile extends SockFile {
    private static final Pending OVER = () -> {};

    private final Requests requests;
    private final UdpSocket so;
    private final Runnable whenClosed;
    private final List<Wait> waits = new ArrayList<>();
    private Optional<SockCall.Received> first = Optional.empty();
    private boolean cantReceive;
    private boolean cantSend;
    private boolean closed;

    /** A call that waits, how to try it again, and how to end it. */
    private record Wait(BooleanSupplier attempt, Runnable giveUp) {}

    UdpFile(final Requests requests, final UdpSocket so, final Runnable whenClosed) {
        this.whenClosed = whenClosed;
        this.requests = requests;
        this.so = so;
    }

    /** The udp_thread has put something into the socket. */
    void wakeup() {
        final List<Wait> waited = List.copyOf(waits);
        waits.clear();
        for (final Wait wait : waited) {
            if (!wait.attempt().getAsBoolean()) {
                waits.add(wait);
            }
        }
    }

    private Pending serve(final BooleanSupplier attempt, final Runnable giveUp) {
        if (attempt.getAsBoolean()) {
            return OVER;
        }
        final Wait wait = new Wait(attempt, giveUp);
        waits.add(wait);
        return () -> {
            if (waits.remove(wait)) {
                giveUp.run();
            }
        };
    }

    private static <R> Pending over(final BiConsumer<NetError, R> done, final NetError error, final R value) {
        done.accept(error, error == NetError.OK ? value : null);
        return OVER;
    }

    private Pending ask(final UdpMsg.OnSocket operation, final BiConsumer<NetError, Void> done) {
        return requests.ask(so.soPort(), (NetMsg) operation, (error, result) -> done.accept(error, null));
    }

    @Override
    public Pending bind(final SockAddr addr, final BiConsumer<NetError, Void> done) {
        return ask(new UdpMsg.Bind(so, addr.addr(), addr.port(), so.option(SockOpt.SO_REUSEPORT) != 0), done);
    }

    @Override
    public Pending listen(final int backlog, final BiConsumer<NetError, Void> done) {
        return over(done, NetError.EOPNOTSUPP, null);
    }

    @Override
    public Pending accept(final BiConsumer<NetError, Incoming> done) {
        return over(done, NetError.EOPNOTSUPP, null);
    }

    /** To no address: the peer is taken away. */
    @Override
    public Pending connect(final SockAddr addr, final BiConsumer<NetError, Void> done) {
        return addr.equals(SockAddr.any(0))
                ? ask(new UdpMsg.Disconnect(so), done)
                : ask(new UdpMsg.Connect(so, addr.addr(), addr.port()), done);
    }

    /** A socket without a port is given one first. */
    @Override
    public Pending send(
            final byte[] data,
            final int offset,
            final int length,
            final Set<MsgFlag> flags,
            final SockAddr to,
            final BiConsumer<NetError, Integer> done) {
        if (cantSend) {
            return over(done, NetError.EPIPE, 0);
        }
        if (length > Math.min(UdpDatagram.MAX_PAYLOAD, so.option(SockOpt.SO_SNDBUF))) {
            return over(done, NetError.EMSGSIZE, 0);
        }
        final byte[] payload = Arrays.copyOfRange(data, offset, offset + length);
        if (flags.contains(MsgFlag.MSG_OOB)) {
            return over(done, NetError.EOPNOTSUPP, 0);
        }
        if (so.pcb().lport() != 0 || to.port() == 0) {
            return over(done, send(payload, to), length);
        }
        return bind(
                SockAddr.any(0),
                (error, nothing) -> over(done, error == NetError.OK ? send(payload, to) : error, length));
    }

    private NetError send(final byte[] payload, final SockAddr to) {
        final Mbuf mbuf = Mbuf.of(payload);
        return to.equals(SockAddr.any(0))
                ? so.send(command -> requests.tell(so.soPort(), command), mbuf)
                : so.sendTo(command -> requests.tell(so.soPort(), command), to.addr(), to.port(), mbuf);
    }

    @Override
    public Pending receive(
            final int length, final Set<MsgFlag> flags, final BiConsumer<NetError, SockCall.Received> done) {
        if (flags.contains(MsgFlag.MSG_OOB)) {
            return over(done, NetError.EOPNOTSUPP, null);
        }
        return serve(
                () -> received(length, flags, done), () -> done.accept(closed ? NetError.EBADF : NetError.EINTR, null));
    }

    private boolean received(
            final int length, final Set<MsgFlag> flags, final BiConsumer<NetError, SockCall.Received> done) {
        if (so.hasError()) {
            done.accept(so.error(), null);
        } else if (isReadable()) {
            final SockCall.Received next = first.orElseGet(() -> new SockCall.Received(new byte[0], SockAddr.any(0)));
            if (!flags.contains(MsgFlag.MSG_PEEK)) {
                first = Optional.empty();
            }
            final byte[] bytes = Arrays.copyOf(next.data(), Math.min(length, next.data().length));
            done.accept(NetError.OK, new SockCall.Received(bytes, next.from(), next.length()));
        } else if (mayWait(flags)) {
            return false;
        } else {
            done.accept(NetError.EAGAIN, null);
        }
        return true;
    }

    /** Takes the next datagram out of the socket, if there is none out yet. */
    private boolean isReadable() {
        if (first.isEmpty() && !cantReceive) {
            so.receive(
                    1,
                    (faddr, fport, payload) -> first = Optional.of(new SockCall.Received(
                            Arrays.copyOfRange(payload.data(), payload.offset(), payload.offset() + payload.length()),
                            new SockAddr(faddr, fport))));
        }
        return first.isPresent() || cantReceive;
    }

    @Override
    public Pending shutdown(final SockCall.How how, final BiConsumer<NetError, Void> done) {
        if (!so.pcb().isConnected()) {
            return over(done, NetError.ENOTCONN, null);
        }
        cantReceive |= how != SockCall.How.SHUT_WR;
        cantSend |= how != SockCall.How.SHUT_RD;
        wakeup();
        return over(done, NetError.OK, null);
    }

    @Override
    public Pending close(final boolean wait, final BiConsumer<NetError, Void> done) {
        closed = true;
        whenClosed.run();
        final List<Wait> waited = List.copyOf(waits);
        waits.clear();
        waited.forEach(call -> call.giveUp().run());
        return ask(new UdpMsg.Detach(so), done);
    }

    @Override
    public Pending getOption(final SockOpt option, final BiConsumer<NetError, Integer> done) {
        if (option == SockOpt.SO_ERROR) {
            return over(done, NetError.OK, so.error().number());
        }
        final int value = so.option(option);
        return over(done, value < 0 ? NetError.ENOPROTOOPT : NetError.OK, value);
    }

    @Override
    public Pending setOption(final SockOpt option, final int value, final BiConsumer<NetError, Void> done) {
        return over(done, so.option(option, value), null);
    }

    @Override
    public Pending info(final BiConsumer<NetError, TcpInfo> done) {
        return over(done, NetError.EINVAL, null);
    }

    @Override
    public Pending sockname(final BiConsumer<NetError, SockAddr> done) {
        return over(done, NetError.OK, new SockAddr(so.pcb().laddr(), so.pcb().lport()));
    }

    @Override
    public Pending peername(final BiConsumer<NetError, SockAddr> done) {
        return so.pcb().isConnected()
                ? over(
                        done,
                        NetError.OK,
                        new SockAddr(so.pcb().faddr(), so.pcb().fport()))
                : over(done, NetError.ENOTCONN, null);
    }

    /** A datagram is never urgent. */
    @Override
    public Pending atMark(final BiConsumer<NetError, Boolean> done) {
        return over(done, NetError.OK, false);
    }

    /** Bytes of the next datagram. */
    @Override
    public Pending readable(final BiConsumer<NetError, Integer> done) {
        isReadable();
        return over(done, NetError.OK, first.map(next -> next.data().length).orElse(0));
    }

    @Override
    public Pending await(final int events, final boolean wait, final BiConsumer<NetError, Integer> done) {
        return serve(
                () -> {
                    final int error = so.hasError() ? PollFd.POLLERR | PollFd.POLLIN : 0;
                    final int bits = error | (isReadable() ? PollFd.POLLIN : 0) | PollFd.POLLOUT;
                    final int asked = bits & (events | PollFd.POLLERR);
                    if (asked == 0 && wait) {
                        return false;
                    }
                    done.accept(NetError.OK, asked);
                    return true;
                },
                () -> done.accept(closed ? NetError.EBADF : NetError.EINTR, null));
    }
}
