package odonata.ssi.wire;

import io.aeron.Aeron;
import io.aeron.ExclusivePublication;
import io.aeron.FragmentAssembler;
import io.aeron.Subscription;
import io.aeron.logbuffer.FragmentHandler;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.Optional;
import odonata.ssi.uplink.Driver;
import odonata.ssi.uplink.FrameSink;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A member on the load generator's machine, reached through shared memory: both use the member's media driver, so packets pass no socket and no thread of
 * a driver. Whether the member lives is still seen by UDP.
 *
 * <p>Thread: the client's owner.
 */
final class Neighbour implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Neighbour.class);

    private final Aeron aeron;
    private final Subscription answers;
    private final FragmentAssembler assembler;
    private final long registration;
    private Optional<FrameSink> sink = Optional.empty();

    private Neighbour(final Aeron aeron, final int client, final FragmentHandler frames) {
        this.aeron = aeron;
        this.answers = aeron.addSubscription(WireEndpoint.NEAR, client);
        this.registration = aeron.asyncAddExclusivePublication(WireEndpoint.NEAR, WireBody.STREAM);
        this.assembler = new FragmentAssembler(frames);
    }

    /**
     * The member, when its address is one of this machine's and the folder of its media driver is here and may be written.
     *
     * @param endpoint the member's {@code host:port}
     * @param folder of its media driver as it says, or empty
     * @param client number of this load generator, which is the stream of the answers
     * @param frames takes what comes
     */
    static Optional<Neighbour> of(
            final String endpoint, final String folder, final int client, final FragmentHandler frames) {
        try {
            if (folder.isEmpty() || !isHere(endpoint.substring(0, endpoint.lastIndexOf(':')))) {
                return Optional.empty();
            }
            return Driver.connectTo(Path.of(folder)).map(aeron -> new Neighbour(aeron, client, frames));
        } catch (final RuntimeException | UnknownHostException | SocketException e) {
            LOG.info("no shared memory with {}, by UDP then: {}", endpoint, e.toString());
            return Optional.empty();
        }
    }

    private static boolean isHere(final String host) throws UnknownHostException, SocketException {
        return NetworkInterface.getByInetAddress(InetAddress.getByName(host)) != null;
    }

    /** Where frames to the member go, when both directions are open. */
    Optional<FrameSink> sink() {
        if (sink.isEmpty()) {
            final ExclusivePublication publication = aeron.getExclusivePublication(registration);
            if (publication != null && publication.isConnected() && answers.isConnected()) {
                sink = Optional.of(FrameSink.of(publication));
            }
        }
        return sink;
    }

    /** At most one frame of the member's; true when there was one. */
    boolean poll() {
        return answers.poll(assembler, 1) > 0;
    }

    /** What has to be done some times a second. */
    void tend() {
        aeron.conductorAgentInvoker().invoke();
    }

    @Override
    public void close() {
        aeron.close();
    }
}
