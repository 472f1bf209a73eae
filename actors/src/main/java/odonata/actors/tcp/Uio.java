package odonata.actors.tcp;

import java.util.Objects;

/** What is left of the bytes that a caller sends ({@code struct uio}). Owner: who has the message that carries it. */
public final class Uio {
    private final byte[] data;
    private int offset;
    private int resid;
    private int taken;

    /** The bytes of a caller, which are read while it waits. */
    public Uio(final byte[] data, final int offset, final int length) {
        this(data, offset, length, 0);
    }

    /** Of which {@code taken} have been taken elsewhere, and these are left. */
    public Uio(final byte[] data, final int offset, final int length, final int taken) {
        Objects.checkFromIndexSize(offset, length, data.length);
        this.data = data;
        this.offset = offset;
        this.resid = length;
        this.taken = taken;
    }

    /** An array with those that are left. */
    public byte[] data() {
        return data;
    }

    /** Where they begin. */
    public int offset() {
        return offset;
    }

    /** How many are left. */
    public int resid() {
        return resid;
    }

    /** How many have been taken. */
    public int taken() {
        return taken;
    }

    void advance(final int count) {
        offset += count;
        resid -= count;
        taken += count;
    }
}
