package odonata.node.testport;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import odonata.actors.socket.MsgFlag;
import odonata.actors.socket.PollFd;
import odonata.actors.socket.SockAddr;
import odonata.actors.socket.SockCall;
import odonata.actors.socket.SockEntry;
import odonata.actors.socket.SockOpt;
import odonata.protocol.errno.NetError;

/**
 * Requests that are socket calls: from numbers to {@link SockCall} and back. A caller names a socket by its id, or by a number that it has
 * mapped to it.
 */
final class Calls {
    /** Ids begin here, above all numbers that callers choose. */
    static final int FIRST_ID = 1 << 16;

    private static final int NS_PER_MS = 1_000_000;
    private static final int LONGEST_RECV = 1 << 24;
    private static final SockEntry.Pending OVER = () -> {};

    private final TestHost host;
    private final Map<Integer, Integer> named = new HashMap<>();

    Calls(final TestHost host) {
        this.host = host;
    }

    /** Makes the call of a request; {@code done} is told once. Fails without a call when its arguments are none. */
    SockEntry.Pending make(final Request request, final Consumer<Answer> done) throws CallFailed {
        return switch (request.op()) {
            case Op.SOCKET -> socket(request, done);
            case Op.BIND -> host.call(new SockCall.Bind(fd(request), Linux.address(request.payload())), simple(done));
            case Op.LISTEN -> host.call(new SockCall.Listen(fd(request), number(request.a1())), simple(done));
            case Op.ACCEPT ->
                host.call(
                        new SockCall.Accept(fd(request)),
                        with(done, in -> Answer.of(FIRST_ID + in.fd(), Linux.addressBytes(in.peer()))));
            case Op.CONNECT ->
                host.call(new SockCall.Connect(fd(request), Linux.address(request.payload())), simple(done));
            case Op.SHUTDOWN -> host.call(new SockCall.Shutdown(fd(request), how(request.a1())), simple(done));
            case Op.CLOSE -> close(request, done);
            case Op.MAP -> map(request, done);
            case Op.FCNTL -> fcntl(request, done);
            case Op.GETSOCKOPT -> getsockopt(request, done);
            case Op.SETSOCKOPT -> setsockopt(request, done);
            case Op.POLL -> poll(request, done);
            default -> transfer(request, done);
        };
    }

    private SockEntry.Pending transfer(final Request request, final Consumer<Answer> done) throws CallFailed {
        return switch (request.op()) {
            case Op.RECV -> receive(request, with(done, in -> Answer.of(count(request, in), in.data())));
            case Op.RECVFROM -> receive(request, with(done, in -> Answer.of(count(request, in), datagram(in))));
            case Op.SEND -> {
                final Set<MsgFlag> flags = flags(request.a2());
                final byte[] data = data(request);
                yield host.call(new SockCall.Send(fd(request), data, 0, data.length, flags), with(done, Answer::of));
            }
            case Op.SENDTO -> {
                final Set<MsgFlag> flags = flags(request.a2());
                final SockAddr to = Linux.address(request.payload());
                final byte[] data = data(request);
                yield host.call(
                        new SockCall.Sendto(fd(request), data, 0, data.length, flags, to), with(done, Answer::of));
            }
            default -> throw new CallFailed(NetError.ENOSYS);
        };
    }

    private static Set<MsgFlag> flags(final long bits) throws CallFailed {
        return Linux.flags(bits).orElseThrow(() -> new CallFailed(NetError.EINVAL));
    }

    private SockEntry.Pending receive(final Request request, final BiConsumer<NetError, SockCall.Received> done)
            throws CallFailed {
        final Set<MsgFlag> flags = flags(request.a2() & ~Linux.MSG_TRUNC);
        return host.call(new SockCall.Recvfrom(fd(request), length(request), flags), done);
    }

    /** With MSG_TRUNC the whole length of what was cut, as on Linux. */
    private static int count(final Request request, final SockCall.Received received) {
        return (request.a2() & Linux.MSG_TRUNC) == 0 ? received.data().length : received.length();
    }

    private static byte[] datagram(final SockCall.Received received) {
        return Linux.buffer(Linux.SOCKADDR_IN + received.data().length)
                .put(Linux.addressBytes(received.from()))
                .put(received.data())
                .array();
    }

    /** Which socket a caller means. */
    private int fd(final Request request) {
        return fd(request.fd());
    }

    private int fd(final int name) {
        final Integer known = named.get(name);
        if (known != null) {
            return known;
        }
        return name >= FIRST_ID ? name - FIRST_ID : -1;
    }

    private static int number(final long value) throws CallFailed {
        if (value != (int) value) {
            throw new CallFailed(NetError.EINVAL);
        }
        return (int) value;
    }

    private static int length(final Request request) throws CallFailed {
        if (request.a1() < 0) {
            throw new CallFailed(NetError.EINVAL);
        }
        return (int) Math.min(request.a1(), LONGEST_RECV);
    }

    /** What follows in the payload; its length must be what the request says. */
    private static byte[] data(final Request request) throws CallFailed {
        if (request.a1() != request.payload().remaining()) {
            throw new CallFailed(NetError.EINVAL);
        }
        return rest(request.payload());
    }

    private static byte[] rest(final ByteBuffer payload) {
        final byte[] bytes = new byte[payload.remaining()];
        payload.get(bytes);
        return bytes;
    }

    private static BiConsumer<NetError, Void> simple(final Consumer<Answer> done) {
        return with(done, nothing -> Answer.of(0));
    }

    private static <R> BiConsumer<NetError, R> with(final Consumer<Answer> done, final Function<R, Answer> answer) {
        return (error, value) -> done.accept(error == NetError.OK ? answer.apply(value) : Answer.failed(error));
    }

