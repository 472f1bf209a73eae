package odonata.protocol.pcap;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;

/** A capture file as a sequence of numbers in either byte order, with the offset and the name for messages. */
final class PcapInput implements Closeable {
    private final InputStream in;
    private final String name;
    private boolean littleEndian;
    private long offset;

    PcapInput(final InputStream in, final String name) {
        this.in = new BufferedInputStream(in, 1 << 16);
        this.name = name;
    }

    void littleEndian(final boolean little) {
        littleEndian = little;
    }

    boolean littleEndian() {
        return littleEndian;
    }

    long offset() {
        return offset;
    }

    PcapException damaged(final long at, final String problem) {
        return new PcapException(name, at, problem);
    }

    /** True when nothing is left. */
    boolean atEnd() {
        try {
            in.mark(1);
            final boolean end = in.read() < 0;
            in.reset();
            return end;
        } catch (final IOException e) {
            throw new PcapException(name, offset, e);
        }
    }

    /** The next {@code length} bytes; {@code what} names them if the file ends before. */
    byte[] bytes(final int length, final String what) {
        try {
            final byte[] bytes = in.readNBytes(length);
            if (bytes.length < length) {
                throw cut(what, length, bytes.length);
            }
            offset += length;
            return bytes;
        } catch (final IOException e) {
            throw new PcapException(name, offset, e);
        }
    }

    /** Passes over {@code length} bytes without keeping them. */
    void skip(final long length, final String what) {
        try {
            long left = length;
            while (left > 0) {
                final int got = in.readNBytes((int) Math.min(left, 8192)).length;
                if (got == 0) {
                    throw cut(what, length, length - left);
                }
                left -= got;
            }
            offset += length;
        } catch (final IOException e) {
            throw new PcapException(name, offset, e);
        }
    }

    private PcapException cut(final String what, final long want, final long got) {
        return damaged(offset, "file ends inside " + what + ": " + want + " bytes expected, " + got + " found");
    }

    int readShort(final String what) {
        return getShort(bytes(2, what), 0);
    }

    int readInt(final String what) {
        return getInt(bytes(4, what), 0);
    }

    int getShort(final byte[] b, final int at) {
        return littleEndian ? (b[at] & 0xff) | ((b[at + 1] & 0xff) << 8) : ((b[at] & 0xff) << 8) | (b[at + 1] & 0xff);
    }

    int getInt(final byte[] b, final int at) {
        final int low = getShort(b, littleEndian ? at : at + 2);
        return low | (getShort(b, littleEndian ? at + 2 : at) << 16);
    }

    long getUnsigned(final byte[] b, final int at) {
        return getInt(b, at) & 0xffff_ffffL;
    }

    @Override
    public void close() {
        try {
            in.close();
        } catch (final IOException e) {
            throw new PcapException(name, offset, e);
        }
    }
}
