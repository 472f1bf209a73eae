package odonata.bench;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The rows of the table: what is done, beside what, and what must be reached. */
@SuppressWarnings("ImmutableEnumChecker") // records of numbers
enum Work {
    SAME_1(
            "send + receive, same CPU, 1 pair",
            "Akka `tell`, one-thread dispatcher",
            Unit.RATE,
            Bar.ratioAtLeast(2.0),
            Probe.LWKT_SAME_1,
            Probe.AKKA_SAME_1,
            """
            Each message is a switch, and all of it is ours: run queue, owner checks, message states, the hold list, accounting, counters that \
            other threads may read. No part of it is more than a tenth; some thirty references are stored, whose card marks alone are 4 to 5 ns."""),
    SAME_100(
            "send + receive, same CPU, 100 pairs",
            "Akka `tell`, one-thread dispatcher",
            Unit.RATE,
            Bar.ratioAtLeast(2.0),
            Probe.LWKT_SAME_100,
            Probe.AKKA_SAME_100,
            """
            As for one pair. 200 threads with ports and messages, some 500 bytes each, do not fit into the first-level cache: with 10 pairs a \
            message takes as long as with one, with 100 a quarter more."""),
    SAME_ALLOCATED(
            "allocated by a send + receive of a used message, same CPU",
            "nothing",
            Unit.BYTES,
            new Bar(Bar.Kind.ALLOCATED_MORE_AT_MOST, 1),
            Probe.LWKT_SAME_1,
            null,
            "The message is made once and used again."),
    CROSS_1(
            "cross-CPU ping-pong, one pair",
            "Akka `tell`, two one-thread dispatchers",
            Unit.RATE,
            Bar.ratioAtLeast(6),
            Probe.LWKT_CROSS_1,
            Probe.AKKA_CROSS_1,
            "Both carriers need a core of their own: when others use one, a CPU that polls does not get its answer in time and parks."),
    CROSS_100(
            "cross-CPU ping-pong, 100 pairs",
            "Akka `tell`, two one-thread dispatchers",
            Unit.RATE,
            Bar.ratioAtLeast(2.5),
            Probe.LWKT_CROSS_100,
            Probe.AKKA_CROSS_100,
            "As for one pair; on a free machine the cost of a message, as on one CPU, decides."),
    FLOOD(
            "cross-CPU one-way flood",
            "bare Agrona ring, same messages, same capacity",
            Unit.RATE,
            Bar.ratioAtLeast(0.4),
            Probe.LWKT_FLOOD,
            Probe.RING_FLOOD,
            "A message is taken from the ring, put on a port and received by an actor; on the bare ring it is only taken."),
    FLOOD_ALLOCATED(
            "allocated by a send of a new message, other CPU",
            "the message itself, on the bare ring",
            Unit.BYTES,
            new Bar(Bar.Kind.ALLOCATED_MORE_AT_MOST, 1),
            Probe.LWKT_FLOOD,
            Probe.RING_FLOOD,
            "A message is given to its thread as it is; what is counted more comes from threads that wait, and is spread over fewer messages."),
    DOMSG(
            "`domsg` to a synchronous port",
            "a call through an interface, not inlined",
            Unit.NS,
            new Bar(Bar.Kind.MORE_AT_MOST, 15),
            Probe.LWKT_DOMSG,
            Probe.PLAIN_CALL,
            "Port look-up, owner and state checks, and the continuation."),
    REMOTE_ARTERY(
            "member to member, 64 bytes, flood",
            "Akka remoting, Artery TCP, plain bytes too",
            Unit.RATE,
            Bar.ratioAtLeast(8),
            Probe.UPLINK_FLOOD,
            Probe.ARTERY_FLOOD,
            Notes.MEMORY),
    REMOTE_AERON(
            "member to member, 64 bytes, flood",
            "bare Aeron through shared memory, offers of 64 bytes",
            Unit.RATE,
            Bar.ratioAtLeast(2),
            Probe.UPLINK_FLOOD,
            Probe.AERON_FLOOD,
            Notes.MEMORY),
    REMOTE_UDP_ARTERY(
            "member to member, 64 bytes, flood, by UDP",
            "Akka remoting, Artery TCP, plain bytes too",
            Unit.RATE,
            Bar.ratioAtLeast(8),
            Probe.UPLINK_FLOOD_UDP,
            Probe.ARTERY_FLOOD,
            Notes.THREADS),
    REMOTE_UDP_AERON(
            "member to member, 64 bytes, flood, by UDP",
            "bare Aeron by UDP, offers of 64 bytes",
            Unit.RATE,
            Bar.ratioAtLeast(2),
            Probe.UPLINK_FLOOD_UDP,
            Probe.AERON_FLOOD_UDP,
            Notes.THREADS),
    REMOTE_TRIP(
            "member to member round trip, nothing else to do, median",
            "bare Aeron through shared memory, same idle strategy",
            Unit.NS,
            Bar.ratioAtMost(1.5),
            Probe.UPLINK_TRIP,
            Probe.AERON_TRIP,
            """
            Bare Aeron has two threads, each of which polls on a core of its own: none is ever woken. Ours has four on the two cores, an agent and a CPU \
            at each end, so each of the four hops gives a core away or wakes a thread, 4 us a time. It takes a thirtieth of what UDP takes."""),
    REMOTE_UDP_TRIP(
            "member to member round trip, nothing else to do, median, by UDP",
            "bare Aeron by UDP, same idle strategy",
            Unit.NS,
            Bar.ratioAtMost(1.5),
            Probe.UPLINK_TRIP_UDP,
            Probe.AERON_TRIP_UDP,
            "Ours wakes a CPU at each end beside the threads that bare Aeron has: six threads on the cores instead of four."),
    THREAD(
            "heap of an idle thread with its port, one million on one CPU, after each has answered a message",
            "-",
            Unit.BYTES,
            new Bar(Bar.Kind.BYTES_AT_MOST, 1_536),
            Probe.IDLE_THREAD,
            null,
            "Most of it is Akka's: cell, mailbox, references, path, the typed adapter, the parent's table of children."),
    VIRTUAL_64(
            "virtual time, one core, cross-CPU ping-pong, 64 CPUs",
            "a naive prototype: 2.6 M/s",
            Unit.RATE,
            new Bar(Bar.Kind.RATE_AT_LEAST, 4e6),
            Probe.VIRTUAL_64,
            null,
            Notes.VIRTUAL),
    VIRTUAL_1024(
            "virtual time, one core, cross-CPU ping-pong, 1,024 CPUs",
            "a naive prototype, 512 CPUs: 0.7 M/s",
            Unit.RATE,
            new Bar(Bar.Kind.RATE_AT_LEAST, 1.5e6),
            Probe.VIRTUAL_1024,
            null,
            Notes.VIRTUAL),
    CPU_MEMORY(
            "heap of a CPU in virtual time, of 1,024, with two threads and two rings",
            "-",
            Unit.BYTES,
            new Bar(Bar.Kind.STATED, 0),
            Probe.CPU_MEMORY,
            null,
            ""),
    NET_DISPATCH(
            "packet dispatch, 64 bytes, one CPU: parse, checksum, hash, queue",
            "-",
            Unit.RATE,
            new Bar(Bar.Kind.RATE_AT_LEAST, 5e6),
            Probe.NET_DISPATCH,
            null,
            "From the device to the tcp_thread that counts the packet's flow."),
    NET_BULK(
            "TCP bulk in process, between two CPUs, writes of 1 MB, bytes",
            "`iperf3 -l 1M` over the kernel's loopback",
            Unit.RATE,
            Bar.ratioAtLeast(0.5),
            Probe.NET_BULK,
            Probe.IPERF3_BULK,
            """
            A byte is copied four times (into the send buffer, the packet, the receive buffer, the reader's array) and summed twice; two of the arrays are \
            made for each packet and each read. The kernel's loopback device neither sums nor copies between its two sockets."""),
    NET_IDLE(
            "heap of an idle connection, one million in one member of two CPUs with `-Xmx4g`; then ten thousand of them carry bytes",
            "-",
            Unit.BYTES,
            new Bar(Bar.Kind.BYTES_AT_MOST, 1_024),
            Probe.NET_IDLE,
            null,
            "Socket, control block, callout, descriptor, places in the tables."),
    NET_VIRTUAL(
            "virtual time, one core, 64 CPUs, 100,000 connections, some 250 of which ask for 8 KB at a time; `-Xmn512m`: packets",
            "-",
            Unit.RATE,
            new Bar(Bar.Kind.RATE_AT_LEAST, 3e5),
            Probe.NET_VIRTUAL,
            null,
            """
            A packet takes four turns of CPUs: the device's interrupt thread, the tcp_thread of another CPU, and a share of the callers' and of the tcp_thread \
            that sends. No method has more than a twelfth. A packet leaves 2.6 KB to the collector, of which the packet and what its reader is given are \
            two thirds; the young generation is large, so that packets under way, some 13 MB, do not get old. With 10,000 connections it is half as fast again, as what is touched is in the cache.""");

