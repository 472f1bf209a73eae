package odonata.node.member;

import java.util.Map;
import odonata.node.http.Sample;
import odonata.node.http.Sample.Kind;

/** Metrics that are not counters of a CPU: the uplink's and the member's. Names, kinds and units as in docs/metrics.md. */
enum Metrics {
    BUSY("lwkt.busy", "CPU time spent in threads, by class of thread", Kind.COUNTER, "seconds"),
    LINK_MESSAGES("uplink.messages", "entries sent to another member", Kind.COUNTER, "messages"),
    LINK_BYTES("uplink.sent", "bytes sent to another member in frames of entries", Kind.COUNTER, "bytes"),
    LINK_FRAMES("uplink.frames", "frames of entries sent to another member", Kind.COUNTER, "frames"),
    LINK_STALLS(
            "uplink.stalls",
            "entries that had to wait for credit or for room in the transport",
            Kind.COUNTER,
            "messages"),
    LINK_CREDITS("uplink.credits_used", "entries under way to another member now", Kind.GAUGE, "messages"),
    LINK_ROUND_TRIP("uplink.round_trip", "smoothed time of a ping to another member", Kind.GAUGE, "seconds"),
    LINK_CONNECTED("uplink.connected", "1 when both directions of the link work", Kind.GAUGE, ""),
    LINK_NEAR("uplink.near", "1 when entries go through shared memory, 0 when by UDP", Kind.GAUGE, ""),
    FAULTS("uplink.faults", "received frames and entries that were dropped, by cause", Kind.COUNTER, "frames"),
    WIRE_FAULTS("wire.faults", "frames from load generators that were dropped, by cause", Kind.COUNTER, "frames"),
    UPTIME("member.uptime", "time since the member's CPUs started", Kind.GAUGE, "seconds"),
    HEAP("member.heap", "Java heap in use", Kind.GAUGE, "bytes"),
    PROCESS_CPU("member.process_cpu", "cores that the process used in the last ten seconds", Kind.GAUGE, "ratio"),
    MEMBERS_UP("cluster.members_up", "members that are up", Kind.GAUGE, "members"),
    MAP_VERSION("cluster.map_version", "version of the bucket map", Kind.GAUGE, "version"),
    IMBALANCE("cluster.imbalance", "packets of the busiest CPU over the mean, 1 is perfect", Kind.GAUGE, "ratio");

    private final String sysctl;
    private final String help;
    private final Kind kind;
    private final String unit;

    Metrics(final String sysctl, final String help, final Kind kind, final String unit) {
        this.sysctl = sysctl;
        this.help = help;
        this.kind = kind;
        this.unit = unit;
    }

    String sysctl() {
        return sysctl;
    }

    String help() {
        return help;
    }

    Kind kind() {
        return kind;
    }

    String unit() {
        return unit;
    }

    /** Names of its labels, for the documentation. */
    String labels() {
        return switch (this) {
            case BUSY -> "cpu, class";
            case LINK_MESSAGES,
                    LINK_BYTES,
                    LINK_FRAMES,
                    LINK_STALLS,
                    LINK_CREDITS,
                    LINK_ROUND_TRIP,
                    LINK_CONNECTED,
                    LINK_NEAR -> "to";
            case FAULTS, WIRE_FAULTS -> "cause";
            case UPTIME, HEAP, PROCESS_CPU, MEMBERS_UP, MAP_VERSION, IMBALANCE -> "";
        };
    }

    Sample sample(final Map<String, String> labels, final double value) {
        return new Sample(sysctl, help, kind, unit, labels, value);
    }

    Sample sample(final Map<String, String> labels, final long value) {
        return sample(labels, (double) value);
    }
}
