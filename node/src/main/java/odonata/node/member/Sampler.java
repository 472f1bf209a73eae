package odonata.node.member;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntToDoubleFunction;
import odonata.actors.cpu.Cpu;
import odonata.node.snapshot.EventView;
import odonata.node.snapshot.FlowView;
import odonata.node.snapshot.LinkView;
import odonata.node.snapshot.LoadView;
import odonata.node.snapshot.MemberSnapshot;
import odonata.node.snapshot.MemberSnapshot.Posted;
import odonata.node.snapshot.ReplayView;
import odonata.node.snapshot.ThreadView;
import odonata.protocol.clock.Clock;
import odonata.ssi.membership.ClusterState;
import odonata.ssi.uplink.LinkStats;

/**
 * Measures this member: reads all counters once per window.
 *
 * <p>Thread: the sampler's.
 */
final class Sampler {
    private static final double MIB = 1 << 20;

    private final String http;
    private final Assembly assembly;
    private final List<CpuSampler> cpus = new ArrayList<>();
    private final FlowSampler flows;
    private final TcpSampler tcp;
    private final Deltas deltas;
    private final CpuUse use = new CpuUse();
    private final long startedNs;
    private long lastNs;
    private long seq;

    Sampler(final String http, final Assembly assembly, final int topFlows, final Clock clock) {
        this.http = http;
        this.assembly = assembly;
        this.flows = new FlowSampler(topFlows);
        this.tcp = new TcpSampler(assembly.self().id(), assembly.stacks(), clock);
        this.deltas = new Deltas(clock);
        this.startedNs = clock.nowNs();
        this.lastNs = startedNs;
        for (final Cpu cpu : assembly.machine().cpus()) {
            cpus.add(new CpuSampler(
                    assembly.self().id(), cpu, assembly.stacks().get(cpu.id()).counters(), clock));
        }
    }

    /**
     * What was posted to this member's HTTP interface.
     *
     * @param load by a load generator, or null
     * @param replay by a replay, or null
     * @param events notes of either
     */
    record Notes(Posted<LoadView> load, Posted<ReplayView> replay, List<EventView> events) {}

    /** One window: from the last call until now. */
    MemberSnapshot sample(final ClusterState state, final Notes notes, final long nowNs, final long nowMs) {
        final double seconds = Math.max(1e-3, (nowNs - lastNs) / 1e9);
        lastNs = nowNs;
        seq++;
        final List<LinkView> links = links();
        final IntToDoubleFunction batch = batchTo(state, links);
        final List<Integer> all = state.seats().stream().map(seat -> seat.cpu()).toList();
        final List<CpuSampler.Sampled> sampled =
                cpus.stream().map(cpu -> cpu.sample(all, batch)).toList();
        final Map<Integer, Double> buckets = new HashMap<>();
        final Map<Integer, Long> interfaces = new HashMap<>();
        sampled.forEach(s -> {
            s.bucketPackets().forEach((b, rate) -> buckets.merge(b, rate, Double::sum));
            s.interfaces().forEach((id, packets) -> interfaces.merge(id, packets, Long::sum));
        });
        final List<ThreadView> threads =
                sampled.stream().flatMap(s -> s.threads().stream()).toList();
        final List<FlowView> top = flows.sample(assembly.stacks(), seconds, nowMs - clockMs());
        return new MemberSnapshot(
                assembly.self().id(),
                seq,
                nowMs,
                Math.round(seconds * 1000),
                http,
                assembly.self().aeron(),
                ProcessHandle.current().pid(),
                (nowNs - startedNs) / 1_000_000_000,
                Math.round((Runtime.getRuntime().totalMemory()
                                - Runtime.getRuntime().freeMemory())
                        / MIB),
                Deltas.share(use.cores(processCpuNs(), nowNs)),
                sampled.stream().map(CpuSampler.Sampled::cpu).toList(),
                sampled.stream().map(CpuSampler.Sampled::row).toList(),
                links,
                buckets,
                threads,
                top,
                notes.events(),
                notes.load(),
                notes.replay(),
                sampled.stream().mapToDouble(CpuSampler.Sampled::dropsPerS).sum(),
                tcp.sample(),
                interfaces);
    }

    /** The CPUs' clock now, in milliseconds. */
    private long clockMs() {
        return assembly.machine().cpus().get(0).clock().nowNs() / 1_000_000;
    }

    private static long processCpuNs() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean os
                ? os.getProcessCpuTime()
                : 0;
    }

    private List<LinkView> links() {
        final List<LinkView> views = new ArrayList<>();
        for (final LinkStats link : assembly.uplink().links()) {
            final String name = Integer.toString(link.to());
            final double messages = deltas.rate("messages." + name, link.messages());
            final double frames = deltas.rate("frames." + name, link.frames());
            views.add(new LinkView(
                    link.from(),
                    link.to(),
                    messages,
                    deltas.rate("bytes." + name, link.bytes()),
                    frames == 0 ? 0 : Deltas.rounded(messages / frames),
                    link.creditsUsed(),
                    link.creditsMax(),
                    deltas.rate("stalls." + name, link.stalls()),
                    Deltas.rounded(link.roundTripNs() / 1e3)));
        }
        return views;
    }

    private static IntToDoubleFunction batchTo(final ClusterState state, final List<LinkView> links) {
        final Map<Integer, Double> byMember = new HashMap<>();
        links.forEach(link -> byMember.put(link.to(), link.batch()));
        return cpu -> state.seat(cpu)
                .map(seat -> byMember.getOrDefault(seat.member(), 0.0))
                .orElse(0.0);
    }
}
