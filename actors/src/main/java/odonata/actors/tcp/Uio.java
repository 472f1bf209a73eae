package odonata.actors.tcp;

import java.util.Objects;

/** What is left of the bytes that a caller sends ({@code struct uio}). Owner: who has the message that carries it. */
public final class Uio {
    private final byte[] data;
    private final int length;
    private int offset;
    private int resid;

    /** The bytes of a caller, which are read while it waits. */
    public Uio(final byte[] data, final int offset, final int length) {
        Objects.checkFromIndexSize(offset, length, data.length);
        this.data = data;
        this.offset = offset;
        this.length = length;
        this.resid = length;
    }

    byte[] data() {
        return data;
    }

    int offset() {
        return offset;
    }

    int resid() {
        return resid;
    }

    int taken() {
        return length - resid;
    }

    void advance(final int count) {
        offset += count;
        resid -= count;
    }
}
