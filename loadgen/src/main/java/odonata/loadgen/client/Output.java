package odonata.loadgen.client;

import java.util.Arrays;

/** Bytes that are to be sent: written at the end, handed over all at once. Two arrays take turns. */
final class Output {
    private static final int DECIMAL = 10;

    private byte[] filling = new byte[512];
    private byte[] leaving = new byte[512];
    private int length;

    boolean isEmpty() {
        return length == 0;
    }

    void write(final byte[] bytes) {
        write(bytes, 0, bytes.length);
    }

    void write(final char letter) {
        room(1);
        filling[length++] = (byte) letter;
    }

    /** A number, not negative, in decimal digits. */
    void number(final int value) {
        final int digits = digits(value);
        room(digits);
        int rest = value;
        for (int i = length + digits - 1; i >= length; i--) {
            filling[i] = (byte) ('0' + rest % DECIMAL);
            rest /= DECIMAL;
        }
        length += digits;
    }

    /** How many digits that has. */
    static int digits(final int value) {
        int digits = 1;
        for (int rest = value / DECIMAL; rest > 0; rest /= DECIMAL) {
            digits++;
        }
        return digits;
    }

    private void room(final int count) {
        if (length + count > filling.length) {
            filling = Arrays.copyOf(filling, Math.max(length + count, 2 * filling.length));
        }
    }

    void write(final byte[] bytes, final int offset, final int count) {
        room(count);
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
