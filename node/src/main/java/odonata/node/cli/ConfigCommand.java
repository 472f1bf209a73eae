package odonata.node.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import odonata.config.Layers;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The configuration in force. */
@Command(
        name = "config",
        description = {"Show the configuration.", ""},
        mixinStandardHelpOptions = true,
        subcommands = ConfigCommand.Show.class,
        synopsisSubcommandLabel = "COMMAND")
final class ConfigCommand implements Runnable {
    @picocli.CommandLine.Spec
    private picocli.CommandLine.Model.CommandSpec spec;

    @Override
    public void run() {
        throw new picocli.CommandLine.ParameterException(spec.commandLine(), "a command is needed: show");
    }

    /** Every value and where it comes from. */
    @Command(
            name = "show",
            description = {
                "Show every configuration key, its value, and where the value comes from: flag, environment, file, default,"
                        + " the first that has it.",
                "",
                "The environment variable of odonata.http.port is ODONATA_HTTP_PORT, that of lwkt.turn is ODONATA_LWKT_TURN.",
                ""
            })
    static final class Show extends Common {
        @Mixin
        private SettingsOptions settings;

        @Mixin
        private JsonOption json;

        @Parameters(arity = "0..1", paramLabel = "PREFIX", defaultValue = "", description = "Only keys that begin so.")
        private String prefix;

        @Option(names = "--changed", description = "Only values that are not default.")
        private boolean changed;

        Show(final Context context) {
            super(context);
        }

        @Override
        public Integer call() {
            final Map<String, Layers.Entry> shown = new LinkedHashMap<>();
            settings.layers(Map.of(), context().environment()).entries().forEach((key, entry) -> {
                if (key.startsWith(prefix) && !(changed && entry.origin() == odonata.config.Origin.DEFAULT)) {
                    shown.put(key, entry);
                }
            });
            if (json.json()) {
                final Map<String, Object> all = new LinkedHashMap<>();
                shown.forEach((key, entry) -> all.put(
                        key,
                        Map.of("value", entry.value(), "origin", entry.origin().label(), "where", entry.where())));
                console().json(all);
            } else {
                final Table table = new Table("KEY", "VALUE", "ORIGIN", "WHERE");
                shown.forEach((key, entry) ->
                        table.row(key, entry.value(), entry.origin().label(), where(entry)));
                table.lines().forEach(console()::print);
            }
            return 0;
        }

        private static String where(final Layers.Entry entry) {
            return entry.origin() == odonata.config.Origin.FILE ? entry.where() : "";
        }
    }
}
