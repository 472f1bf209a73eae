package odonata.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import odonata.bench.HttpBench.Row;
import odonata.bench.HttpSides.Rate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** Each side of each row of {@code bench/http} once, for a moment: nobody looks at the figures, but there must be some. */
@Tag("slow")
@Timeout(600)
@EnabledIfSystemProperty(
        named = "clusters",
        matches = "true",
        disabledReason =
                "starts a cluster of JVMs; to run it: mvn verify -Dclusters=true, on a machine with two free cores")
class HttpBenchTest {
    private static final int SECONDS = 1;

    private static HttpSides sides;

    @AfterAll
    static void end() throws Exception {
        if (sides != null) {
            sides.close();
        }
    }

    /** Of the classes that are tested, not of a build of the script's. */
    private static List<String> program() {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "odonata.node.cli.Main");
    }

    /** Starts them when they are first wanted; a test for which something is missing is skipped, and says what. */
    private static HttpSides sides() throws Exception {
        assumeTrue(
                HttpSides.missing().isEmpty(),
                () -> "not there: " + String.join(", ", HttpSides.missing())
                        + "; install the packages nginx, wrk, redis-server and redis-tools");
        if (sides == null) {
            sides = HttpSides.start(Path.of("..").toAbsolutePath().normalize(), program(), SECONDS);
        }
        return sides;
    }

    @TestFactory
    Stream<DynamicTest> shouldGiveAPositiveFigureForBothSides() {
        return Stream.of(Row.values())
                .flatMap(row -> Stream.of(
                        DynamicTest.dynamicTest(row + " ours", () -> positive(sides().ours(row))),
                        DynamicTest.dynamicTest(row + " theirs", () -> positive(sides().theirs(row)))));
    }

    private static void positive(final Rate rate) {
        assertThat(rate.perSecond()).isPositive().isFinite();
        assertThat(rate.cpuUs()).isPositive().isFinite();
    }
}
