package odonata.node.http;

/** Names of metrics as Prometheus wants them. */
public final class MetricNames {
    private MetricNames() {}

    /** {@code lwkt.ipiq.fifofull}, a counter of events, is {@code odonata_lwkt_ipiq_fifofull_total}. */
    public static String of(final Sample sample) {
        final String base = "odonata_" + sample.name().replace('.', '_').replace('-', '_');
        final String unit = suffix(sample.unit());
        final String withUnit = unit.isEmpty() || base.endsWith(unit) ? base : base + unit;
        return sample.kind() == Sample.Kind.COUNTER ? withUnit + "_total" : withUnit;
    }

    private static String suffix(final String unit) {
        return switch (unit) {
            case "seconds" -> "_seconds";
            case "bytes" -> "_bytes";
            case "ratio" -> "_ratio";
            default -> "";
        };
    }
}
