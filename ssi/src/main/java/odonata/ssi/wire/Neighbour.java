package odonata.ssi.wire;

import io.aeron.Aeron;
import io.aeron.ExclusivePublication;
import io.aeron.FragmentAssembler;
import io.aeron.Subscription;
import io.aeron.logbuffer.FragmentHandler;
import java.util.Optional;
import odonata.ssi.uplink.Driver;
import odonata.ssi.uplink.FrameSink;

/**
 * A member on the load generator's machine, reached through shared memory: both use the member's media driver, so packets pass no socket and no thread of
 * a driver. Whether the member lives is still seen by UDP.
 *
 * <p>Thread: the client's owner.
 */
final class Neighbour implements AutoCloseable {
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
        return Driver.ofNeighbour(endpoint.substring(0, endpoint.lastIndexOf(':')), folder)
                .map(aeron -> new Neighbour(aeron, client, frames));
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
