package odonata.actors.inetd;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import odonata.actors.inetd.StreamService.Talk;
import odonata.actors.lwkt.Handlers;
import odonata.actors.proc.Image;
import odonata.actors.proc.UserProgram;
import odonata.actors.proc.UserTd;
import odonata.actors.socket.PollFd;
import odonata.actors.socket.SockAddr;
import odonata.actors.socket.SockCall;
import odonata.actors.socket.SockOpt;
import odonata.protocol.errno.NetError;

/**
 * A process that listens on a port and serves all its connections, by poll: one read and one write for each that is ready, then poll again. Several of
 * them share a port (SO_REUSEPORT), one on each CPU. It ends when it cannot have the port.
 */
public final class StreamServer extends UserProgram<Object> {
    private static final int BACKLOG = 128;
    private static final int READ = 16_384;

    private final int port;
    private final StreamService service;
    private final Map<Integer, Talk> talks = new TreeMap<>();
    private int listening;

    private StreamServer(final UserTd td, final int port, final StreamService service) {
        super(td);
        this.port = port;
        this.service = service;
    }

    /** The program that serves a port. */
    public static Image<Object> image(final String name, final int port, final StreamService service) {
        return new Image<>(name, td -> new StreamServer(td, port, service));
    }

    @Override
    protected Handlers<Object> handlers() {
        return Handlers.none();
    }

    @Override
    protected void main() {
        must(SockCall.Socket.tcp(), fd -> {
            listening = fd;
            must(
                    new SockCall.Setsockopt(fd, SockOpt.SO_REUSEPORT, 1),
                    n1 -> must(
                            new SockCall.Bind(fd, SockAddr.any(port)),
                            n2 -> must(
                                    new SockCall.Listen(fd, BACKLOG),
                                    n3 -> must(new SockCall.SetNonblock(fd, true), n4 -> poll()))));
        });
    }

    private <R> void call(final SockCall<R> call, final BiConsumer<NetError, R> then) {
        td().syscall(call, then);
    }

    private <R> void must(final SockCall<R> call, final Consumer<R> then) {
        call(call, (error, value) -> {
            if (error == NetError.OK) {
                then.accept(value);
            } else {
                td().exit(1);
            }
        });
    }

    private void poll() {
        final List<PollFd> fds = new ArrayList<>();
        fds.add(PollFd.of(listening, PollFd.POLLIN));
        talks.forEach((fd, talk) -> fds.add(PollFd.of(fd, events(talk))));
        call(new SockCall.Poll(fds, -1), (error, ready) -> {
            if (error == NetError.OK) {
                serve(ready.iterator());
            } else {
                poll();
            }
        });
    }

    private static int events(final Talk talk) {
        return (talk.wantsInput() ? PollFd.POLLIN : 0) | (talk.output().length > 0 ? PollFd.POLLOUT : 0);
    }

    private void serve(final Iterator<PollFd> ready) {
        while (ready.hasNext()) {
            final PollFd next = ready.next();
            if (next.revents() != 0) {
                serve(next, () -> serve(ready));
                return;
            }
        }
        poll();
    }

    private void serve(final PollFd ready, final Runnable then) {
        final int fd = ready.fd();
        if (fd == listening) {
            accept(then);
        } else {
            input(ready, talks.get(fd), () -> output(ready, then));
        }
    }

    private void input(final PollFd ready, final Talk talk, final Runnable then) {
        if (talk.wantsInput() && (ready.revents() & ~PollFd.POLLOUT) != 0) {
            read(ready.fd(), talk, then);
        } else {
            then.run();
        }
    }

    /** What has an error but nothing to read or write is closed. */
    private void output(final PollFd ready, final Runnable then) {
        final Talk talk = talks.get(ready.fd());
        if (talk == null) {
            then.run();
        } else if (talk.output().length > 0 && (ready.revents() & PollFd.POLLOUT) != 0) {
            write(ready.fd(), talk, then);
        } else if (!talk.wantsInput() && (ready.revents() & (PollFd.POLLERR | PollFd.POLLHUP)) != 0) {
            close(ready.fd(), then);
        } else {
            then.run();
        }
    }

    private void accept(final Runnable then) {
        call(new SockCall.Accept(listening), (error, accepted) -> {
            if (error != NetError.OK) {
                then.run();
                return;
            }
            talks.put(accepted.fd(), service.begin());
            call(new SockCall.SetNonblock(accepted.fd(), true), (e, nothing) -> then.run());
        });
    }

    private void read(final int fd, final Talk talk, final Runnable then) {
        call(SockCall.Recv.of(fd, READ), (error, bytes) -> {
            if (error == NetError.OK && bytes.length > 0) {
                talk.received(bytes);
            } else if (error == NetError.OK) {
                talk.ended();
            }
            goOn(fd, talk, error, then);
        });
    }

    private void write(final int fd, final Talk talk, final Runnable then) {
        call(SockCall.Send.of(fd, talk.output()), (error, count) -> {
            if (error == NetError.OK) {
                talk.sent(count);
            }
            goOn(fd, talk, error, then);
        });
    }

    private void goOn(final int fd, final Talk talk, final NetError error, final Runnable then) {
        final boolean dead = error != NetError.OK && error != NetError.EAGAIN && error != NetError.EINTR;
        if (dead || talk.isOver()) {
            close(fd, then);
        } else {
            then.run();
        }
    }

    private void close(final int fd, final Runnable then) {
        talks.remove(fd);
        call(new SockCall.Close(fd), (error, nothing) -> then.run());
    }
}
