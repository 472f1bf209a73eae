package odonata.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.openjdk.jcstress.Options;
import org.openjdk.jcstress.infra.Status;
import org.openjdk.jcstress.infra.TestInfo;
import org.openjdk.jcstress.infra.collectors.TestResult;
import org.openjdk.jcstress.infra.runners.ForkedTestConfig;
import org.openjdk.jcstress.infra.runners.Runner;
import org.openjdk.jcstress.infra.runners.TestConfig;
import org.openjdk.jcstress.infra.runners.TestList;
import org.openjdk.jcstress.os.AffinityMode;
import org.openjdk.jcstress.os.SchedulingClass;
import org.openjdk.jcstress.vm.CompileMode;

/**
 * Runs each stress test of this module for a second, in this JVM: none of its forbidden outcomes may happen. That is jcstress without
 * its JVM for each test, compiler mode and set of flags; {@code docs/testing.md} has the command for all of them.
 */
@Tag("slow")
class JcstressTest {
    private static final String[] QUICK = {"-m", "quick", "-spinStyle", "THREAD_YIELD", "-hs", "128"};

    @TestFactory
    Stream<DynamicTest> shouldSeeNoForbiddenOutcome() throws IOException {
        assumeTrue(Runtime.getRuntime().availableProcessors() > 1, "one core cannot run two actors at once");
        final Options options = new Options(QUICK);
        assertThat(options.parse()).isTrue();
        assertThat(TestList.tests()).isNotEmpty();
        return TestList.tests().stream()
                .sorted()
                .map(name -> DynamicTest.dynamicTest(name, () -> check(options, TestList.getInfo(name))));
    }

    private static void check(final Options options, final TestInfo test) throws ReflectiveOperationException {
        final SchedulingClass anywhere = new SchedulingClass(AffinityMode.NONE, test.threads(), null);
        final TestConfig config = new TestConfig(options, test, 0, List.of(), CompileMode.UNIFIED, anywhere);
        final Runner<?> runner = Class.forName(test.generatedRunner())
                .asSubclass(Runner.class)
                .getConstructor(ForkedTestConfig.class)
                .newInstance(new ForkedTestConfig(config));
        final TestResult result = runner.run();
        result.setConfig(config);
        assertThat(result.status()).as("%s", result.getMessages()).isEqualTo(Status.NORMAL);
        assertThat(result.getTotalCount()).as("samples").isPositive();
        assertThat(result.grading().failureMessages)
                .as("%s: forbidden outcomes", test.name())
                .isEmpty();
    }
}
