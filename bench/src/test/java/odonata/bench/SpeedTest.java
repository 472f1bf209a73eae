package odonata.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;

/** Runs each side of the speed table once, for a moment: nobody looks at the figures, but there must be some. */
@Tag("slow")
@Timeout(300)
class SpeedTest {
    private final Runner runner = new Runner(Effort.quick());

    /** Nobody looks at the figures, so it does not matter that somebody else measures on this machine. */
    SpeedTest() {
        System.setProperty("jmh.ignoreLock", "true");
    }

    @TestFactory
    Stream<DynamicTest> shouldGiveAPositiveFigure() {
        assumeTrue(Runtime.getRuntime().availableProcessors() > 1, "one core cannot run two CPUs at once");
        return Arrays.stream(Probe.values())
                .map(probe -> DynamicTest.dynamicTest(probe.name(), () -> {
                    assumeTrue(
                            probe != Probe.IPERF3_BULK || Bulk.hasIperf3(),
                            "iperf3 is not there, install the package iperf3");
                    final Figure figure = runner.run(probe);
                    assertThat(figure.value()).isPositive().isFinite();
                    if (probe.how() instanceof Probe.How.Jmh) {
                        assertThat(figure.bytes()).isNotNegative().isFinite();
                    }
                }));
    }
}
