package odonata.node.demo;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.typesafe.config.Config;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import odonata.node.launch.Trees;
import odonata.node.report.ReportPage;
import odonata.node.snapshot.ClusterSnapshot;
import odonata.node.snapshot.Json;

/** The folder of one run: {@code report.html}, {@code summary.json}, latency files. */
public final class RunFolder {
    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);
    private static final int MAX_PICTURES = 600;

    private final Path folder;

    private RunFolder(final Path folder) {
        this.folder = folder;
    }

    /**
     * A new folder below {@code parent}, named by kind and time.
     *
     * @param nowMs milliseconds since 1970
     */
    public static RunFolder create(final Path parent, final String kind, final long nowMs) {
        try {
            Files.createDirectories(parent);
            final String stamp = kind + "-" + STAMP.format(Instant.ofEpochMilli(nowMs));
            Path folder = parent.resolve(stamp);
            for (int i = 2; Files.exists(folder); i++) {
                folder = parent.resolve(stamp + "-" + i);
            }
            return new RunFolder(Files.createDirectory(folder));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make a folder for the report in " + parent, e);
        }
    }

    /** Its path. */
    public Path path() {
        return folder;
    }

    /** Path of the HTML report. */
    public Path report() {
        return folder.resolve("report.html");
    }

    /** Removes it if nothing was written into it. */
    public void discardIfEmpty() {
        try (var files = Files.list(folder)) {
            if (files.findAny().isEmpty()) {
                Files.delete(folder);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove " + folder, e);
        }
    }

    /** Removes what an interrupted run has left, unless its report was written. */
    public void discardUnlessWritten() {
        if (Files.notExists(report())) {
            Trees.delete(folder);
        }
    }

    /** Writes summary and report. */
    public void write(final RunSummary summary, final List<ClusterSnapshot> history) {
        final ObjectNode whole = Json.mapper().valueToTree(summary);
        whole.set("history", Json.mapper().valueToTree(thinned(history)));
        try {
            writeSummary(summary);
            Files.writeString(report(), ReportPage.html(whole.toString()));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the report in " + folder, e);
        }
    }

    /** Writes {@code summary.json}. */
    public void writeSummary(final Object summary) {
        try {
            Files.writeString(folder.resolve("summary.json"), Json.pretty(summary) + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the summary in " + folder, e);
        }
    }

    /** Every n-th picture, so that the report of a long run opens. */
    private static List<ClusterSnapshot> thinned(final List<ClusterSnapshot> history) {
        final int step = history.size() / MAX_PICTURES + 1;
        return java.util.stream.IntStream.range(0, history.size())
                .filter(i -> i % step == 0)
                .mapToObj(history::get)
                .toList();
    }

    /** Cores, memory and system. */
    public static Map<String, Object> machine() {
        final Map<String, Object> machine = new LinkedHashMap<>();
        machine.put("cores", Runtime.getRuntime().availableProcessors());
        machine.put("system", System.getProperty("os.name") + " " + System.getProperty("os.version"));
        machine.put("architecture", System.getProperty("os.arch"));
        return machine;
    }

    /** What the run was configured with: the settings of this program that a reader may want to compare. */
    public static Map<String, Object> configuration(final Config config) {
        final Map<String, Object> all = new LinkedHashMap<>();
        for (final String key : List.of(
                "odonata.cluster.members",
                "odonata.cluster.cpus",
                "odonata.cluster.placement",
                "net.hash",
                "net.address",
                "lwkt.ipiq.capacity",
                "lwkt.throughput",
                "lwkt.turn",
                "odonata.uplink.window",
                "odonata.driver.mtu")) {
            all.put(key, config.getAnyRef(key));
        }
        return all;
    }
}
