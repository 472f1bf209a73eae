package odonata.ssi.codec;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import odonata.actors.kv.KvMsg.Ask;
import odonata.actors.kv.KvVerb;

/**
 * A command for a key: verb (1 byte), flags (1), bucket (2), length of the key (4), number (8), version of the bucket map (8), the key, then
 * the value to the end. Little-endian.
 */
final class AskForm implements PayloadForm<Ask> {
    private static final int HEADER = 24;
    private static final KvVerb[] VERBS = KvVerb.values();
    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    @Override
    public Class<Ask> type() {
        return Ask.class;
    }

    @Override
    public int number() {
        return 6;
    }

    @Override
    public int length(final Ask ask) {
        return HEADER + ask.key().length + ask.value().length;
    }

    @Override
    @SuppressWarnings("EnumOrdinal") // the number on the wire
    public void write(final Ask ask, final byte[] bytes, final int offset) {
        bytes[offset] = (byte) ask.verb().ordinal();
        bytes[offset + 1] = (byte) ask.flags();
        SHORT.set(bytes, offset + 2, (short) ask.bucket());
        INT.set(bytes, offset + 4, ask.key().length);
        LONG.set(bytes, offset + 8, ask.number());
        LONG.set(bytes, offset + 16, ask.version());
        System.arraycopy(ask.key(), 0, bytes, offset + HEADER, ask.key().length);
        System.arraycopy(ask.value(), 0, bytes, offset + HEADER + ask.key().length, ask.value().length);
    }

    @Override
    public Ask read(final byte[] bytes, final int offset, final int length) {
        final int keyLength = length < HEADER ? -1 : (int) INT.get(bytes, offset + 4);
        if (keyLength < 0 || keyLength > length - HEADER || (bytes[offset] & 0xff) >= VERBS.length) {
            throw new CodecException("command for a key of " + length + " bytes, key of " + keyLength);
        }
        final int value = offset + HEADER + keyLength;
        return new Ask(
                VERBS[bytes[offset]],
                (short) SHORT.get(bytes, offset + 2),
                Arrays.copyOfRange(bytes, offset + HEADER, value),
                Arrays.copyOfRange(bytes, value, offset + length),
                (long) LONG.get(bytes, offset + 8),
                bytes[offset + 1] & 0xff,
                (long) LONG.get(bytes, offset + 16));
    }
}
