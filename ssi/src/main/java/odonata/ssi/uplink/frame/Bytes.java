package odonata.ssi.uplink.frame;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Little-endian numbers in a byte array; an index outside of it throws. */
public final class Bytes {
    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private Bytes() {}

    /** Unsigned 16 bits. */
    public static int getUShort(final byte[] bytes, final int index) {
        return (short) SHORT.get(bytes, index) & 0xffff;
    }

    /** 32 bits. */
    public static int getInt(final byte[] bytes, final int index) {
        return (int) INT.get(bytes, index);
    }

    /** 64 bits. */
    public static long getLong(final byte[] bytes, final int index) {
        return (long) LONG.get(bytes, index);
    }

    /** Low 16 bits of {@code value}. */
    public static void putShort(final byte[] bytes, final int index, final int value) {
        SHORT.set(bytes, index, (short) value);
    }

    /** 32 bits. */
    public static void putInt(final byte[] bytes, final int index, final int value) {
        INT.set(bytes, index, value);
    }

    /** 64 bits. */
    public static void putLong(final byte[] bytes, final int index, final long value) {
        LONG.set(bytes, index, value);
    }
}
