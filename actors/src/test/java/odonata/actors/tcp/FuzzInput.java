package odonata.actors.tcp;

import java.util.Arrays;

/** The bytes that a fuzzer has chosen, read from first to last; where they are at an end, zeros. */
final class FuzzInput {
    private final byte[] bytes;
    private int at;

    FuzzInput(final byte... bytes) {
        this.bytes = bytes;
    }

    boolean isAtEnd() {
        return at >= bytes.length;
    }

    /** 0..255. */
    int next() {
        return isAtEnd() ? 0 : bytes[at++] & 0xff;
    }

    /** 0..{@code bound - 1}, at most 256 of them. */
    int below(final int bound) {
        return next() % bound;
    }

    boolean chance() {
        return (next() & 1) != 0;
    }

    /** 0..65535. */
    int next16() {
        return next() << 8 | next();
    }

    /** -32768..32767. */
    int signed16() {
        return (short) next16();
    }

    int next32() {
        return next16() << 16 | next16();
    }

    /** As many as are there, at most {@code count}. */
    byte[] bytes(final int count) {
        final byte[] taken = Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + count));
        at += taken.length;
        return taken;
    }
}
