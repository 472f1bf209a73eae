package odonata.actors.netisr;

/**
 * What the control plane is told about one CPU's progress with the bucket map.
 *
 * <p>Thread: the carrier of {@code cpu}; implementations hand over to their own thread and never block. Every report may be
 * repeated and says what holds for all versions up to the one given.
 */
public interface PartitionEvents {

    /** {@code cpu} steers packets by {@code version} from now on. */
    void applied(int cpu, long version);

    /** {@code cpu} serves every bucket that {@code version} gives to it; {@code from} of those may be cleared. */
    void tookOver(int cpu, long version);

    /**
     * {@code cpu}, which {@code version} no longer lists, has nothing left to do: every live CPU steers past it, and all
     * that had been sent to it before is served or forwarded. Its counters are final, apart from forwarding.
     */
    void left(int cpu, long version);

    /** Listens to nothing. */
    static PartitionEvents none() {
        return new PartitionEvents() {
            @Override
            public void applied(final int cpu, final long version) {}

            @Override
            public void tookOver(final int cpu, final long version) {}

            @Override
            public void left(final int cpu, final long version) {}
        };
    }
}
