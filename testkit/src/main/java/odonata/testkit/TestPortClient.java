package odonata.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * One connection to the test port (docs/testport.md): makes requests and waits for their replies. Numbers and structures are Linux's.
 *
 * <p>Thread: one at a time; a second caller wants a second client. A method that fails to reach the test port throws
 * {@link UncheckedIOException}; what a call answers, errors included, is in its {@link Reply}.
 */
public final class TestPortClient implements AutoCloseable {
    private static final int HEADER = 4 + 4 + 4 * Long.BYTES;
    private static final int SOCKADDR_IN = 16;

    private final SocketChannel channel;

    /**
     * What a request answers.
     *
     * @param ret what the call returned; -1: see errno
     * @param timeUs virtual time, in microseconds since 1970
     */
    @SuppressWarnings("ArrayRecordComponent") // handed over, not compared
    public record Reply(int ret, int errno, long timeUs, byte[] payload) {

        /** The payload as text. */
        public String text() {
            return new String(payload, StandardCharsets.ISO_8859_1);
        }

        /** The payload as numbers, little endian. */
        public ByteBuffer numbers() {
            return ByteBuffer.wrap(payload).order(ByteOrder.LITTLE_ENDIAN);
        }
    }

    private TestPortClient(final SocketChannel channel) {
        this.channel = channel;
    }

    /** Connects to the socket at {@code path}. */
    public static TestPortClient connectTo(final Path path) {
        try {
            final SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
            try {
                channel.connect(UnixDomainSocketAddress.of(path));
                return new TestPortClient(channel);
            } catch (final IOException e) {
                channel.close();
                throw e;
            }
        } catch (final IOException e) {
            throw new UncheckedIOException("no test port at " + path, e);
        }
    }

    /** Any request. */
    public Reply call(final int op, final long a0, final long a1, final long a2, final long a3, final byte... payload) {
        begin(op, a0, a1, a2, a3, payload);
        return await();
    }

    /** Sends a request; {@link #await} has its reply. */
    public void begin(final int op, final long a0, final long a1, final long a2, final long a3, final byte... payload) {
        final ByteBuffer frame = little(HEADER + payload.length)
                .putInt(HEADER + payload.length)
                .putInt(op)
                .putLong(a0)
                .putLong(a1)
                .putLong(a2)
                .putLong(a3)
                .put(payload)
                .flip();
        try {
            while (frame.hasRemaining()) {
                channel.write(frame);
            }
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The reply to the request that was sent. */
    public Reply await() {
        final ByteBuffer frame = full(full(Integer.BYTES).getInt() - Integer.BYTES);
        final int ret = frame.getInt();
        final int errno = frame.getInt();
        final long timeUs = frame.getLong();
        final byte[] payload = new byte[frame.remaining()];
        frame.get(payload);
        return new Reply(ret, errno, timeUs, payload);
    }

    private ByteBuffer full(final int length) {
        final ByteBuffer buffer = little(length);
        try {
            while (buffer.hasRemaining()) {
                if (channel.read(buffer) < 0) {
                    throw new IOException("the test port has closed the connection");
                }
            }
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
        return buffer.flip();
    }

    private static ByteBuffer little(final int length) {
        return ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** A {@code sockaddr_in}. */
    public static byte[] sockaddr(final int addr, final int port) {
        return little(SOCKADDR_IN)
                .putShort((short) 2)
                .putShort(Short.reverseBytes((short) port))
                .putInt(Integer.reverseBytes(addr))
                .putLong(0)
                .array();
    }

    /** An {@code int}, as options want it. */
    public static byte[] number(final int value) {
        return little(Integer.BYTES).putInt(value).array();
    }

    /** {@code socket(AF_INET, type, protocol)}. */
    public Reply socket(final int type, final int protocol) {
        return call(1, 2, type, protocol, 0);
    }

    /** {@code bind}. */
    public Reply bind(final int fd, final int addr, final int port) {
        return call(2, fd, 0, 0, 0, sockaddr(addr, port));
    }

    /** {@code listen}. */
    public Reply listen(final int fd, final int backlog) {
        return call(3, fd, backlog, 0, 0);
    }

    /** {@code accept}. */
    public Reply accept(final int fd) {
        return call(4, fd, 0, 0, 0);
    }

    /** {@code connect}. */
    public Reply connect(final int fd, final int addr, final int port) {
        return call(5, fd, 0, 0, 0, sockaddr(addr, port));
    }

    /** {@code recv}. */
    public Reply recv(final int fd, final int length, final int flags) {
        return call(6, fd, length, flags, 0);
    }

    /** {@code send}. */
    public Reply send(final int fd, final String text, final int flags) {
        return call(7, fd, text.length(), flags, 0, text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** {@code fcntl}. */
    public Reply fcntl(final int fd, final int command, final int value) {
        return call(8, fd, command, value, 0);
    }

    /** From now on the socket {@code id} is {@code fd}. */
    public Reply map(final int id, final int fd) {
        return call(9, id, -1, fd, 0);
    }

    /** {@code close}; not of this connection. */
    public Reply closeSocket(final int fd) {
        return call(10, fd, 0, 0, 0);
    }

    /** {@code shutdown}. */
    public Reply shutdown(final int fd, final int how) {
        return call(11, fd, how, 0, 0);
    }

    /** {@code getsockopt}. */
    public Reply getsockopt(final int fd, final int level, final int option, final int size) {
        return call(12, fd, level, option, size);
    }

    /** {@code setsockopt}. */
    public Reply setsockopt(final int fd, final int level, final int option, final byte... value) {
        return call(13, fd, level, option, value.length, value);
    }

    /** A packet arrives at the host now. */
    public Reply inject(final byte... packet) {
        return call(15, 0, 0, 0, 0, packet);
    }

    /** The next packet that the host sends. */
    public Reply take() {
        return call(16, 0, 0, 0, 0);
    }

    /** Runs the host. */
    public Reply sleep(final long us) {
        return call(17, us, 0, 0, 0);
    }

    /** The time; a microsecond has passed. */
    public Reply time() {
        return call(18, 0, 0, 0, 0);
    }

    /** A fresh host. */
    public Reply reset() {
        return call(19, 0, 0, 0, 0);
    }

    /** Sets {@code name=value}. */
    public Reply set(final String assignment) {
        return call(100, 0, 0, 0, 0, assignment.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
