package odonata.bench;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Writes what was measured as a page of Markdown. */
final class SpeedTable {
    private final List<Row> rows;
    private final List<String> head;
    private final Map<Probe, List<String>> profiles;

    /**
     * A page.
     *
     * @param head when, where and how, a line each
     * @param profiles where the time of our side goes, the most first; of those that miss a bar
     */
    SpeedTable(final List<Row> rows, final List<String> head, final Map<Probe, List<String>> profiles) {
        this.rows = rows;
        this.head = head;
        this.profiles = profiles;
    }

    String text() {
        final StringBuilder out = new StringBuilder("# How fast it is\n\n");
        out.append("Written by `bench/run`; what is written here by hand is lost.\n\n");
        head.forEach(line -> out.append("- ").append(line).append('\n'));
        out.append(
                "\n| work | against | must reach | ours | theirs | compared | lowest .. highest of the rounds | allocated, ours / theirs"
                        + " | bar |\n");
        out.append("|---|---|---|---|---|---|---|---|---|\n");
        rows.forEach(row -> out.append(line(row)));
        final List<Row> missed = rows.stream().filter(row -> !row.isReached()).toList();
        if (!missed.isEmpty()) {
            out.append("\n## Bars that are missed\n");
            missed.forEach(row -> out.append(explain(row)));
        }
        return out.toString();
    }

    private static String line(final Row row) {
        final Work work = row.work();
        final Bar bar = work.bar();
        return "| "
                + String.join(
                        " | ",
                        work.text(),
                        work.against(),
                        bar.text(),
                        figure(row, row.ours()),
                        work.theirs().isPresent() ? figure(row, row.theirs()) : "-",
                        bar.show(row.middle()),
                        bar.show(row.least()) + " .. " + bar.show(row.most()),
                        allocated(row),
                        verdict(row))
                + " |\n";
    }

    private static String verdict(final Row row) {
        if (row.work().bar().kind() == Bar.Kind.STATED) {
            return "-";
        }
        return row.isReached() ? "reached" : "**missed**";
    }

    private static String figure(final Row row, final List<Figure> figures) {
        if (row.work().bar().kind() == Bar.Kind.ALLOCATED_MORE_AT_MOST) {
            return bytes(Row.middleBytes(figures));
        }
        final double value = Row.middleValue(figures);
        return switch (row.work().unit()) {
            case RATE -> String.format(Locale.ROOT, "%.2f M/s", value / 1e6);
            case NS -> String.format(Locale.ROOT, value < 1_000 ? "%.1f ns" : "%,.0f ns", value);
            case BYTES -> bytes(value);
        };
    }

    private static String allocated(final Row row) {
        final double ours = Row.middleBytes(row.ours());
        if (Double.isNaN(ours) || row.work().unit() == Work.Unit.BYTES) {
            return "-";
        }
        return bytes(ours) + (row.work().theirs().isPresent() ? " / " + bytes(Row.middleBytes(row.theirs())) : "");
    }

    private static String bytes(final double value) {
        return String.format(Locale.ROOT, "%,.0f B", value);
    }

    private String explain(final Row row) {
        final Bar bar = row.work().bar();
        final StringBuilder out = new StringBuilder("\n### " + row.work().text() + ", against "
                + row.work().against() + "\n\nMeasured " + bar.show(row.middle()) + ", must be " + bar.text() + ". "
                + row.work().note() + "\n");
        final List<String> profile = profiles.getOrDefault(row.work().ours(), List.of());
        if (!profile.isEmpty() && row.work().unit() != Work.Unit.BYTES) {
            out.append("\nWhere our side's time goes (JFR, share of samples, innermost method):\n\n");
            profile.forEach(place -> out.append("- ").append(place).append('\n'));
        }
        return out.toString();
    }
}
