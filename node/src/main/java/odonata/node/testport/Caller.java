package odonata.node.testport;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.concurrent.Semaphore;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import odonata.actors.socket.SockEntry;

/**
 * One connection. A thread of its own reads its requests, the next one after the answer to the last; all else belongs to the thread of
 * the {@link TestPort}.
 */
final class Caller implements AutoCloseable {
    /** What it waits for; null when it does not. */
    enum Waits {
        /** The end of a call. */
        CALL,
        /** A packet. */
        PACKET,
        /** The time. */
        TIME
    }

    final String name;
    Waits waits;

    /** With {@link Waits#TIME} and {@link Waits#PACKET}: until when, in microseconds of the host. */
    long untilUs;

    /** With {@link Waits#CALL}: what ends it early. */
    SockEntry.Pending pending = Calls.over();

    /** In nanoseconds of the wall clock: the time stands still until then, for the caller's next request. */
    long heldUntilNs;

    private final SocketChannel channel;
    private final Semaphore mayRead = new Semaphore(1);

    Caller(final String name, final SocketChannel channel, final long nowNs) {
        this.name = name;
        this.channel = channel;
        heldUntilNs = nowNs;
    }

    /** Reads until the other side ends; on a thread of its own. */
    void read(final BiConsumer<Caller, Request> request, final Consumer<Caller> gone) {
        try {
            while (true) {
                mayRead.acquire();
                final int length = full(Linux.buffer(Integer.BYTES)).getInt();
                if (length < Request.HEADER || length > Request.MOST) {
                    throw new IOException("a frame of " + length + " bytes");
                }
                request.accept(this, Request.of(full(Linux.buffer(length - Integer.BYTES))));
            }
        } catch (final IOException e) {
            gone.accept(this);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            gone.accept(this);
        }
    }

    private ByteBuffer full(final ByteBuffer buffer) throws IOException {
        while (buffer.hasRemaining()) {
            if (channel.read(buffer) < 0) {
                throw new IOException("the end");
            }
        }
        return buffer.flip();
    }

    /** Answers its request; it may make the next one. */
    void answer(final Answer answer, final long timeUs) {
        waits = null;
        pending = Calls.over();
        try {
            final ByteBuffer frame = answer.frame(timeUs);
            while (frame.hasRemaining()) {
                channel.write(frame);
            }
        } catch (final IOException e) {
            close(); // the reader notices, and tells
        }
        mayRead.release();
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
