package odonata.loadgen;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import odonata.loadgen.openloop.Recorder;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogWriter;

/** Writes the latencies of a run in the formats that histogram tools read. */
final class ReportFiles {
    /** Percentile distribution, values in microseconds. */
    static final String PERCENTILES = "latency.hgrm";

    /** One compressed histogram a second, values in nanoseconds. */
    static final String INTERVALS = "latency.hlog";

    private static final double NS_PER_US = 1_000;

    private ReportFiles() {}

    /** Writes both files into {@code folder}, which is made when missing; returns their paths. */
    static List<Path> write(final Path folder, final Recorder recorder) throws IOException {
        Files.createDirectories(folder);
        final Path percentiles = folder.resolve(PERCENTILES);
        final Path intervals = folder.resolve(INTERVALS);
        try (PrintStream out = new PrintStream(Files.newOutputStream(percentiles), false, StandardCharsets.UTF_8)) {
            recorder.intended().outputPercentileDistribution(out, NS_PER_US);
        }
        try (PrintStream out = new PrintStream(Files.newOutputStream(intervals), false, StandardCharsets.UTF_8)) {
            writeIntervals(new HistogramLogWriter(out), recorder.intervals());
        }
        return List.of(percentiles, intervals);
    }

    private static void writeIntervals(final HistogramLogWriter writer, final List<Histogram> intervals) {
        writer.outputComment("[latency from the intended start, nanoseconds]");
        writer.outputLogFormatVersion();
        if (!intervals.isEmpty()) {
            writer.outputStartTime(intervals.get(0).getStartTimeStamp());
        }
        writer.outputLegend();
        for (final Histogram interval : intervals) {
            writer.outputIntervalHistogram(interval);
        }
    }
}
