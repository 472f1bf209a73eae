package odonata.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** docs/tcp-conformance.md says what is true of the tests: each that it names is there. */
class TcpConformanceTableTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Pattern NAMED = Pattern.compile("`(\\w+Test)(?:\\.(\\w+))?`");

    @Test
    void shouldNameTestsThatAreThere() throws IOException {
        final Map<String, String> sources = sources();
        final Set<String> missing = new TreeSet<>();
        for (final MatchResult named : NAMED.matcher(page()).results().toList()) {
            final String source = sources.getOrDefault(named.group(1), "");
            final String method = named.group(2);
            if (source.isEmpty() || (method != null && !source.contains("void " + method + "("))) {
                missing.add(named.group());
            }
        }
        assertThat(missing).isEmpty();
    }

    /** Every number of appendix B once or more. */
    @Test
    void shouldHaveEveryRequirementOfRfc9293() throws IOException {
        final String page = page();
        final Set<String> missing = new TreeSet<>();
        for (int i = 1; i <= 69; i++) {
            note(page, "MUST-" + i, missing);
        }
        for (int i = 1; i <= 31; i++) {
            note(page, "SHLD-" + i, missing);
        }
        for (int i = 1; i <= 18; i++) {
            note(page, "MAY-" + i, missing);
        }
        assertThat(missing).isEmpty();
    }

    private static void note(final String page, final String number, final Set<String> missing) {
        if (!Pattern.compile("\\b" + number + "\\b").matcher(page).find()) {
            missing.add(number);
        }
    }

    private static String page() throws IOException {
        return Files.readString(ROOT.resolve("docs/tcp-conformance.md"));
    }

    private static Map<String, String> sources() throws IOException {
        final Map<String, String> all = new HashMap<>();
        for (final String module : Set.of("protocol", "actors", "node")) {
            try (Stream<Path> files = Files.walk(ROOT.resolve(module).resolve("src/test/java"))) {
                for (final Path file : files.filter(path -> path.toString().endsWith("Test.java"))
                        .collect(Collectors.toSet())) {
                    final String name = file.getFileName().toString().replace(".java", "");
                    all.merge(name, read(file), String::concat);
                }
            }
        }
        return all;
    }

    private static String read(final Path file) {
        try {
            return Files.readString(file);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
