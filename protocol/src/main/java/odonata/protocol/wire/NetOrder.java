package odonata.protocol.wire;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Fields in network byte order at any index of a byte array, aligned or not.
 *
 * <p>Every method throws {@link IndexOutOfBoundsException} when the field does not lie inside the array.
 */
public final class NetOrder {
    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

    private NetOrder() {}

    /** Unsigned 8-bit field, {@code 0..255}. */
    public static int getByte(final byte[] data, final int index) {
        return data[index] & 0xff;
    }

    /** Unsigned 16-bit field, {@code 0..65535}. */
    public static int getShort(final byte[] data, final int index) {
        return (short) SHORT.get(data, index) & 0xffff;
    }

    /** 32-bit field; the first octet ends up in the high byte. */
    public static int getInt(final byte[] data, final int index) {
        return (int) INT.get(data, index);
    }

    /** Writes the low 8 bits of {@code value}. */
    public static void putByte(final byte[] data, final int index, final int value) {
        data[index] = (byte) value;
    }

    /** Writes the low 16 bits of {@code value}. */
    public static void putShort(final byte[] data, final int index, final int value) {
        SHORT.set(data, index, (short) value);
    }

    /** Writes all 32 bits of {@code value}. */
    public static void putInt(final byte[] data, final int index, final int value) {
        INT.set(data, index, value);
    }
}
