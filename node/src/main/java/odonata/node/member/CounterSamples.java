package odonata.node.member;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import odonata.actors.cpu.Cpu;
import odonata.actors.cpu.CpuCounter;
import odonata.actors.cpu.ThreadClass;
import odonata.actors.kv.KvCounter;
import odonata.actors.netisr.NetCounter;
import odonata.actors.netisr.NetCounters;
import odonata.actors.tcp.TcpStack;
import odonata.node.http.Sample;
import odonata.node.http.Sample.Kind;
import odonata.node.snapshot.ClusterSnapshot;
import odonata.node.snapshot.MemberView;
import odonata.protocol.tcp.machine.TcpCounter;
import odonata.ssi.uplink.LinkStats;
import odonata.ssi.uplink.frame.FrameFault;

/** This member's counters for {@code /metrics} and {@code /api/v1/counters}. Labels: cpu, class, to, cause; bounded sets all. */
final class CounterSamples {
    private static final String NANOSECONDS = "nanoseconds";

    private CounterSamples() {}

    static List<Sample> of(final Assembly parts, final ClusterSnapshot picture) {
        final List<Sample> samples = new ArrayList<>();
        final List<Cpu> cpus = parts.machine().cpus();
        for (final CpuCounter counter : CpuCounter.values()) {
            cpus.forEach(cpu -> samples.add(cpuSample(counter, cpu)));
        }
        for (final Cpu cpu : cpus) {
            for (final ThreadClass c : ThreadClass.values()) {
                samples.add(new Sample(
                        Metrics.BUSY.sysctl(),
                        Metrics.BUSY.help(),
                        Kind.COUNTER,
                        Metrics.BUSY.unit(),
                        labels("cpu", cpu.id(), "class", c.label()),
                        cpu.counters().busyNs(c) / 1e9));
            }
        }
        for (final NetCounter counter : NetCounter.values()) {
            parts.stacks().forEach((cpu, stack) -> samples.add(netSample(counter, cpu, stack.counters())));
        }
        for (final TcpCounter counter : tcpCounters()) {
            parts.stacks().forEach((cpu, stack) -> samples.add(tcpSample(counter, cpu, stack.tcp())));
        }
        for (final KvCounter counter : KvCounter.values()) {
            parts.keys().forEach((cpu, keys) -> samples.add(at(describe(counter), cpu, (double) keys.get(counter))));
        }
        parts.uplink().links().forEach(link -> link(link, samples));
        for (final FrameFault fault : FrameFault.values()) {
            samples.add(Metrics.FAULTS.sample(
                    labels("cause", fault.name().toLowerCase(Locale.ROOT)),
                    parts.uplink().faults().get(fault)));
        }
        for (final FrameFault fault : FrameFault.values()) {
            samples.add(Metrics.WIRE_FAULTS.sample(
                    labels("cause", fault.name().toLowerCase(Locale.ROOT)),
                    parts.wireFaults().get(fault)));
        }
        member(parts, picture, samples);
        return samples;
    }

    private static Sample cpuSample(final CpuCounter counter, final Cpu cpu) {
        final long value = cpu.counters().get(counter);
        return at(describe(counter), cpu.id(), counter.unit().equals(NANOSECONDS) ? value / 1e9 : value);
    }

    private static Sample netSample(final NetCounter counter, final int cpu, final NetCounters counters) {
        return at(describe(counter), cpu, (double) counters.get(counter));
    }

    private static Sample tcpSample(final TcpCounter counter, final int cpu, final TcpStack tcp) {
        return at(
                describe(counter),
                cpu,
                tcp.counters().map(all -> all.get(counter)).orElse(0L));
    }

    /** Those of the machine; segments received are counted by the tcp_thread, also those without a connection. */
    static List<TcpCounter> tcpCounters() {
        return Arrays.stream(TcpCounter.values())
                .filter(counter -> counter != TcpCounter.RCVTOTAL)
                .toList();
    }

    private static Sample at(final Sample kind, final int cpu, final double value) {
        return new Sample(kind.name(), kind.help(), kind.kind(), kind.unit(), labels("cpu", cpu), value);
    }

    /** Name, help, kind and unit of a counter; time is in seconds. */
    static Sample describe(final CpuCounter counter) {
        return new Sample(
                counter.sysctl(),
                words(counter.name()),
                counter.rises() ? Kind.COUNTER : Kind.GAUGE,
                counter.unit().equals(NANOSECONDS) ? "seconds" : counter.unit(),
                Map.of(),
                0);
    }

    /** Name, help, kind and unit of a counter. */
    static Sample describe(final NetCounter counter) {
        return new Sample(
                counter.sysctl(),
                words(counter.name()),
                counter.rises() ? Kind.COUNTER : Kind.GAUGE,
                counter.unit(),
                Map.of(),
                0);
    }

    /** Name, help, kind and unit of a counter. */
    static Sample describe(final TcpCounter counter) {
        final String unit = counter.name().endsWith("BYTE") ? "bytes" : "events";
        return new Sample(counter.fullName(), words(counter.name()), Kind.COUNTER, unit, Map.of(), 0);
    }

    /** Name, help, kind and unit of a counter. */
    static Sample describe(final KvCounter counter) {
        return new Sample(
                counter.sysctl(),
                words(counter.name()),
                counter.rises() ? Kind.COUNTER : Kind.GAUGE,
                counter.unit(),
                Map.of(),
                0);
    }

    /** What docs/metrics.md explains at length, in a few words. */
    private static String words(final String name) {
        return name.toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    private static void link(final LinkStats link, final List<Sample> samples) {
        final Map<String, String> to = labels("to", link.to());
        samples.add(Metrics.LINK_MESSAGES.sample(to, link.messages()));
        samples.add(Metrics.LINK_BYTES.sample(to, link.bytes()));
        samples.add(Metrics.LINK_FRAMES.sample(to, link.frames()));
        samples.add(Metrics.LINK_STALLS.sample(to, link.stalls()));
        samples.add(Metrics.LINK_CREDITS.sample(to, link.creditsUsed()));
        samples.add(Metrics.LINK_ROUND_TRIP.sample(to, link.roundTripNs() / 1e9));
        samples.add(Metrics.LINK_CONNECTED.sample(to, link.connected() ? 1 : 0));
        samples.add(Metrics.LINK_NEAR.sample(to, link.near() ? 1 : 0));
    }

    private static void member(final Assembly parts, final ClusterSnapshot picture, final List<Sample> samples) {
        picture.members().stream().filter(m -> m.id() == parts.self().id()).forEach(m -> own(m, samples));
        samples.add(Metrics.MEMBERS_UP.sample(
                Map.of(),
                picture.members().stream()
                        .filter(m -> m.state() == odonata.node.snapshot.MemberState.UP)
                        .count()));
        samples.add(Metrics.MAP_VERSION.sample(Map.of(), picture.buckets().version()));
        samples.add(Metrics.IMBALANCE.sample(Map.of(), picture.imbalance().maxOverMean()));
    }

    private static void own(final MemberView self, final List<Sample> samples) {
        samples.add(Metrics.UPTIME.sample(Map.of(), self.uptimeS()));
        samples.add(Metrics.HEAP.sample(Map.of(), self.heapMb() * (double) (1 << 20)));
        samples.add(Metrics.PROCESS_CPU.sample(Map.of(), self.processCpu()));
    }

    private static Map<String, String> labels(final Object... pairs) {
        final Map<String, String> labels = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            labels.put(pairs[i].toString(), pairs[i + 1].toString());
        }
        return labels;
    }
}
