package odonata.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException.Missing;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import com.typesafe.config.ConfigValueType;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The configuration in force and where each value comes from: flag, environment, file, default, in this order.
 *
 * <p>A key that no {@code reference.conf} knows is refused with the nearest one that exists; so is an environment variable
 * {@code ODONATA_X_Y} that names no key {@code odonata.x.y}.
 */
public final class Layers {
    /** Environment variables with the prefix that are not configuration keys. */
    public static final Set<String> NOT_KEYS =
            Set.of("ODONATA_HOME", "ODONATA_NO_BUILD", "ODONATA_JAVA_OPTS", "ODONATA_JVM_DIR");

    private static final String PREFIX = "ODONATA_";
    /** Sections that are this program's own; the rest is Akka's and other libraries'. */
    private static final List<String> ROOTS = List.of("odonata", "lwkt", "net");

    private final Config flags;
    private final Config environment;
    private final Config file;
    private final Config effective;

    private Layers(final Config flags, final Config environment, final Config file, final Config defaults) {
        this.flags = flags;
        this.environment = environment;
        this.file = file;
        this.effective = flags.withFallback(environment)
                .withFallback(file)
                .withFallback(defaults)
                .resolve();
    }

    /**
     * Reads all layers.
     *
     * @param flags full path to value, from the command line
     * @param environment the process's environment
     * @param file a profile or a user's file
     */
    public static Layers of(final Map<String, String> flags, final Map<String, String> environment, final Config file) {
        final Config defaults = ConfigFactory.defaultReference(Layers.class.getClassLoader());
        final Map<String, String> keyOfVariable = keysByVariable(defaults);
        checkKeys(flags.keySet(), defaults);
        checkFile(file, defaults);
        return new Layers(parse(flags), ofEnvironment(environment, keyOfVariable), file, defaults);
    }

    /** The values in force, resolved. */
    public Config effective() {
        return effective;
    }

    /** Every key of this program with its value and origin, in alphabetical order. */
    public Map<String, Entry> entries() {
        final Map<String, Entry> all = new TreeMap<>();
        ours(effective)
                .entrySet()
                .forEach(e -> all.put(
                        e.getKey(),
                        new Entry(
                                render(e.getValue()),
                                origin(e.getKey()),
                                e.getValue().origin().description())));
        return all;
    }

    /** Where the value of {@code key} comes from. */
    public Origin origin(final String key) {
        if (flags.hasPath(key)) {
            return Origin.FLAG;
        }
        if (environment.hasPath(key)) {
            return Origin.ENVIRONMENT;
        }
        return file.hasPath(key) ? Origin.FILE : Origin.DEFAULT;
    }

    /** What is not default, as a file that makes the same configuration again. */
    public String overrides() {
        final Config above = flags.withFallback(environment).withFallback(file);
        return above.root()
                .render(ConfigRenderOptions.defaults().setOriginComments(false).setJson(false));
    }

    /**
     * One value with its origin.
     *
     * @param value as in a file, without quotes
     * @param origin the layer
     * @param where file and line, as the parser names it
     */
    public record Entry(String value, Origin origin, String where) {}

    private static String render(final ConfigValue value) {
        return value.valueType() == ConfigValueType.STRING
                ? value.unwrapped().toString()
                : value.render(ConfigRenderOptions.concise());
    }

    /** Values are read as HOCON, so that {@code 3}, {@code 10 s} and {@code [1,2]} mean what they mean in a file. */
    private static Config parse(final Map<String, String> values) {
        Config config = ConfigFactory.empty();
        for (final Map.Entry<String, String> entry : values.entrySet()) {
            config = config.withValue(entry.getKey(), value(entry.getValue()));
        }
        return config;
    }

    private static ConfigValue value(final String text) {
        if (text.startsWith("[") || text.startsWith("{")) {
            try {
                return ConfigFactory.parseString("v = " + text).getValue("v");
            } catch (Missing | com.typesafe.config.ConfigException.Parse e) {
                throw new ConfigException("cannot read the value " + text + ": " + e.getMessage());
            }
        }
        return ConfigValueFactory.fromAnyRef(text);
    }

    private static Config ofEnvironment(
            final Map<String, String> environment, final Map<String, String> keyOfVariable) {
        final Map<String, String> values = new TreeMap<>();
        environment.forEach((variable, text) -> {
            if (!variable.startsWith(PREFIX) || NOT_KEYS.contains(variable)) {
                return;
            }
            final String key = keyOfVariable.get(variable);
            if (key == null) {
                throw new ConfigException("the environment variable " + variable + " names no configuration key"
                        + Nearest.hint(variable, keyOfVariable.keySet()));
            }
            values.put(key, text);
        });
        return parse(values);
    }

    /**
     * The environment variable of a key: {@code odonata.http.max-streams} is {@code ODONATA_HTTP_MAX_STREAMS},
     * {@code lwkt.turn} is {@code ODONATA_LWKT_TURN}.
     */
    public static String variableOf(final String key) {
        final String name = key.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
        return name.startsWith(PREFIX) ? name : PREFIX + name;
    }

    private static Config ours(final Config config) {
        Config ours = ConfigFactory.empty();
        for (final String root : ROOTS) {
            ours = ours.withFallback(config.withOnlyPath(root));
        }
        return ours;
    }

    private static Map<String, String> keysByVariable(final Config defaults) {
        final Map<String, String> keys = new TreeMap<>();
        ours(defaults).entrySet().forEach(e -> keys.put(variableOf(e.getKey()), e.getKey()));
        return keys;
    }

    private static void checkFile(final Config file, final Config defaults) {
        final List<String> keys = new ArrayList<>();
        file.entrySet().forEach(e -> keys.add(e.getKey()));
        for (final String key : keys) {
            if (!known(key, defaults)) {
                final ConfigValue value = file.getValue(key);
                throw unknown(key, " in " + value.origin().description(), defaults);
            }
        }
    }

    private static void checkKeys(final Set<String> keys, final Config defaults) {
        for (final String key : keys) {
            if (!known(key, defaults)) {
                throw unknown(key, "", defaults);
            }
        }
    }

    /** Keys below an empty default object are free: a map from name to value. */
    private static boolean known(final String key, final Config defaults) {
        if (defaults.hasPathOrNull(key)) {
            return true;
        }
        final List<String> path = ConfigUtil.splitPath(key);
        for (int i = path.size() - 1; i > 0; i--) {
            final String parent = ConfigUtil.joinPath(path.subList(0, i));
            if (defaults.hasPath(parent)) {
                return defaults.getValue(parent) instanceof com.typesafe.config.ConfigObject object && object.isEmpty();
            }
        }
        return false;
    }

    private static ConfigException unknown(final String key, final String where, final Config defaults) {
        final List<String> candidates = new ArrayList<>();
        ours(defaults).entrySet().forEach(e -> candidates.add(e.getKey()));
        return new ConfigException("unknown configuration key " + key + where + Nearest.hint(key, candidates));
    }
}
