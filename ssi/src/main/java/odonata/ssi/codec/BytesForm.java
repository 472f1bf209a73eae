package odonata.ssi.codec;

import java.util.Arrays;

/** Bytes as they are. */
final class BytesForm implements PayloadForm<byte[]> {
    @Override
    public Class<byte[]> type() {
        return byte[].class;
    }

    @Override
    public int number() {
        return 5;
    }

    @Override
    public int length(final byte[] value) {
        return value.length;
    }

    @Override
    public void write(final byte[] value, final byte[] bytes, final int offset) {
        System.arraycopy(value, 0, bytes, offset, value.length);
    }

    @Override
    public byte[] read(final byte[] bytes, final int offset, final int length) {
        return Arrays.copyOfRange(bytes, offset, offset + length);
    }
}
