package odonata.loadgen.client;

import java.util.Arrays;

/** Bytes that are to be sent: written at the end, handed over all at once. Two arrays take turns. */
final class Output {
    private byte[] filling = new byte[512];
    private byte[] leaving = new byte[512];
    private int length;

    boolean isEmpty() {
        return length == 0;
    }

    void write(final byte[] bytes) {
        write(bytes, 0, bytes.length);
    }

    void write(final byte[] bytes, final int offset, final int count) {
        if (length + count > filling.length) {
            filling = Arrays.copyOf(filling, Math.max(length + count, 2 * filling.length));
        }
        System.arraycopy(bytes, offset, filling, length, count);
        length += count;
    }

    int length() {
        return length;
    }

    /** The bytes, from index 0 on; they stay as they are until the next call. */
    byte[] take() {
        final byte[] taken = filling;
        filling = leaving;
        leaving = taken;
        length = 0;
        return taken;
    }
}
