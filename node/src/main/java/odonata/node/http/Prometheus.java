package odonata.node.http;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Writes samples in the Prometheus text format 0.0.4. */
final class Prometheus {
    static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private Prometheus() {}

    static String text(final List<Sample> samples) {
        final Map<String, List<Sample>> families = new LinkedHashMap<>();
        samples.forEach(s -> families.computeIfAbsent(MetricNames.of(s), k -> new ArrayList<>())
                .add(s));
        final StringBuilder out = new StringBuilder(samples.size() * 80);
        families.forEach((name, family) -> {
            final Sample first = family.get(0);
            out.append("# HELP ")
                    .append(name)
                    .append(' ')
                    .append(help(first.help()))
                    .append('\n');
            out.append("# TYPE ").append(name).append(' ').append(typeOf(first)).append('\n');
            family.forEach(s -> line(out, name, s));
        });
        return out.toString();
    }

    private static String typeOf(final Sample sample) {
        return sample.kind() == Sample.Kind.COUNTER ? "counter" : "gauge";
    }

    private static void line(final StringBuilder out, final String name, final Sample sample) {
        out.append(name);
        if (!sample.labels().isEmpty()) {
            out.append(sample.labels().entrySet().stream()
                    .map(e -> e.getKey() + "=\"" + label(e.getValue()) + '"')
                    .collect(Collectors.joining(",", "{", "}")));
        }
        out.append(' ').append(number(sample.value())).append('\n');
    }

    private static String number(final double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? Long.toString((long) value)
                : Double.toString(value);
    }

    private static String help(final String text) {
        return text.replace("\\", "\\\\").replace("\n", "\\n");
    }

    private static String label(final String text) {
        return help(text).replace("\"", "\\\"");
    }
}
