package odonata.ssi.uplink;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Says whether the file system of the media driver's folder has room for its buffers.
 *
 * <p>The buffers are sparse: a full file system is noticed only when a page is first written, and then the JVM dies of a bus
 * error. So it is asked before the driver starts.
 *
 * @param folder where the driver's folder will be
 * @param needed bytes for the driver and all links that may come
 * @param available bytes that are free now
 */
public record SharedMemory(Path folder, long needed, long available) {
    /** Command buffers, counters, error log and loss report of one driver. */
    private static final long DRIVER_BYTES = 10L << 20;

    private static final int TERMS = 3;
    private static final long LOG_META = 64L << 10;

    /**
     * Looks at the folder.
     *
     * @param links peers, members and load generators, with a publication to and one from each
     */
    public static SharedMemory of(final DriverSettings settings, final int links) {
        final long log = (long) TERMS * settings.termLength() + LOG_META;
        final Path folder = settings.folder();
        try {
            return new SharedMemory(
                    folder,
                    DRIVER_BYTES + 2L * links * log,
                    Files.getFileStore(folder).getUsableSpace());
        } catch (final IOException e) {
            throw new UncheckedIOException(
                    "cannot look at " + folder + ", the folder of the media driver's buffers: make it or set"
                            + " odonata.driver.folder",
                    e);
        }
    }

    /** True when it fits. */
    public boolean enough() {
        return available >= needed;
    }

    /** Fails with what is missing, why it is needed and what to do. */
    public void check() {
        if (!enough()) {
            throw new IllegalStateException(folder + " has " + mib(available) + " MiB free, the media driver needs "
                    + mib(needed) + " MiB for its buffers: free some (old odonata-* folders?), mount it larger, lower"
                    + " odonata.driver.term-length, or set odonata.driver.folder to a larger file system");
        }
    }

    private static long mib(final long bytes) {
        return (bytes + (1 << 20) - 1) >> 20;
    }
}
