package odonata.node.calibrate;

import java.util.List;
import java.util.Locale;

/** Figures as a configuration file: section {@code lwkt.costs}, with when, where and how each was taken. */
public final class CostsFile {
    private CostsFile() {}

    /**
     * The text.
     *
     * @param when time of day, for people and sorting
     * @param where machine and Java, a line each
     */
    public static String of(final List<Figure> figures, final String when, final List<String> where) {
        final StringBuilder text = new StringBuilder(
                "# What things cost on one machine, measured by odonata calibrate; medians, and what the middle four fifths were.\n"
                        + "# Virtual time is charged by it: --profile THIS-FILE, or include it.\n#\n# when   "
                        + when + "\n");
        where.forEach(line -> text.append("# where  ").append(line).append('\n'));
        text.append("lwkt.costs {\n");
        for (final Figure f : figures) {
            text.append("  # ").append(f.how()).append(spread(f)).append('\n');
            text.append("  ").append(f.key()).append(" = ").append(f.value()).append('\n');
        }
        return text.append("}\n").toString();
    }

    private static String spread(final Figure f) {
        return f.samples() == 0
                ? ""
                : String.format(Locale.ROOT, "; %.1f..%.1f, %d samples", f.low(), f.high(), f.samples());
    }
}
