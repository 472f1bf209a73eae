package odonata.loadgen.client;

import java.util.function.Consumer;
import odonata.protocol.clock.Clock;

/** Where lanes run: CPUs of this project's stack, or threads with sockets of the host. */
public interface Station extends AutoCloseable {

    /** Makes the lane that a thread drives, on that thread. */
    @FunctionalInterface
    interface LaneMaker {
        /** A lane of that share. */
        Lane make(Lane.Share share, Dialer dialer, Clock clock, Lane.Timer timer);
    }

    /** How many lanes it has. */
    int lanes();

    /** Begins all lanes. */
    void begin(LaneMaker maker);

    /**
     * Has each lane's thread do something with it, one after another, and waits for that.
     *
     * @throws IllegalStateException when a thread has died; names the cause
     */
    void each(Consumer<Lane> visit);

    /** Ends the threads and what they hold; the lanes have {@linkplain Lane#end ended}. */
    @Override
    void close();
}
