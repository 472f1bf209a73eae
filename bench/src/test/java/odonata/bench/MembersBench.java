package odonata.bench;

import odonata.ssi.uplink.BareAeron;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Messages of 64 bytes from one member to another on the same machine, as many as go, no reply; an operation is one message. */
public class MembersBench {
    static final int BATCH = 100_000;
    static final int LENGTH = 64;

    private static final byte[] PAYLOAD = new byte[LENGTH];

    /** Threads, ports, our uplink. */
    @State(Scope.Benchmark)
    public static class Uplink {
        /** {@code odonata.uplink.shared-memory}. */
        @Param("true")
        boolean sharedMemory;

        private Members members;
        private Stream stream;

        /** Starts it. */
        @Setup
        public void start() {
            members = new Members(sharedMemory);
            stream = new Stream(members.first(), members.second(), PAYLOAD);
            members.start();
        }

        /** Stops it. */
        @TearDown
        public void stop() {
            members.close();
        }
    }

    /** Actors and Akka remoting. */
    @State(Scope.Benchmark)
    public static class Artery {
        private Remoting remoting;

        /** Starts it. */
        @Setup
        public void start() {
            remoting = new Remoting(PAYLOAD);
        }

        /** Stops it. */
        @TearDown
        public void stop() {
            remoting.close();
        }
    }

    /** Aeron alone. */
    @State(Scope.Benchmark)
    public static class Aeron {
        /** The same channel as ours has. */
        @Param("true")
        boolean sharedMemory;

        private BareAeron bare;

        /** Starts it. */
        @Setup
        public void start() {
            bare = BareAeron.oneWay(Members.driverSettings(), LENGTH, sharedMemory);
        }

        /** Stops it. */
        @TearDown
        public void stop() {
            bare.close();
        }
    }

    /** Our side. */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public void uplink(final Uplink state) {
        Failures.await(state.stream.go(BATCH));
    }

    /** Akka's. */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public void artery(final Artery state) {
        Failures.await(state.remoting.go(BATCH));
    }

    /** Aeron's. */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public void aeron(final Aeron state) {
        Failures.await(state.bare.flood(BATCH));
    }
}
