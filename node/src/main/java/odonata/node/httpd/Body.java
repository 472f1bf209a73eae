package odonata.node.httpd;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** What a response carries, made while it is sent. */
interface Body extends AutoCloseable {
    /** Bytes of a piece, at most. */
    int PIECE = 65_536;

    /** After so many bytes the pattern repeats. */
    int PERIOD = 251;

    /** Bytes in all; not known with {@code chunked}. */
    long length();

    /** The next piece; empty at the end. */
    byte[] next();

    /** Gives back what it holds. */
    @Override
    default void close() {}

    /** These bytes. */
    static Body of(final byte... bytes) {
        return new Body() {
            private boolean given;

            @Override
            public long length() {
                return bytes.length;
            }

            @Override
            public byte[] next() {
                final byte[] piece = given ? new byte[0] : bytes;
                given = true;
                return piece;
            }
        };
    }

    /** A text. */
    static Body of(final String text) {
        return of(text.getBytes(StandardCharsets.UTF_8));
    }

    /** So many bytes of a pattern: at place i stands {@code i mod 251}. */
    static Body pattern(final long length) {
        return new Body() {
            private long at;

            @Override
            public long length() {
                return length;
            }

            @Override
            public byte[] next() {
                final int from = (int) (at % PERIOD);
                final byte[] piece = Arrays.copyOfRange(Pattern.BYTES, from, from + (int) Math.min(PIECE, length - at));
                at += piece.length;
                return piece;
            }
        };
    }

    /** What a stream has, which is {@code length} bytes; a stream that fails ends the connection. */
    static Body of(final InputStream stream, final long length) {
        return new Body() {
            @Override
            public long length() {
                return length;
            }

            @Override
            public byte[] next() {
                try {
                    return stream.readNBytes(PIECE);
                } catch (final IOException e) {
                    throw new UncheckedIOException(e);
                }
            }

            @Override
            public void close() {
                try {
                    stream.close();
                } catch (final IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        };
    }

    /** As much of the pattern as a piece needs that begins anywhere in it. */
    final class Pattern {
        private static final byte[] BYTES = new byte[PIECE + PERIOD];

        static {
            for (int i = 0; i < BYTES.length; i++) {
                BYTES[i] = (byte) (i % PERIOD);
            }
        }

        private Pattern() {}
    }
}
