package odonata.bench;

import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** One side of a comparison: what is run to measure it. */
@SuppressWarnings("ImmutableEnumChecker") // maps and functions that nobody changes
enum Probe {
    LWKT_SAME_1(PingPongBench.class, "lwkt", Map.of("cpus", "1", "pairs", "1")),
    AKKA_SAME_1(PingPongBench.class, "akka", Map.of("cpus", "1", "pairs", "1", "executor", "fork-join")),
    LWKT_SAME_100(PingPongBench.class, "lwkt", Map.of("cpus", "1", "pairs", "100")),
    AKKA_SAME_100(PingPongBench.class, "akka", Map.of("cpus", "1", "pairs", "100", "executor", "fork-join")),
    LWKT_CROSS_1(PingPongBench.class, "lwkt", Map.of("cpus", "2", "pairs", "1")),
    AKKA_CROSS_1(PingPongBench.class, "akka", Map.of("cpus", "2", "pairs", "1", "executor", "thread-pool")),
    LWKT_CROSS_100(PingPongBench.class, "lwkt", Map.of("cpus", "2", "pairs", "100")),
    AKKA_CROSS_100(PingPongBench.class, "akka", Map.of("cpus", "2", "pairs", "100", "executor", "fork-join")),
    LWKT_FLOOD(FloodBench.class, "lwkt", Map.of()),
    RING_FLOOD(FloodBench.class, "ring", Map.of()),
    LWKT_DOMSG(DomsgBench.class, "lwkt", Map.of()),
    PLAIN_CALL(DomsgBench.class, "plain", Map.of()),
    UPLINK_FLOOD(MembersBench.class, "uplink", Map.of("sharedMemory", "true")),
    UPLINK_FLOOD_UDP(MembersBench.class, "uplink", Map.of("sharedMemory", "false")),
    ARTERY_FLOOD(MembersBench.class, "artery", Map.of()),
    AERON_FLOOD(MembersBench.class, "aeron", Map.of("sharedMemory", "true")),
    AERON_FLOOD_UDP(MembersBench.class, "aeron", Map.of("sharedMemory", "false")),
    UPLINK_TRIP(new How.Plain(effort -> RoundTrip.ours(effort, true))),
    AERON_TRIP(new How.Plain(effort -> RoundTrip.aeron(effort, true))),
    UPLINK_TRIP_UDP(new How.Plain(effort -> RoundTrip.ours(effort, false))),
    AERON_TRIP_UDP(new How.Plain(effort -> RoundTrip.aeron(effort, false))),
    IDLE_THREAD(new How.OfHeap(IdleThreads::bytes)),
    VIRTUAL_64(VirtualBench.class, "virtual", Map.of("cpus", "64")),
    VIRTUAL_1024(VirtualBench.class, "virtual", Map.of("cpus", "1024")),
    CPU_MEMORY(new How.OfHeap(CpuMemory::bytes)),
    NET_DISPATCH(new How.Plain(Dispatch::rate)),
    NET_BULK(new How.Plain(Bulk::ours)),
    IPERF3_BULK(new How.Plain(Bulk::iperf3)),
    NET_IDLE(new How.OfHeap(IdleConnections::bytes, "4g")),
    NET_VIRTUAL(new How.Plain(VirtualNet::rate, List.of("-Xmn512m")));

    /** How it is run. */
    sealed interface How {
        /** A benchmark of JMH, with its parameters. */
        record Jmh(String method, Map<String, String> params) implements How {}

        /** A function that measures and times itself, in a JVM with these flags beside those of all. */
        record Plain(ToDoubleFunction<Effort> function, List<String> flags) implements How {
            /** With the flags of all. */
            Plain(final ToDoubleFunction<Effort> function) {
                this(function, List.of());
            }
        }

        /** The same of bytes of heap: it has a JVM of its own, as what others left is collected at any time. */
        record OfHeap(ToDoubleFunction<Effort> function, String heap) implements How {
            /** With room enough for all. */
            OfHeap(final ToDoubleFunction<Effort> function) {
                this(function, Runner.LARGE_HEAP);
            }
        }
    }

    private final How how;

    Probe(final Class<?> benchmark, final String method, final Map<String, String> params) {
        how = new How.Jmh(benchmark.getName() + "." + method, params);
    }

    Probe(final How how) {
        this.how = how;
    }

    How how() {
        return how;
    }
}
