package odonata.actors.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Each Java block of docs/lwkt.md is text of the test class that it names, so that it compiles and has been run. Spaces, line breaks and comments
 * do not count; {@code ...} stands for what the page leaves out.
 */
class LwktPageTest {
    private static final Path PAGE = Path.of("..", "docs", "lwkt.md");
    private static final Path SOURCES = Path.of("src", "test", "java", "odonata", "actors");
    private static final Pattern BLOCK =
            Pattern.compile("^```java(.*?)$(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);
    private static final int LEAST = 15;

    @TestFactory
    Stream<DynamicTest> everyBlockIsInTheTestItNames() throws IOException {
        final List<DynamicTest> tests = new ArrayList<>();
        final String page = Files.readString(PAGE);
        final Matcher block = BLOCK.matcher(page);
        while (block.find()) {
            final String name = block.group(1).strip();
            final String text = block.group(2);
            final long line = page.substring(0, block.start()).lines().count() + 1;
            tests.add(DynamicTest.dynamicTest(
                    "line " + line + ": " + text.strip().lines().findFirst().orElse(""),
                    () -> assertThat(missing(text, source(name)))
                            .as("not in %s", name)
                            .isEmpty()));
        }
        assertThat(tests).hasSizeGreaterThanOrEqualTo(LEAST);
        return tests.stream();
    }

    @Test
    void shouldNoticeADifference() {
        final String source =
                "class A {\n    int a; // one\n\n    void b() {\n        c(\n                1);\n    }\n}";
        assertThat(missing("int a;\n...\nvoid b() { c(1); }\n", source)).isEmpty();
        assertThat(missing("void b() {\n    c(2);\n}", source)).isEqualTo("voidb(){c(2);}");
        assertThat(missing("void b() {\n...\nint a;", source))
                .as("in another order")
                .isEqualTo("inta;");
    }

    private static String source(final String name) throws IOException {
        assertThat(name).as("every block names its test: ```java Name").isNotEmpty();
        try (Stream<Path> files = Files.walk(SOURCES)) {
            final Path file = files.filter(path -> path.endsWith(name + ".java"))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("no test class " + name));
            return Files.readString(file);
        }
    }

    /** The first part that is not there, behind the one before it; empty when all are. */
    private static String missing(final String block, final String source) {
        final String whole = bare(source);
        int from = 0;
        for (final String part : block.split("\\.\\.\\.", -1)) {
            final String wanted = bare(part);
            final int at = whole.indexOf(wanted, from);
            if (at < 0) {
                return wanted;
            }
            from = at + wanted.length();
        }
        return "";
    }

    private static String bare(final String java) {
        return java.replaceAll("//[^\n]*", "").replaceAll("\\s", "");
    }
}
