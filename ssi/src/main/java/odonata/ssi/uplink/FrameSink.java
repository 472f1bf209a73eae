package odonata.ssi.uplink;

import io.aeron.Publication;
import org.agrona.DirectBuffer;

/** The sending end of a link. Threads: any. */
public interface FrameSink {

    /** Takes a whole frame; false when it must be offered again later. */
    boolean offer(DirectBuffer buffer, int length);

    /** True when {@link #offer} has a chance. */
    boolean hasRoom();

    /** True while the other side takes frames. */
    boolean connected();

    /** Ends it; what was taken is still sent. */
    void close();

    /** Over an Aeron publication. */
    static FrameSink of(final Publication publication) {
        return new FrameSink() {
            private static final int ADMIN_RETRIES = 3;

            @Override
            public boolean offer(final DirectBuffer buffer, final int length) {
                for (int i = 0; i < ADMIN_RETRIES; i++) {
                    final long result = publication.offer(buffer, 0, length);
                    if (result > 0) {
                        return true;
                    }
                    // Only "the log turns over" is worth another look at once.
                    if (result != Publication.ADMIN_ACTION) {
                        return false;
                    }
                }
                return false;
            }

            @Override
            public boolean hasRoom() {
                return publication.availableWindow() > 0;
            }

            @Override
            public boolean connected() {
                return publication.isConnected();
            }

            @Override
            public void close() {
                publication.close();
            }
        };
    }
}
