package odonata.node.snapshot;

import java.util.List;
import java.util.Map;

/**
 * What one member measured over one window, as it is sent to all others.
 *
 * @param member number of the member
 * @param seq ascending per member
 * @param atMs end of the window, milliseconds since 1970
 * @param windowMs span of the window
 * @param http base address of its HTTP interface
 * @param wire where load generators reach its wire, host and port
 * @param pid process number
 * @param uptimeS seconds since it started
 * @param heapMb heap in use
 * @param processCpu cores used in the last ten seconds
 * @param cpus its CPUs; {@code buckets} is filled in by who merges
 * @param rows what each of its CPUs sent, by receiver
 * @param links its uplinks to others
 * @param bucketPackets packets per second by bucket number, only buckets that had any
 * @param threads its protocol threads
 * @param flows its busiest flows
 * @param events what it saw
 * @param load what the load generator posted here, or null
 * @param replay what a replay posted here, or null
 * @param dropsPerS packets dropped per second
 * @param tcp TCP of its CPUs
 * @param interfaces packets served since start by interface number, all CPUs of the member
 */
public record MemberSnapshot(
        int member,
        long seq,
        long atMs,
        long windowMs,
        String http,
        String wire,
        long pid,
        long uptimeS,
        long heapMb,
        double processCpu,
        List<CpuView> cpus,
        List<Row> rows,
        List<LinkView> links,
        Map<Integer, Double> bucketPackets,
        List<ThreadView> threads,
        List<FlowView> flows,
        List<EventView> events,
        Posted<LoadView> load,
        Posted<ReplayView> replay,
        double dropsPerS,
        TcpView tcp,
        Map<Integer, Long> interfaces) {

    /** A member of an older version says nothing of TCP. */
    public MemberSnapshot {
        tcp = tcp == null ? TcpView.NONE : tcp;
    }

    /**
     * What one CPU sent, by receiving CPU. Receivers without any are left out.
     *
     * @param cpu sender
     * @param messagesPerS messages by receiver; the CPU itself: messages that it sent to its own threads
     * @param messagesPerIpi messages per wake-up by receiver; for a CPU of another member: per frame of the uplink
     * @param ringFullPerS times per second that it found the ring to the receiver full
     */
    public record Row(
            int cpu,
            Map<Integer, Double> messagesPerS,
            Map<Integer, Double> messagesPerIpi,
            Map<Integer, Double> ringFullPerS) {}

    /**
     * Something posted to a member, with the time, so that the newest wins.
     *
     * @param atMs milliseconds since 1970
     * @param value what was posted
     */
    public record Posted<T>(long atMs, T value) {}
}
