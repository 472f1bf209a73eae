package odonata.node.cli;

import com.typesafe.config.Config;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import odonata.loadgen.Thresholds;
import odonata.node.demo.RunFolder;
import odonata.node.demo.RunResult;
import odonata.node.demo.RunSummary;
import odonata.node.demo.SummaryMaker;

/** Puts a summary together. */
final class Summaries {
    private Summaries() {}

    static RunSummary of(
            final RunResult result,
            final SummaryMaker.Figures figures,
            final List<Thresholds.Verdict> verdicts,
            final Optional<Double> readySeconds,
            final String dashboard,
            final Config config,
            final Path report) {
        return new RunSummary(
                RunSummary.SCHEMA,
                result.after().cluster(),
                readySeconds.orElse(null),
                Math.rint(result.seconds() * 100) / 100,
                figures.members(),
                figures.cpus(),
                figures.replay().orElse(null),
                figures.load().orElse(null),
                figures.imbalance(),
                verdicts,
                dashboard,
                versions(),
                RunFolder.machine(),
                RunFolder.configuration(config),
                report.toString());
    }

    private static Map<String, String> versions() {
        final Map<String, String> versions = new LinkedHashMap<>();
        versions.put("odonata", Version.line().split(" ", -1)[1]);
        versions.put("java", Runtime.version().toString());
        return versions;
    }
}
