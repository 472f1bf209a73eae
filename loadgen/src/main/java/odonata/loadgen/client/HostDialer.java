package odonata.loadgen.client;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Locale;

/** Connections of the host's own sockets. Owner: one thread, which calls {@link #poll} again and again. */
public final class HostDialer implements Dialer, AutoCloseable {
    private static final int READ = 65_536;
    private static final long NS_PER_MS = 1_000_000;

    private final InetSocketAddress server;
    private final Selector selector;
    private final ByteBuffer buffer = ByteBuffer.allocate(READ);
    private final ArrayDeque<Runnable> soon = new ArrayDeque<>();

    /** Dials {@code server}. */
    public HostDialer(final InetSocketAddress server) {
        this.server = server;
        try {
            selector = Selector.open();
        } catch (final IOException e) {
            throw new UncheckedIOException("cannot wait for sockets", e);
        }
    }

    @Override
    public Line dial(final Events events) {
        final HostLine line = new HostLine(events);
        line.open();
        return line;
    }

    /** Tells what has happened; waits for it at most {@code waitNs}. */
    public void poll(final long waitNs) {
        try {
            if (soon.isEmpty() && waitNs >= NS_PER_MS) {
                selector.select(HostDialer::ready, waitNs / NS_PER_MS);
            } else {
                selector.selectNow(HostDialer::ready);
            }
        } catch (final IOException e) {
            throw new UncheckedIOException("cannot wait for sockets", e);
        }
        for (int left = soon.size(); left > 0; left--) {
            soon.remove().run();
        }
    }

    /** Ends a wait; any thread. */
    public void wakeUp() {
        selector.wakeup();
    }

    private static void ready(final SelectionKey key) {
        ((HostLine) key.attachment()).ready(key);
    }

    /** Name of errno(2) for what Java says in words. */
    static String nameOf(final IOException e) {
        final String words = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
        if (words.contains("refused")) {
            return "ECONNREFUSED";
        } else if (words.contains("reset")) {
            return "ECONNRESET";
        } else if (words.contains("broken pipe")) {
            return "EPIPE";
        } else if (words.contains("timed out")) {
            return "ETIMEDOUT";
        } else if (words.contains("cannot assign")) {
            return "EADDRNOTAVAIL";
        } else if (words.contains("network is unreachable")) {
            return "ENETUNREACH";
        } else if (words.contains("no route")) {
            return "EHOSTUNREACH";
        } else if (words.contains("too many open files")) {
            return "EMFILE";
        }
        return e.getClass().getSimpleName();
    }

    @Override
    public void close() {
        try {
            for (final SelectionKey key : selector.keys()) {
                key.channel().close();
            }
            selector.close();
        } catch (final IOException e) {
            throw new UncheckedIOException("cannot close sockets", e);
        }
    }

    private final class HostLine implements Line {
        private final Events events;
        private SocketChannel channel;
        private SelectionKey key;
        private ByteBuffer sending = ByteBuffer.allocate(0);
        private boolean over;

        HostLine(final Events events) {
            this.events = events;
        }

        private void open() {
            try {
                channel = SocketChannel.open();
                channel.configureBlocking(false);
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
                final boolean done = channel.connect(server);
                key = channel.register(selector, done ? 0 : SelectionKey.OP_CONNECT, this);
                if (done) {
                    soon.add(this::connected);
                }
            } catch (final IOException e) {
                soon.add(() -> fail(e));
            }
        }

        private void ready(final SelectionKey ready) {
            try {
                if (ready.isConnectable() && channel.finishConnect()) {
                    connected();
                }
                if (!over && ready.isWritable()) {
                    write();
                }
                if (!over && ready.isReadable()) {
                    read();
                }
            } catch (final IOException e) {
                fail(e);
            }
        }

        private void connected() {
            if (!over) {
                key.interestOps(SelectionKey.OP_READ);
                events.connected();
            }
        }

        private void read() throws IOException {
            buffer.clear();
            final int count = channel.read(buffer);
            if (count > 0) {
                events.received(buffer.array(), 0, count);
            } else if (count < 0) {
                key.interestOps(key.interestOps() & ~SelectionKey.OP_READ);
                events.ended();
            }
        }

        @Override
        public void send(final byte[] data, final int offset, final int length) {
            sending = ByteBuffer.wrap(data, offset, length);
            try {
                channel.write(sending);
            } catch (final IOException e) {
                soon.add(() -> fail(e));
                return;
            }
            if (sending.hasRemaining()) {
                key.interestOps(key.interestOps() | SelectionKey.OP_WRITE);
            } else {
                soon.add(this::taken);
            }
        }

        private void write() throws IOException {
            channel.write(sending);
            if (!sending.hasRemaining()) {
                key.interestOps(key.interestOps() & ~SelectionKey.OP_WRITE);
                taken();
            }
        }

        private void taken() {
            if (!over) {
                events.sent();
            }
        }

        private void fail(final IOException e) {
            if (!over) {
                close();
                events.failed(nameOf(e));
            }
        }

        @Override
        public void close() {
            over = true;
            if (channel != null) {
                try {
                    channel.close();
                } catch (final IOException e) {
                    throw new UncheckedIOException("cannot close a socket", e);
                }
            }
        }

        @Override
        public void abort() {
            try {
                channel.setOption(StandardSocketOptions.SO_LINGER, 0);
            } catch (final IOException e) {
                // it has ended by itself
            }
            close();
        }
    }
}
