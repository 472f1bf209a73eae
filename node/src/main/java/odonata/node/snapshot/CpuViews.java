package odonata.node.snapshot;

/** Variants of a {@link CpuView}. */
final class CpuViews {
    private CpuViews() {}

    static CpuView withBuckets(final CpuView c, final int buckets) {
        return new CpuView(
                c.cpu(),
                c.member(),
                c.state(),
                c.utilisation(),
                c.byClass(),
                c.running(),
                c.runQueue(),
                c.queueDepth(),
                c.packets(),
                c.packetsPerS(),
                c.flows(),
                buckets,
                c.messagesPerS(),
                c.entries(),
                c.ipis(),
                c.ipisPerS(),
                c.messagesPerIpi());
    }

    /** Counters stay, rates and shares are nothing: its member was not heard of. */
    static CpuView atRest(final CpuView c) {
        return new CpuView(
                c.cpu(),
                c.member(),
                c.state(),
                0,
                ClassShares.NONE,
                "",
                0,
                0,
                c.packets(),
                0,
                c.flows(),
                c.buckets(),
                0,
                c.entries(),
                c.ipis(),
                0,
                0);
    }

    static CpuView departed(final ClusterView.Departed gone) {
        return new CpuView(
                gone.cpu(),
                gone.member(),
                gone.state(),
                0,
                ClassShares.NONE,
                "",
                0,
                0,
                gone.packets(),
                0,
                gone.flows(),
                0,
                0,
                0,
                0,
                0,
                0);
    }
}