    private SockEntry.Pending socket(final Request request, final Consumer<Answer> done) throws CallFailed {
        final int type = number(request.a1());
        final SockCall.Socket call =
                new SockCall.Socket(number(request.a0()), type & Linux.SOCK_TYPE, number(request.a2()));
        return host.call(call, with(done, id -> {
            if ((type & Linux.SOCK_NONBLOCK) == 0) {
                return Answer.of(FIRST_ID + id);
            }
            host.call(new SockCall.SetNonblock(id, true), (error, nothing) -> {});
            return Answer.of(FIRST_ID + id);
        }));
    }

    private static SockCall.How how(final long number) throws CallFailed {
        if (number == 0) {
            return SockCall.How.SHUT_RD;
        } else if (number == 1) {
            return SockCall.How.SHUT_WR;
        } else if (number == 2) {
            return SockCall.How.SHUT_RDWR;
        }
        throw new CallFailed(NetError.EINVAL);
    }

    private SockEntry.Pending close(final Request request, final Consumer<Answer> done) {
        final int fd = fd(request);
        named.values().removeIf(id -> id == fd);
        return host.call(new SockCall.Close(fd), simple(done));
    }

    /** From now on the socket has another name. */
    private SockEntry.Pending map(final Request request, final Consumer<Answer> done) throws CallFailed {
        final int id = request.fd();
        final int name = number(request.a2());
        if (id < FIRST_ID || request.a1() != -1 || name < 0 || name >= FIRST_ID) {
            throw new CallFailed(NetError.EINVAL);
        }
        return host.call(new SockCall.GetNonblock(id - FIRST_ID), with(done, there -> {
            named.put(name, id - FIRST_ID);
            return Answer.of(0);
        }));
    }

    private SockEntry.Pending fcntl(final Request request, final Consumer<Answer> done) throws CallFailed {
        final int fd = fd(request);
        if (request.a1() == Linux.F_GETFL) {
            return host.call(
                    new SockCall.GetNonblock(fd),
                    with(done, on -> Answer.of(Linux.O_RDWR | (on ? Linux.O_NONBLOCK : 0))));
        }
        if (request.a1() == Linux.F_SETFL) {
            return host.call(new SockCall.SetNonblock(fd, (request.a2() & Linux.O_NONBLOCK) != 0), simple(done));
        }
        throw new CallFailed(NetError.EINVAL);
    }

    private SockEntry.Pending getsockopt(final Request request, final Consumer<Answer> done) throws CallFailed {
        final int fd = fd(request);
        if (request.a2() == Linux.FIONREAD) {
            return host.call(
                    new SockCall.Fionread(fd),
                    with(done, n -> value(request, Linux.buffer(4).putInt(n).array())));
        }
        if (request.a2() == Linux.SIOCATMARK) {
            return host.call(
                    new SockCall.Sockatmark(fd),
                    with(
                            done,
                            at -> value(
                                    request, Linux.buffer(4).putInt(at ? 1 : 0).array())));
        }
        if (Linux.isTcpInfo(request.a1(), request.a2())) {
            return host.call(new SockCall.GetTcpInfo(fd), with(done, info -> value(request, Linux.tcpInfo(info))));
        }
        final SockOpt option = option(request);
        return host.call(
                new SockCall.Getsockopt(fd, option),
                with(done, value -> value(request, Linux.optionBytes(option, value))));
    }

    /** As much of a value as the caller has room for. */
    private static Answer value(final Request request, final byte[] value) {
        return request.a3() >= 0 && request.a3() < value.length
                ? Answer.of(0, Arrays.copyOf(value, (int) request.a3()))
                : Answer.of(0, value);
    }

    private static SockOpt option(final Request request) throws CallFailed {
        return Linux.option(request.a1(), request.a2()).orElseThrow(() -> new CallFailed(NetError.ENOPROTOOPT));
    }

    private SockEntry.Pending setsockopt(final Request request, final Consumer<Answer> done) throws CallFailed {
        final SockOpt option = option(request);
        final int value =
                Linux.optionValue(option, request.payload()).orElseThrow(() -> new CallFailed(NetError.EINVAL));
        return host.call(new SockCall.Setsockopt(fd(request), option, value), simple(done));
    }

    private SockEntry.Pending poll(final Request request, final Consumer<Answer> done) throws CallFailed {
        final ByteBuffer payload = request.payload();
        if (payload.remaining() % Linux.POLLFD != 0) {
            throw new CallFailed(NetError.EINVAL);
        }
        final List<Integer> names = new ArrayList<>();
        final List<PollFd> fds = new ArrayList<>();
        while (payload.hasRemaining()) {
            final int name = payload.getInt();
            names.add(name);
            fds.add(PollFd.of(name < 0 ? name : pollable(name), payload.getShort()));
            payload.getShort();
        }
        final long timeoutNs = request.a0() < 0 ? -1 : Math.min(request.a0(), Integer.MAX_VALUE) * NS_PER_MS;
        return host.call(new SockCall.Poll(fds, timeoutNs), with(done, ready -> {
            final byte[] array = new byte[ready.size() * Linux.POLLFD];
            final ByteBuffer back = ByteBuffer.wrap(array).order(payload.order());
            for (int i = 0; i < ready.size(); i++) {
                back.putInt(names.get(i))
                        .putShort((short) ready.get(i).events())
                        .putShort((short) ready.get(i).revents());
            }
            return Answer.of(ready.stream().filter(fd -> fd.revents() != 0).count(), array);
        }));
    }

    /** A name that means no socket must be POLLNVAL, not passed over. */
    private int pollable(final int name) {
        final int fd = fd(name);
        return fd >= 0 ? fd : SockCall.MOST_OPEN;
    }

    /** For what is over already. */
    static SockEntry.Pending over() {
        return OVER;
    }
}
