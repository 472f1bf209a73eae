package odonata.node.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * One HTML file with everything in it: style, script and the JSON of the run, so that it opens anywhere and asks nobody.
 *
 * <p>The scripts are the dashboard's modules. Put behind each other in the order of their dependencies, without imports and exports,
 * they are one module; the names at their top level are unique for that reason.
 */
public final class ReportPage {
    private static final String ROOT = "/odonata/node/";
    private static final List<String> STYLES = List.of("dashboard/css/charts.css", "report/report.css");
    private static final List<String> SCRIPTS = List.of(
            "dashboard/js/format.js",
            "dashboard/js/dom.js",
            "dashboard/js/palette.js",
            "dashboard/js/table.js",
            "dashboard/js/charts.js",
            "dashboard/js/grids.js",
            "dashboard/js/timeheat.js",
            "dashboard/js/store.js",
            "report/report.js");
    private static final Pattern IMPORT = Pattern.compile("(?m)^import [^;]*;\\n");
    private static final Pattern EXPORT_LIST = Pattern.compile("(?m)^export \\{[^}]*};\\n");
    private static final Pattern EXPORT = Pattern.compile("(?m)^export (?=(async )?(function|class|const|let)\\b)");

    private ReportPage() {}

    /**
     * The whole file.
     *
     * @param summaryJson JSON text of schema {@code odonata.summary/1}, with the snapshots of the run as {@code history}
     */
    public static String html(final String summaryJson) {
        return read("report/report.html")
                .replace("<!--CSS-->", joined(STYLES))
                .replace("<!--JS-->", script())
                .replace("/*DATA*/", harmless(summaryJson));
    }

    private static String script() {
        final String all = joined(SCRIPTS);
        final String alone =
                EXPORT_LIST.matcher(IMPORT.matcher(all).replaceAll("")).replaceAll("");
        return EXPORT.matcher(alone).replaceAll("");
    }

    /** JSON in which no text can end the element that holds it. */
    private static String harmless(final String json) {
        return json.replace("<", "\\u003c");
    }

    private static String joined(final List<String> names) {
        return names.stream().map(ReportPage::read).collect(Collectors.joining("\n"));
    }

    private static String read(final String name) {
        try (InputStream in = ReportPage.class.getResourceAsStream(ROOT + name)) {
            if (in == null) {
                throw new IllegalStateException("the jar has no file " + ROOT + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
