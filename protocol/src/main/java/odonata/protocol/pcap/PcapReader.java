package odonata.protocol.pcap;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * Reads a capture file of either format and either byte order, frame by frame, in the order of the file.
 *
 * <p>No length in the file is trusted: at most {@link #MAX_SNAPLEN} bytes are kept of a frame, and what cannot be true
 * ends the reading with a {@link PcapException}; all frames before it have been delivered by then.
 * Thread: one owner. Source: pcap and pcapng as in the IETF drafts of the opsawg working group.
 */
public final class PcapReader implements Iterable<PcapPacket>, Closeable {
    /** Longest frame that is believed. */
    public static final int MAX_SNAPLEN = 256 << 10;

    private static final int PCAPNG = 0x0a0d0d0a;

    private final PcapInput in;
    private final PcapFormat format;

    /** One of the two file formats, after its first four bytes. */
    interface PcapFormat {
        /** The next frame, or empty at the end of the file. */
        Optional<PcapPacket> next();
    }

    private PcapReader(final PcapInput in) {
        this.in = in;
        this.format = detect(in);
    }

    /** Opens a file; to be closed by the caller. */
    public static PcapReader open(final Path file) {
        try {
            return open(Files.newInputStream(file), file.toString());
        } catch (final NoSuchFileException e) {
            throw new PcapException(file.toString(), "no such file");
        } catch (final IOException e) {
            throw new PcapException(file.toString(), 0, e);
        }
    }

    /** Reads {@code stream}, calling it {@code name} in messages; closing the reader, or failing here, closes it. */
    public static PcapReader open(final InputStream stream, final String name) {
        final PcapInput in = new PcapInput(stream, name);
        try {
            return new PcapReader(in);
        } catch (final PcapException e) {
            in.close();
            throw e;
        }
    }

    private static PcapFormat detect(final PcapInput in) {
        if (in.atEnd()) {
            throw in.damaged(0, "file is empty, a pcap or pcapng header expected");
        }
        final int magic = in.readInt("the file header");
        return magic == PCAPNG ? new PcapNgFormat(in) : PcapClassicFormat.of(in, magic);
    }

    /** The next frame, or empty at the end of the file. */
    public Optional<PcapPacket> next() {
        return format.next();
    }

    /** The frames that are left, once. */
    @Override
    public Iterator<PcapPacket> iterator() {
        return new Frames();
    }

    /** The frames that are left, once. */
    public Stream<PcapPacket> stream() {
        return StreamSupport.stream(
                Spliterators.spliteratorUnknownSize(iterator(), Spliterator.ORDERED | Spliterator.NONNULL), false);
    }

    @Override
    public void close() {
        in.close();
    }

    private final class Frames implements Iterator<PcapPacket> {
        private Optional<PcapPacket> ahead = Optional.empty();

        @Override
        public boolean hasNext() {
            if (ahead.isEmpty()) {
                ahead = PcapReader.this.next();
            }
            return ahead.isPresent();
        }

        @Override
        public PcapPacket next() {
            if (!hasNext()) {
                throw new NoSuchElementException("no more frames");
            }
            final PcapPacket packet = ahead.orElseThrow();
            ahead = Optional.empty();
            return packet;
        }
    }
}
