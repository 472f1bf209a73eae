package odonata.node.snapshot;

import odonata.config.SnapshotSettings;

/**
 * Spans and bounds of a picture.
 *
 * @param intervalMs between two samples
 * @param staleAfterMs age from which a member's figures are not shown as live
 * @param imbalanceWindowMs span of the imbalance index
 * @param topFlows flows that a picture lists
 * @param events events that a picture lists
 */
public record SnapshotRules(long intervalMs, long staleAfterMs, long imbalanceWindowMs, int topFlows, int events) {

    /** As configured. */
    public static SnapshotRules of(final SnapshotSettings settings) {
        return new SnapshotRules(
                settings.interval().toMillis(),
                settings.staleAfter().toMillis(),
                settings.imbalanceWindow().toMillis(),
                settings.topFlows(),
                settings.events());
    }
}
