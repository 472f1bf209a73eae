package odonata.node.http;

import java.util.Map;

/**
 * One value of one metric.
 *
 * @param name name without prefix, in the dotted form of the counter enums: {@code lwkt.ipiq.fifofull}
 * @param help what it counts
 * @param kind counter or gauge
 * @param unit base unit: {@code messages}, {@code seconds}, {@code bytes}
 * @param labels bounded sets only: cpu, member, class
 * @param value now
 */
public record Sample(String name, String help, Kind kind, String unit, Map<String, String> labels, double value) {

    /** How a value moves. */
    public enum Kind {
        COUNTER,
        GAUGE
    }
}
