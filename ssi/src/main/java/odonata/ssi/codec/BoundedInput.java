package odonata.ssi.codec;

import com.esotericsoftware.kryo.io.Input;

/**
 * Kryo's input over one array, which never allocates for a length before it has seen that the bytes for it are there, and
 * never touches the array: Kryo's own moves the bytes to the front when it runs short.
 */
final class BoundedInput extends Input {
    /** Most elements of one collection or array. */
    static final int MAX_ELEMENTS = 1 << 20;

    /** A count of elements, each of which takes at least one byte. */
    static int readCount(final Input input) {
        final int count = input.readVarInt(true);
        if (count < 0 || count > input.limit() - input.position()) {
            throw new CodecException("count=" + count + " with " + (input.limit() - input.position()) + " bytes left");
        }
        checkElements(count);
        return count;
    }

    /** Refuses a collection that is too large to be sent or received. */
    static void checkElements(final int count) {
        if (count > MAX_ELEMENTS) {
            throw new CodecException("collection of " + count + " elements, at most " + MAX_ELEMENTS + ": split it");
        }
    }

    private void checkArray(final int length, final int bytesEach) {
        if (length < 0 || (long) length * bytesEach > limit - position) {
            throw new CodecException("array of " + length + " with " + (limit - position) + " bytes left");
        }
    }

    @Override
    protected int require(final int required) {
        final int left = limit - position;
        if (left < required) {
            throw new CodecException("needs " + required + " bytes, " + left + " are left");
        }
        return left;
    }

    @Override
    protected int optional(final int optional) {
        return limit == position ? -1 : Math.min(optional, limit - position);
    }

    @Override
    public byte[] readBytes(final int length) {
        checkArray(length, 1);
        return super.readBytes(length);
    }

    @Override
    public int[] readInts(final int length) {
        checkArray(length, 4);
        return super.readInts(length);
    }

    @Override
    public int[] readInts(final int length, final boolean optimizePositive) {
        checkArray(length, 1);
        return super.readInts(length, optimizePositive);
    }

    @Override
    public long[] readLongs(final int length) {
        checkArray(length, 8);
        return super.readLongs(length);
    }

    @Override
    public long[] readLongs(final int length, final boolean optimizePositive) {
        checkArray(length, 1);
        return super.readLongs(length, optimizePositive);
    }

    @Override
    public double[] readDoubles(final int length) {
        checkArray(length, 8);
        return super.readDoubles(length);
    }

    @Override
    public String readString() {
        checkString();
        return super.readString();
    }

    @Override
    public StringBuilder readStringBuilder() {
        checkString();
        return super.readStringBuilder();
    }

    private void checkString() {
        final int start = position;
        if (readVarIntFlag()) {
            final int chars = readVarIntFlag(true) - 1;
            if (chars > limit - position) {
                throw new CodecException("string of " + chars + " with " + (limit - position) + " bytes left");
            }
        }
        position = start;
    }
}
