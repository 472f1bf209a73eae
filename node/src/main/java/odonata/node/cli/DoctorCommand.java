package odonata.node.cli;

import com.typesafe.config.Config;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import odonata.node.launch.Checkup;
import odonata.node.launch.Checkup.Finding;
import odonata.node.launch.Checkup.Grade;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** What this machine lacks. */
@Command(
        name = "doctor",
        description = {
            "Check what a cluster needs of this machine: Java, cores, memory, shared memory, ports, permissions, JVM flags,"
                    + " Maven. Says what is wrong and how to mend it. Exit code 1 when something that is needed is missing.",
            ""
        })
final class DoctorCommand extends Common {
    @Mixin
    private SettingsOptions settings;

    @Mixin
    private JsonOption json;

    DoctorCommand(final Context context) {
        super(context);
    }

    @Override
    public Integer call() {
        final Config config = settings.layers(Map.of(), context().environment()).effective();
        final List<Finding> findings =
                new Checkup(config, context().home(), context().environment()).run();
        final boolean fit = findings.stream().noneMatch(f -> f.grade() == Grade.MISSING);
        if (json.json()) {
            final List<Map<String, String>> rows = new ArrayList<>();
            findings.forEach(f -> rows.add(row(f)));
            console().json(Map.of("fit", fit, "findings", rows));
        } else {
            findings.forEach(f -> console()
                    .print(mark(f.grade()) + " " + f.what() + ": " + f.found()
                            + (f.mend().isEmpty() ? "" : System.lineSeparator() + "        " + f.mend())));
            console().print(fit ? "this machine can run a cluster" : "something that is needed is missing");
        }
        return fit ? 0 : 1;
    }

    private static Map<String, String> row(final Finding f) {
        final Map<String, String> row = new LinkedHashMap<>();
        row.put("what", f.what());
        row.put("grade", f.grade().name().toLowerCase(java.util.Locale.ROOT));
        row.put("found", f.found());
        row.put("mend", f.mend());
        return row;
    }

    private String mark(final Grade grade) {
        return switch (grade) {
            case FINE -> console().paint(Console.Paint.GOOD, "[ ok ]");
            case LIMITED -> console().paint(Console.Paint.WARN, "[note]");
            case MISSING -> console().paint(Console.Paint.BAD, "[FAIL]");
        };
    }
}
