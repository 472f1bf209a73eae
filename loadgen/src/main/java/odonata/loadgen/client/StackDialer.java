package odonata.loadgen.client;

import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import odonata.actors.socket.SockAddr;
import odonata.actors.socket.SockCall;
import odonata.actors.socket.SockEntry;
import odonata.actors.socket.SockFiles;
import odonata.actors.socket.SockOpt;
import odonata.protocol.errno.NetError;

/** Connections of this project's own stack, from addresses and ports that the caller chooses. Owner: the carrier of its CPU. */
public final class StackDialer implements Dialer {
    private static final int READ = 65_536;
    private static final int ATTEMPTS = 8;

    private final SockEntry sockets;
    private final SockAddr server;
    private final Supplier<SockAddr> names;
    private final SockFiles files = new SockFiles();

    /**
     * Dials from one CPU.
     *
     * @param sockets its socket calls
     * @param server address and port
     * @param names own address and port for each connection; one that is in use is not used, and another is asked for
     */
    public StackDialer(final SockEntry sockets, final SockAddr server, final Supplier<SockAddr> names) {
        this.sockets = sockets;
        this.server = server;
        this.names = names;
    }

    @Override
    public Line dial(final Events events) {
        final StackLine line = new StackLine(events);
        line.open(ATTEMPTS);
        return line;
    }

    /** Descriptors that are open. */
    public int open() {
        return files.size();
    }

    private final class StackLine implements Line {
        private final Events events;
        private int fd;
        private int sendingBytes;
        private boolean over;

        StackLine(final Events events) {
            this.events = events;
        }

        private <R> void call(final SockCall<R> call, final BiConsumer<NetError, R> done) {
            sockets.call(files, call, done);
        }

        /** The calls of one connection are served in their order; what the last one says, counts. */
        private void open(final int attempts) {
            call(SockCall.Socket.tcp(), (error, made) -> {
                fd = error == NetError.OK ? made : -1;
            });
            call(new SockCall.Setsockopt(fd, SockOpt.TCP_NODELAY, 1), (error, nothing) -> {});
            call(new SockCall.Setsockopt(fd, SockOpt.SO_REUSEADDR, 1), (error, nothing) -> {});
            call(new SockCall.Bind(fd, names.get()), (error, nothing) -> bound(error, attempts));
        }

        private void bound(final NetError error, final int attempts) {
            if (over) {
                return;
            }
            if (error == NetError.OK) {
                call(new SockCall.Connect(fd, server), (refused, nothing) -> connected(refused, attempts));
            } else {
                again(error, attempts);
            }
        }

        private void connected(final NetError error, final int attempts) {
            if (over) {
                return;
            }
            if (error == NetError.OK) {
                receive();
                events.connected();
            } else {
                again(error, attempts);
            }
        }

        private void again(final NetError error, final int attempts) {
            closeQuietly();
            if (error == NetError.EADDRINUSE && attempts > 1) {
                open(attempts - 1);
            } else {
                fail(error);
            }
        }

        private void receive() {
            call(SockCall.Recv.of(fd, READ), this::received);
        }

        private void received(final NetError error, final byte[] bytes) {
            if (over) {
                return;
            }
            if (error != NetError.OK) {
                closeQuietly();
                fail(error);
            } else if (bytes.length == 0) {
                events.ended();
            } else {
                events.received(bytes, 0, bytes.length);
                if (!over) {
                    receive();
                }
            }
        }

        @Override
        public void send(final byte[] data, final int offset, final int length) {
            sendingBytes = length;
            call(new SockCall.Send(fd, data, offset, length, Set.of()), this::sent);
        }

        private void sent(final NetError error, final Integer count) {
            if (over) {
                return;
            }
            if (error != NetError.OK) {
                closeQuietly();
                fail(error);
            } else if (count == sendingBytes) {
                events.sent();
            } else {
                closeQuietly();
                fail(NetError.EIO);
            }
        }

        private void fail(final NetError error) {
            over = true;
            events.failed(error.name());
        }

        private void closeQuietly() {
            call(new SockCall.Close(fd), (error, nothing) -> {});
        }

        @Override
        public void close() {
            over = true;
            closeQuietly();
        }

        @Override
        public void abort() {
            call(new SockCall.Setsockopt(fd, SockOpt.SO_LINGER, 0), (error, nothing) -> {});
            close();
        }
    }
}
