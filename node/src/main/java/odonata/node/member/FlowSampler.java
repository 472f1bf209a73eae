package odonata.node.member;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import odonata.actors.net.Netstack;
import odonata.actors.netisr.FlowCounters;
import odonata.node.snapshot.FlowView;
import odonata.protocol.flow.FlowKey;
import odonata.protocol.ip.Ipv4Address;

/**
 * The busiest flows of this member. Each CPU is asked; its answer is used in the next window, so nobody waits.
 *
 * <p>Thread: the sampler's.
 */
final class FlowSampler {
    private final int limit;
    private final Map<Integer, CompletableFuture<List<FlowCounters.Top>>> asked = new HashMap<>();
    private Map<FlowKey, Long> before = new HashMap<>();

    FlowSampler(final int limit) {
        this.limit = limit;
    }

    /**
     * The busiest flows as of the last call.
     *
     * @param stacks network by CPU
     * @param epochMs milliseconds since 1970 at which the CPUs' clock was 0
     */
    List<FlowView> sample(final Map<Integer, Netstack> stacks, final double seconds, final long epochMs) {
        final List<FlowView> views = new ArrayList<>();
        final Map<FlowKey, Long> now = new HashMap<>();
        stacks.forEach((cpu, stack) -> {
            final CompletableFuture<List<FlowCounters.Top>> answer = asked.get(cpu);
            if (answer != null && answer.isDone() && !answer.isCompletedExceptionally()) {
                answer.join().forEach(top -> views.add(view(cpu, top, seconds, epochMs, now)));
            }
            if (limit > 0 && (answer == null || answer.isDone())) {
                asked.put(cpu, stack.topFlows(limit));
            }
        });
        before = now;
        return views.stream()
                .sorted(Comparator.comparingDouble(FlowView::packetsPerS)
                        .thenComparingLong(FlowView::packets)
                        .reversed())
                .limit(limit)
                .toList();
    }

    private FlowView view(
            final int cpu,
            final FlowCounters.Top top,
            final double seconds,
            final long epochMs,
            final Map<FlowKey, Long> now) {
        final FlowKey key = top.key();
        final long packets = top.stats().packets();
        now.put(key, packets);
        return new FlowView(
                proto(key.proto()),
                Ipv4Address.format(key.src()) + ":" + key.sport(),
                Ipv4Address.format(key.dst()) + ":" + key.dport(),
                cpu,
                top.bucket(),
                packets,
                top.stats().bytes(),
                Deltas.rounded(Math.max(0, packets - before.getOrDefault(key, packets)) / seconds),
                epochMs + top.stats().firstNs() / 1_000_000,
                epochMs + top.stats().lastNs() / 1_000_000);
    }

    private static String proto(final int number) {
        return switch (number) {
            case 1 -> "icmp";
            case 6 -> "tcp";
            case 17 -> "udp";
            default -> Integer.toString(number);
        };
    }
}
