package odonata.loadgen;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The head of a request's UDP payload; an echo service sends it back unchanged.
 *
 * <pre>
 *  0                   8                   16                  24
 * +-------------------+-------------------+-------------------+
 * | magic and run     | sequence number   | sent at, ns       |
 * +-------------------+-------------------+-------------------+
 * </pre>
 *
 * All big endian. The run number keeps late answers of an earlier run out; the sequence number names the request; the
 * sending time gives the uncorrected latency.
 */
final class Request {
    /** Bytes of the head. */
    static final int BYTES = 24;

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private Request() {}

    static void write(final byte[] data, final int offset, final long run, final long sequence, final long sentNs) {
        LONG.set(data, offset, run);
        LONG.set(data, offset + 8, sequence);
        LONG.set(data, offset + 16, sentNs);
    }

    static long run(final byte[] data, final int offset) {
        return (long) LONG.get(data, offset);
    }

    static long sequence(final byte[] data, final int offset) {
        return (long) LONG.get(data, offset + 8);
    }

    static long sentNs(final byte[] data, final int offset) {
        return (long) LONG.get(data, offset + 16);
    }
}
