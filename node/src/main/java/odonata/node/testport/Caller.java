package odonata.node.testport;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.Optional;
import odonata.actors.socket.SockEntry;

/** One connection: reads requests, one at a time, and writes their answers. Owner: the thread of the {@link TestPort}. */
final class Caller implements AutoCloseable {
    /** What it waits for. */
    enum Waits {
        /** Nothing: it is its turn to ask. */
        NOT,
        /** The end of a call. */
        CALL,
        /** A packet. */
        PACKET,
        /** The time. */
        TIME
    }

    Waits waits = Waits.NOT;

    /** With {@link Waits#TIME} and {@link Waits#PACKET}: until when, in microseconds of the host. */
    long untilUs;

    /** With {@link Waits#CALL}: what ends it early; another for each call. */
    SockEntry.Pending pending = Calls.over();

    /** How many requests were answered. */
    long answered;

    /** In nanoseconds of the wall clock: the time stands still until then, for the caller's next request. */
    long heldUntilNs;

    private final SocketChannel channel;
    private final SelectionKey key;
    private final ByteBuffer length = Linux.buffer(Integer.BYTES);
    private Optional<ByteBuffer> frame = Optional.empty();
    private ByteBuffer out = Linux.buffer(0);
    private Optional<Request> next = Optional.empty();

    Caller(final SocketChannel channel, final SelectionKey key) {
        this.channel = channel;
        this.key = key;
        heldUntilNs = System.nanoTime();
    }

    /**
     * Writes what is left of an answer, then reads; the next request if it is whole and the last one is answered. Throws when the other
     * side has gone or sends no frames.
     */
    Optional<Request> read() throws IOException {
        if (!written()) {
            return Optional.empty();
        }
        if (next.isEmpty()) {
            next = readRequest();
        }
        if (next.isPresent() && waits == Waits.NOT) {
            final Optional<Request> request = next;
            next = Optional.empty();
            return request;
        }
        key.interestOps(next.isPresent() ? 0 : SelectionKey.OP_READ);
        return Optional.empty();
    }

    private Optional<Request> readRequest() throws IOException {
        if (frame.isEmpty()) {
            if (!fill(length)) {
                return Optional.empty();
            }
            final int bytes = length.flip().getInt();
            length.clear();
            if (bytes < Request.HEADER || bytes > Request.MOST) {
                throw new IOException("a frame of " + bytes + " bytes");
            }
            frame = Optional.of(Linux.buffer(bytes - Integer.BYTES));
        }
        if (!fill(frame.get())) {
            return Optional.empty();
        }
        final Request request = Request.of(frame.get().flip());
        frame = Optional.empty();
        return Optional.of(request);
    }

    /** True when it is full. */
    private boolean fill(final ByteBuffer buffer) throws IOException {
        if (channel.read(buffer) < 0) {
            throw new IOException("the end");
        }
        return !buffer.hasRemaining();
    }

    private boolean written() throws IOException {
        channel.write(out);
        if (out.hasRemaining()) {
            key.interestOps(SelectionKey.OP_WRITE);
        }
        return !out.hasRemaining();
    }

    /** Answers its request; it may make the next one. */
    void answer(final Answer answer, final long timeUs) {
        waits = Waits.NOT;
        pending = Calls.over();
        answered++;
        out = answer.frame(timeUs);
        if (key.isValid()) {
            key.interestOps(SelectionKey.OP_WRITE);
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (final IOException e) {
            // it is gone, which was the aim
        }
    }
}
