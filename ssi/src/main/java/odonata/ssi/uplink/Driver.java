package odonata.ssi.uplink;

import io.aeron.Aeron;
import io.aeron.CommonContext;
import io.aeron.Subscription;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import io.aeron.protocol.DataHeaderFlyweight;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import odonata.ssi.uplink.frame.Texts;
import org.agrona.concurrent.AgentInvoker;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The media driver of one process and one Aeron client of it.
 *
 * <p>One thread for the driver, or none; the client has none, its housekeeping is done by whoever polls, through {@link #housekeeping()}.
 * The folder is {@code <folder>/odonata-<name>-<pid>} and is deleted on {@link #close()}.
 */
public final class Driver implements AutoCloseable {
    /**
     * Client and driver may hear nothing of each other for so long. They share a process, so neither can die alone; what it
     * guards against is a machine that stands still, above all while it starts.
     */
    private static final long PAUSE_NS = TimeUnit.MINUTES.toNanos(2);

    private static final long PAUSE_MS = TimeUnit.NANOSECONDS.toMillis(PAUSE_NS);

    /** The driver of another process, which shows every second that it lives, has done so. */
    private static final long ALIVE_MS = TimeUnit.SECONDS.toMillis(3);

    private static final Logger LOG = LoggerFactory.getLogger(Driver.class);
    private static final String PREFIX = "odonata-";
    /** What every Linux lets a socket buffer hold without being told. */
    private static final int WINDOW_BYTES = 128 << 10;

    private static final int BIND_POLLS = 10_000;
    private static final long BIND_POLL_NS = TimeUnit.MILLISECONDS.toNanos(1);

    private final DriverSettings settings;
    private final Path folder;
    private final MediaDriver driver;
    private final Aeron aeron;

    private Driver(final DriverSettings settings, final Path folder, final MediaDriver driver, final Aeron aeron) {
        this.settings = settings;
        this.folder = folder;
        this.driver = driver;
        this.aeron = aeron;
    }

    /**
     * Starts driver and client.
     *
     * @param name cluster and member, or load generator; part of the folder's name
     * @param links peers for which the folder's file system must have room
     */
    public static Driver start(final DriverSettings settings, final String name, final int links) {
        return start(settings, name, links, ThreadingMode.SHARED);
    }

    /** The same without a thread: the one owner of all that uses it calls {@link #work} again and again. */
    public static Driver startWithoutThread(final DriverSettings settings, final String name, final int links) {
        return start(settings, name, links, ThreadingMode.INVOKER);
    }

    private static Driver start(
            final DriverSettings settings, final String name, final int links, final ThreadingMode mode) {
        SharedMemory.of(settings, links).check();
        final Path folder = settings.folder()
                .resolve(PREFIX + name + "-" + ProcessHandle.current().pid());
        final MediaDriver driver =
                MediaDriver.launch(driverContext(settings, folder).threadingMode(mode));
        try {
            final Aeron aeron = Aeron.connect(clientContext(folder).driverAgentInvoker(driver.sharedAgentInvoker()));
            LOG.info("media driver up folder={} term-length={} mtu={}", folder, settings.termLength(), settings.mtu());
            return new Driver(settings, folder, driver, aeron);
        } catch (final RuntimeException e) {
            driver.close();
            throw e;
        }
    }

    private static Aeron.Context clientContext(final Path folder) {
        return new Aeron.Context()
                .aeronDirectoryName(folder.toString())
                .useConductorAgentInvoker(true)
                .driverTimeoutMs(PAUSE_MS)
                .errorHandler(e -> LOG.warn("aeron client of {}", folder.getFileName(), e));
    }

    /**
     * A client of the media driver of another process on this machine; its housekeeping ({@code conductorAgentInvoker}) is the caller's. Empty when the
     * address is another machine's, or no driver that this process may use lives in that folder.
     *
     * @param host of the other process
     * @param folder of its media driver as it says, or empty
     */
    public static Optional<Aeron> ofNeighbour(final String host, final String folder) {
        try {
            if (folder.isEmpty() || NetworkInterface.getByInetAddress(InetAddress.getByName(host)) == null) {
                return Optional.empty();
            }
            final Path path = Path.of(folder);
            return CommonContext.isDriverActive(path.toFile(), ALIVE_MS, LOG::debug)
                    ? Optional.of(Aeron.connect(clientContext(path)))
                    : Optional.empty();
        } catch (final RuntimeException | UnknownHostException | SocketException e) {
            LOG.info("no shared memory with {}, by UDP then: {}", host, e.toString());
            return Optional.empty();
        }
    }

    private static MediaDriver.Context driverContext(final DriverSettings settings, final Path folder) {
        return new MediaDriver.Context()
                .aeronDirectoryName(folder.toString())
                .dirDeleteOnStart(true)
                .dirDeleteOnShutdown(true)
                .warnIfDirectoryExists(false)
                .sharedIdleStrategy(new PacedIdle(settings, 0, () -> false))
                .asyncExecutorEnabled(false)
                .termBufferSparseFile(true)
                .publicationTermBufferLength(settings.termLength())
                .ipcTermBufferLength(settings.termLength())
                .mtuLength(settings.mtu())
                .ipcMtuLength(settings.mtu())
                .initialWindowLength(Math.max(settings.mtu(), Math.min(settings.termLength() / 2, WINDOW_BYTES)))
                .rejoinStream(false)
                .clientLivenessTimeoutNs(PAUSE_NS)
                .publicationUnblockTimeoutNs(2 * PAUSE_NS)
                .imageLivenessTimeoutNs(settings.liveness().toNanos())
                .publicationConnectionTimeoutNs(settings.liveness().toNanos())
                .spiesSimulateConnection(false)
                .errorHandler(e -> LOG.warn("media driver {}", folder.getFileName(), e));
    }

    /** The client. */
    public Aeron aeron() {
        return aeron;
    }

    /** The client's housekeeping, to be invoked some times a second by the thread that polls. */
    public AgentInvoker housekeeping() {
        return aeron.conductorAgentInvoker();
    }

    /** Sends and receives, when it has no thread that does. */
    public void work() {
        if (driver.sharedAgentInvoker() != null) {
            driver.sharedAgentInvoker().invoke();
        }
    }

    /** How it was started. */
    public DriverSettings settings() {
        return settings;
    }

    /** Largest message that Aeron carries in one datagram. */
    public int maxFrame() {
        return settings.mtu() - DataHeaderFlyweight.HEADER_LENGTH;
    }

    /** Port to which a subscription that asked for any was bound; waits some milliseconds for the driver's answer. */
    public int portOf(final Subscription subscription) {
        for (int i = 0; i < BIND_POLLS; i++) {
            work();
            housekeeping().invoke();
            final List<String> addresses = subscription.localSocketAddresses();
            if (!addresses.isEmpty()) {
                final String address = addresses.get(0);
                return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
            }
            LockSupport.parkNanos(BIND_POLL_NS);
        }
        throw new IllegalStateException(
                subscription.channel() + " was not bound: is the address one of this machine's, is the port free?");
    }

    /** The driver's folder. */
    public Path folder() {
        return folder;
    }

    /** The driver's folder as neighbours are told; empty, so that they use UDP, when it does not fit into a frame. */
    public String folderToTell() {
        final String text = folder.toAbsolutePath().toString();
        return text.length() <= Texts.MAX_LENGTH ? text : "";
    }

    /** Folders of drivers whose process is gone; {@code down} and {@code doctor} remove them. */
    public static List<Path> abandoned(final Path folder) {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(p -> p.getFileName().toString().startsWith(PREFIX))
                    .filter(p -> !alive(p.getFileName().toString()))
                    .toList();
        } catch (final IOException e) {
            throw new UncheckedIOException("cannot list " + folder, e);
        }
    }

    private static boolean alive(final String name) {
        final String pid = name.substring(name.lastIndexOf('-') + 1);
        try {
            return ProcessHandle.of(Long.parseLong(pid))
                    .map(ProcessHandle::isAlive)
                    .orElse(false);
        } catch (final NumberFormatException e) {
            // Not a folder of ours after all: leave it alone.
            return true;
        }
    }

    /** Stops client and driver and deletes the folder. */
    @Override
    public void close() {
        aeron.close();
        driver.close();
        delete(folder);
    }

    private static void delete(final Path folder) {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(f -> {
                if (!f.delete()) {
                    LOG.warn("cannot delete {}: remove it by hand, it takes memory", f);
                }
            });
        } catch (final IOException e) {
            LOG.warn("cannot clean {}: remove it by hand, it takes memory", folder, e);
        }
    }
}
