package odonata.protocol.clock;

/** The only source of time: wall clock on a running cluster, virtual time in experiments and tests. */
@FunctionalInterface
public interface Clock {

    /** Nanoseconds since an arbitrary origin; never goes back as seen by one CPU. */
    long nowNs();
}