    /** How figures of both sides are written. */
    enum Unit {
        /** Operations a second. */
        RATE,
        /** Nanoseconds an operation. */
        NS,
        /** Bytes. */
        BYTES
    }

    private static final class Notes {
        static final String THREADS = """
                Six threads share the cores: two CPUs, two agents, two media drivers. The drivers move 104 bytes for each message of 64, which is \
                more than half of the time that bare Aeron takes in all, and the rest encodes, decodes, puts it on a ring and a port, and gives it \
                to a thread.""";
        static final String MEMORY = """
                An offer through shared memory is an atomic add and a copy; no packet and no system call is left that batching could save, while ours \
                encodes, decodes, puts it on a ring and a port, and gives it to a thread: four threads on the cores instead of two.""";
        static final String VIRTUAL = """
                Each event is a whole turn of its CPU: rings, callouts, one thread, counters, and the conductor's heap.""";
    }

    private final String text;
    private final String against;
    private final Unit unit;
    private final Bar bar;
    private final Probe ours;
    private final Probe theirs;
    private final String note;

    Work(
            final String text,
            final String against,
            final Unit unit,
            final Bar bar,
            final Probe ours,
            final Probe theirs,
            final String note) {
        this.text = text;
        this.against = against;
        this.unit = unit;
        this.bar = bar;
        this.ours = ours;
        this.theirs = theirs;
        this.note = note;
    }

    String text() {
        return text;
    }

    String against() {
        return against;
    }

    Unit unit() {
        return unit;
    }

    Bar bar() {
        return bar;
    }

    Probe ours() {
        return ours;
    }

    /** What it is compared with; empty when that is a number. */
    Optional<Probe> theirs() {
        return Optional.ofNullable(theirs);
    }

    /** True for the rows of {@code docs/bench-net.md}: packets, connections. */
    boolean isNet() {
        return name().startsWith("NET_");
    }

    /** Why the bar may be missed. */
    String note() {
        return note;
    }

    /** Ours, then theirs. */
    List<Probe> probes() {
        return Stream.concat(Stream.of(ours), theirs().stream()).toList();
    }
}
