package odonata.actors.inetd;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import odonata.actors.lwkt.Handlers;
import odonata.actors.proc.Image;
import odonata.actors.proc.SigAction;
import odonata.actors.proc.Signal;
import odonata.actors.proc.Sys;
import odonata.actors.proc.SysCall;
import odonata.actors.proc.Upc;
import odonata.actors.proc.UserProgram;
import odonata.actors.proc.UserTd;
import odonata.actors.socket.MsgFlag;
import odonata.actors.socket.SockAddr;
import odonata.actors.socket.SockCall;
import odonata.actors.socket.SockOpt;
import odonata.protocol.errno.NetError;

/**
 * A process that listens on a port and serves all its connections: each has a read and a write under way at most, whose ends come by an upcall,
 * many at a time, so the work does not grow with those that are silent. Several of them share a port (SO_REUSEPORT), one on each CPU.
 * What a service sends leaves at once (TCP_NODELAY): it writes all that it has. It ends when it cannot have the port, and at SIGTERM as soon as
 * its connections are over, which it asks them to be ({@link StreamService.Talk#finish}).
 */
public final class StreamServer extends UserProgram<Object> {
    private static final int BACKLOG = 128;
    private static final int READ = 65_536;
    private static final Set<MsgFlag> MORE = Set.of(MsgFlag.MSG_MORE);
    private static final Set<MsgFlag> EOF = Set.of(MsgFlag.MSG_EOF);

    private final int port;
    private final StreamService service;
    private final Map<Integer, Connection> connections = new HashMap<>();
    private final ArrayDeque<Upc.Returned> ended = new ArrayDeque<>();
    private boolean working;
    private boolean finishing;
    private int listening;
    private int upcall;

    /** Which call of which connection has ended. */
    private record Tag(Kind kind, int fd) {}

    private enum Kind {
        ACCEPT,
        READ,
        WRITE,
        CLOSE
    }

    private static final class Connection {
        private StreamService.Talk talk;
        private boolean reads;
        private boolean writes;
        private boolean closes;
        private boolean dead;
    }

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
        must(new Sys.Sigaction(Signal.SIGTERM, new SigAction.Catch(signal -> finish())), before -> listen());
    }

    private void listen() {
        must(SockCall.Socket.tcp(), fd -> {
            listening = fd;
            must(
                    new SockCall.Setsockopt(fd, SockOpt.SO_REUSEPORT, 1),
                    n1 -> must(
                            new SockCall.Setsockopt(fd, SockOpt.TCP_NODELAY, 1),
                            n2 -> must(
                                    new SockCall.Bind(fd, SockAddr.any(port)),
                                    n3 -> must(new SockCall.Listen(fd, BACKLOG), n4 -> serve()))));
        });
    }

    private void serve() {
        must(new Upc.Register(new Upc.Shared(), this::happened), number -> {
            upcall = number;
            begin(new SockCall.Accept(listening), new Tag(Kind.ACCEPT, listening));
            work();
        });
    }

    /** What comes meanwhile is told when it has asked for something. */
    private void finish() {
        finishing = true;
        for (final int fd : List.copyOf(connections.keySet())) {
            connections.get(fd).talk.finish();
            goOn(fd);
        }
        work();
        endWhenUnused();
    }

    private void endWhenUnused() {
        if (finishing && connections.isEmpty()) {
            td().exit();
        }
    }

    private <R> void call(final SysCall<R> call, final BiConsumer<NetError, R> then) {
        td().syscall(call, then);
    }

    private <R> void must(final SysCall<R> call, final Consumer<R> then) {
        call(call, (error, value) -> {
            if (error == NetError.OK) {
                then.accept(value);
            } else {
                td().exit(1);
            }
        });
    }

    private void happened(final List<Object> events) {
        events.forEach(event -> ended.add((Upc.Returned) event));
        work();
    }

    private void begin(final SockCall<?> call, final Tag tag) {
        td().sendsys(call, upcall, tag).ifPresent(ended::add);
    }

    /** What has ended may begin what ends at once. */
    private void work() {
        if (working) {
            return;
        }
        working = true;
        for (Upc.Returned next = ended.poll(); next != null; next = ended.poll()) {
            final Tag tag = (Tag) next.tag();
            switch (tag.kind()) {
                case ACCEPT -> accepted(next);
                case READ -> read(connections.get(tag.fd()), next);
                case WRITE -> written(connections.get(tag.fd()), next);
                case CLOSE -> {}
            }
            if (tag.kind() == Kind.READ || tag.kind() == Kind.WRITE) {
                goOn(tag.fd());
            }
        }
        working = false;
    }

    private void accepted(final Upc.Returned end) {
        if (end.error() == NetError.EBADF || end.error() == NetError.EINVAL) {
            td().exit(1);
            return;
        }
        if (end.error() == NetError.OK) {
            final int fd = ((SockCall.Accepted) end.value()).fd();
            final Connection connection = new Connection();
            connections.put(fd, connection);
            connection.talk = service.begin(td(), () -> changed(fd, connection));
            goOn(fd);
        }
        begin(new SockCall.Accept(listening), new Tag(Kind.ACCEPT, listening));
    }

    private void read(final Connection connection, final Upc.Returned end) {
        connection.reads = false;
        if (end.error() != NetError.OK) {
            connection.dead |= end.error() != NetError.EINTR;
        } else if (!connection.closes) {
            final byte[] bytes = (byte[]) end.value();
            if (bytes.length > 0) {
                connection.talk.received(bytes);
                if (finishing) {
                    connection.talk.finish();
                }
            } else {
                connection.talk.ended();
            }
        }
    }

    private static void written(final Connection connection, final Upc.Returned end) {
        connection.writes = false;
        if (end.error() != NetError.OK) {
            connection.dead |= end.error() != NetError.EINTR;
        } else if (!connection.closes) {
            connection.talk.sent((Integer) end.value());
        }
    }

    private void changed(final int fd, final Connection connection) {
        if (connections.get(fd) == connection) {
            goOn(fd);
            work();
        }
    }

    /** A look at the output may show that there is none any more. */
    private void goOn(final int fd) {
        final Connection connection = connections.get(fd);
        if (!connection.closes && !connection.dead) {
            transfer(fd, connection);
        }
        if (!connection.closes && (connection.dead || connection.talk.isOver())) {
            connection.closes = true;
            connection.talk.closed();
        }
        if (connection.closes) {
            end(fd, connection);
        }
    }

    private void end(final int fd, final Connection connection) {
        if (!connection.reads && !connection.writes) {
            connections.remove(fd);
            begin(new SockCall.Close(fd), new Tag(Kind.CLOSE, fd));
            endWhenUnused();
        } else {
            begin(new SockCall.Shutdown(fd, SockCall.How.SHUT_RD), new Tag(Kind.CLOSE, fd)); // ends the read
        }
    }

    private void transfer(final int fd, final Connection connection) {
        if (!connection.writes) {
            final byte[] output = connection.talk.output();
            if (output.length > 0) {
                connection.writes = true;
                begin(new SockCall.Send(fd, output, 0, output.length, flags(connection.talk)), new Tag(Kind.WRITE, fd));
            }
        }
        if (!connection.reads && connection.talk.wantsInput()) {
            connection.reads = true;
            begin(SockCall.Recv.of(fd, READ), new Tag(Kind.READ, fd));
        }
    }

    private static Set<MsgFlag> flags(final StreamService.Talk talk) {
        if (talk.isLast()) {
            return EOF;
        }
        return talk.moreFollows() ? MORE : Set.of();
    }
}
